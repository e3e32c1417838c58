/** One suite over every store: kept scan results are found by their owner, replaced, bounded and forgotten. */
import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { KeptScan } from '../../src/core/scan-results.ts';
import { ScanResultLog } from '../../src/store/scan-result-log.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStores } from '../support/store-suite.ts';

const DAY_MS = 86_400_000;

describeStores('scan results', ({ open, test }) => {
  let now = 1_800_000_000_000;
  const logOver = (store: Store, ownerBytesMax = 1_000_000): ScanResultLog =>
    new ScanResultLog({ store, now: () => now, keepMs: DAY_MS, ownerBytesMax });
  const scanOf = (document: string, owner = 'one'): KeptScan => ({
    scanId: randomUUID(),
    owner,
    at: now,
    document,
  });

  test('are found by their owner alone, in other processes too', async () => {
    const log = logOver(await open());
    const scans = ['a', 'b', 'ü😀'].map((document) => scanOf(document));
    await Promise.all(scans.map((scan) => log.keep(scan)));
    const other = logOver(await open());
    const ids = [...scans.map((scan) => scan.scanId), randomUUID()];
    const found = await other.find('one', ids);
    expect(found.toSorted((a, b) => (a.document < b.document ? -1 : 1))).toEqual(scans);
    expect(await other.find('two', ids)).toEqual([]);
  });

  test('are replaced as a whole', async () => {
    const log = logOver(await open());
    const scan = scanOf('pending');
    await log.keep(scan);
    await log.keep({ ...scan, document: 'complete' });
    expect(await log.find('one', [scan.scanId])).toEqual([{ ...scan, document: 'complete' }]);
  });

  test('are forgotten when their time is over', async () => {
    const store = await open();
    const log = logOver(store);
    const scan = scanOf('a');
    await log.keep(scan);
    now += DAY_MS - 1;
    const later = scanOf('b');
    await log.keep(later);
    expect(await log.find('one', [scan.scanId])).toHaveLength(1);
    now += 1;
    expect(await log.find('one', [scan.scanId])).toEqual([]);
    await log.prune();
    const rows = await store.read((db) => db.selectFrom('scan_results').select('scan_id').execute());
    expect(rows).toEqual([{ scan_id: later.scanId }]);
  });

  test('of one owner are no more than so many bytes, the newest of them', async () => {
    const log = logOver(await open(), 1_000);
    const kept: KeptScan[] = [];
    for (let at = 0; at < 8; at++) {
      now += 1;
      kept.push(scanOf('x'.repeat(300)));
    }
    const others = scanOf('y'.repeat(900), 'two');
    for (const scan of [...kept, others]) await log.keep(scan);
    await log.settle();
    await log.prune();
    const ids = kept.map((scan) => scan.scanId);
    const left = await Promise.all(ids.map(async (id) => (await log.find('one', [id])).length));
    expect(left).toEqual([0, 0, 0, 0, 0, 1, 1, 1]);
    expect(await log.find('two', [others.scanId])).toHaveLength(1);
  });

  test('that a closed database cannot take are refused', async () => {
    const store = await open();
    await store.close();
    await expect(logOver(store).keep(scanOf('a'))).rejects.toThrow();
  });
});
