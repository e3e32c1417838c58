/** The chain of records over every store: order, retention, and what was done to it is told apart. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect } from 'vitest';
import { CheckpointWriter, readCheckpoints } from '../../src/store/record-checkpoints.ts';
import { RecordLog } from '../../src/store/record-log.ts';
import { pruneRecords } from '../../src/store/record-pruning.ts';
import { verifyRecords } from '../../src/store/record-verify.ts';
import type { Store } from '../../src/store/store.ts';
import { recordEntry } from '../support/record-entries.ts';
import { describeStores } from '../support/store-suite.ts';

const KEY = randomBytes(24).toString('base64url');

describeStores('the records', ({ open, test }) => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-records-'));
    file = join(folder, 'checkpoints.jsonl');
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const fill = async (store: Store, count: number, everyRecords = 1_000): Promise<RecordLog> => {
    const checkpoints = new CheckpointWriter({
      file,
      key: KEY,
      now: () => 5,
      everyRecords,
      onFault: (code) => expect.unreachable(code),
    });
    const log = new RecordLog({ store, key: KEY, onCommitted: (end) => checkpoints.note(end) });
    for (let at = 1; at <= count; at += 1) await log.append(recordEntry({ at, trId: `tr-${at}` }));
    await log.settle();
    await checkpoints.close();
    return log;
  };
  const faults = async (store: Store): Promise<readonly (readonly [string, number])[]> =>
    (await verifyRecords(store, KEY, readCheckpoints(file))).findings.map(({ fault, seq }) => [fault, seq]);
  const tamper = (store: Store, statement: string): Promise<unknown> =>
    store.write((db) => sql.raw(statement).execute(db));

  test('are numbered without a gap, whoever writes them', async () => {
    const logs = [await open(), await open(), await open()].map(
      (store) => new RecordLog({ store, key: KEY }),
    );
    const appended = Array.from({ length: 120 }, (_, at) =>
      logs[at % 3]?.append(recordEntry({ at, trId: `tr-${at}` })),
    );
    await Promise.all(appended);
    const records = (await logs[0]?.read({ limit: 1_000 })) ?? [];
    expect(records.map((record) => record.seq)).toEqual(Array.from({ length: 120 }, (_, at) => at + 1));
    expect(new Set(records.map((record) => record.trId)).size).toBe(120);
    expect(await faults(await open())).toEqual([]);
  });

  test('come back as they were written, and are found', async () => {
    const store = await open();
    const log = new RecordLog({ store, key: KEY });
    const content = [{ text: 'Ünïcodé \u{1f511} \u0000 "quoted" \\ \n', cut: false }];
    const entry = recordEntry({ trId: 'tr-x', at: 7, content });
    await log.append(entry);
    await log.append(recordEntry({ at: 9 }));
    expect(await log.read({ trId: 'tr-x', limit: 5 })).toMatchObject([{ seq: 1, at: 7, entry }]);
    expect(await log.read({ since: 8, until: 10, limit: 5 })).toMatchObject([{ seq: 2 }]);
    expect(await log.read({ afterSeq: 1, limit: 5 })).toMatchObject([{ seq: 2 }]);
  });

  test('a whole chain is whole, with its checkpoints', async () => {
    const store = await open();
    await fill(store, 25, 10);
    expect(readCheckpoints(file).map((checkpoint) => checkpoint.seq)).toEqual([10, 20, 25]);
    expect(await verifyRecords(store, KEY, readCheckpoints(file))).toMatchObject({
      records: 25,
      first: 1,
      last: 25,
      findings: [],
    });
  });

  test('a removed record is a gap', async () => {
    const store = await open();
    await fill(store, 10);
    await tamper(store, 'delete from records where seq in (4, 5)');
    expect(await faults(store)).toEqual([['gap', 4]]);
    await tamper(store, 'delete from records where seq = 1');
    expect(await faults(store)).toEqual([
      ['gap', 4],
      ['gap', 1],
    ]);
  });

  test('a changed record is an edit, in its text, its columns or its code', async () => {
    const store = await open();
    await fill(store, 10);
    await tamper(store, `update records set body = replace(body, '"ok"', '"no"') where seq = 3`);
    await tamper(store, `update records set outcome = 'blocked' where seq = 5`);
    await tamper(store, `update records set mac = replace(mac, ':', ':A') where seq = 7`);
    expect(await faults(store)).toEqual([
      ['edit', 3],
      ['edit', 5],
      ['edit', 7],
      ['edit', 8],
    ]);
  });

  test('records that changed places are a reorder', async () => {
    const store = await open();
    await fill(store, 10);
    for (const [from, to] of [
      [4, 99],
      [5, 4],
      [99, 5],
    ]) {
      await tamper(store, `update records set seq = ${to} where seq = ${from}`);
    }
    expect(await faults(store)).toEqual([
      ['reorder', 4],
      ['reorder', 5],
    ]);
  });

  test('a missing end is a truncation, even where the head was set back', async () => {
    const store = await open();
    await fill(store, 10);
    await tamper(store, 'delete from records where seq > 7');
    expect(await faults(store)).toEqual([['truncation', 8]]);
    const mac = '(select substr(mac, 45) from records where seq = 7)';
    await tamper(store, `update record_head set seq = 7, mac = ${mac}`);
    expect(await faults(store)).toEqual([['truncation', 8]]);
    rmSync(file);
    expect(await faults(store)).toEqual([]);
  });

  test('an end that was cut off and written anew does not fit the checkpoints', async () => {
    const store = await open();
    const log = await fill(store, 10);
    await tamper(store, 'delete from records where seq > 7');
    const mac = '(select substr(mac, 45) from records where seq = 7)';
    await tamper(store, `update record_head set seq = 7, mac = ${mac}`);
    for (let at = 8; at <= 12; at += 1) await log.append(recordEntry({ at, trId: 'other' }));
    expect(await faults(store)).toEqual([['edit', 10]]);
  });

  test('another key makes nothing pass, and no checkpoint either', async () => {
    const store = await open();
    await fill(store, 2);
    const report = await verifyRecords(store, 'another key', readCheckpoints(file));
    expect(report.findings.map((finding) => finding.fault)).toEqual(['checkpoint', 'edit', 'edit']);
  });

  test('retention removes the old ones, says so in the chain, and leaves it whole', async () => {
    const store = await open();
    const log = await fill(store, 10);
    expect(await pruneRecords(store, KEY, 6, 11)).toBe(5);
    expect(await pruneRecords(store, KEY, 6, 11)).toBe(0);
    expect((await log.read({ limit: 20 })).map((record) => record.seq)).toEqual([6, 7, 8, 9, 10, 11]);
    expect(await faults(store)).toEqual([]);
    await log.append(recordEntry({ at: 12 }));
    expect(await pruneRecords(store, KEY, 9, 13)).toBe(3);
    expect(await faults(store)).toEqual([]);
    await tamper(store, 'delete from records where seq = 9');
    expect(await faults(store)).toEqual([['gap', 1]]);
  });

  test('a store that ended takes no record', async () => {
    const store = await open();
    const log = new RecordLog({ store, key: KEY });
    await log.append(recordEntry());
    await store.close();
    await expect(log.append(recordEntry())).rejects.toMatchObject({ fault: 'unavailable' });
    expect(existsSync(file)).toBe(false);
  });
});
