/** The log of scans over every store: what comes back, what is found, what its time takes away. */
import { expect } from 'vitest';
import type { LoggedScan, ScanLogQuery } from '../../src/core/scan-log.ts';
import { createScanLog, pruneScans } from '../../src/store/scan-log-table.ts';
import { describeStores } from '../support/store-suite.ts';

const scan = (id: string, changes: Partial<LoggedScan> = {}): LoggedScan => ({
  id,
  at: 1_000,
  type: 'scan',
  projectId: 'p',
  userId: 'u',
  providerId: null,
  outcome: 'cleared',
  preserve: false,
  input: 'text',
  externalMetadata: null,
  result: { outcome: 'cleared', scannerResults: [] },
  ...changes,
});

describeStores('the log of scans', ({ open, test }) => {
  test('gives back what it was given, whatever the text', async () => {
    const log = createScanLog(await open());
    const texts = ['', 'a\0b', '\ud800 half a pair', '😀 "quoted" \\ %_', '\u202e\u0000\u2028'];
    for (const [index, input] of texts.entries()) {
      const entry = scan(`${index}`, { input, externalMetadata: { key: input }, result: { input, n: [1] } });
      await log.append(entry);
      expect(await log.get(`${index}`)).toEqual(entry);
    }
    expect(await log.get('none')).toBeUndefined();
  });

  test('finds by every filter, newest first, a page at a time', async () => {
    const log = createScanLog(await open());
    const entries = [
      scan('1', { at: 1, outcome: 'blocked', externalMetadata: { a: '1', b: '2' } }),
      scan('2', { at: 2, type: 'prompt', providerId: 'x', externalMetadata: { A: '1' } }),
      scan('3', { at: 3, type: 'test', projectId: 'q', externalMetadata: { a: '"b":"2"' } }),
      scan('4', { at: 4, userId: '', input: '100% SURE', externalMetadata: { a: '1' } }),
    ];
    for (const entry of entries) await log.append(entry);
    const find = async (query: Partial<ScanLogQuery>): Promise<string> => {
      const { items } = await log.list({ ascending: true, offset: 0, limit: 10, ...query });
      return items.map((item) => item.id).join('');
    };
    expect(await find({})).toBe('1234');
    expect(await find({ ascending: false })).toBe('4321');
    expect(await find({ types: ['prompt', 'test'] })).toBe('23');
    expect(await find({ outcomes: ['blocked'] })).toBe('1');
    expect(await find({ outcomes: [] })).toBe('');
    expect(await find({ projectIds: ['q'] })).toBe('3');
    expect(await find({ projectIds: [] })).toBe('');
    expect(await find({ providerIds: ['x'] })).toBe('2');
    expect(await find({ userIds: [''] })).toBe('4');
    expect(await find({ after: 1, before: 4 })).toBe('23');
    expect(await find({ search: '00% s' })).toBe('4');
    expect(await find({ search: '_' })).toBe('');
    expect(await find({ externalMetadata: { a: '1' } })).toBe('14');
    expect(await find({ externalMetadata: { a: '1', b: '2' } })).toBe('1');
    const page = await log.list({ ascending: true, offset: 1, limit: 2 });
    expect({ ids: page.items.map((item) => item.id), more: page.hasMore }).toEqual({
      ids: ['2', '3'],
      more: true,
    });
    expect((await log.list({ ascending: true, offset: 2, limit: 2 })).hasMore).toBe(false);
  });

  test('loses what is old, but for what is to be preserved', async () => {
    const store = await open();
    const log = createScanLog(store);
    for (const id of ['1', '2', '3']) await log.append(scan(id, { at: Number(id) }));
    await log.preserve('1', true);
    expect(await pruneScans(store, 3)).toBe(1);
    expect((await log.get('1'))?.preserve).toBe(true);
    expect(await log.get('2')).toBeUndefined();
    await log.preserve('1', false);
    expect(await pruneScans(store, 3)).toBe(1);
    expect((await log.get('3'))?.id).toBe('3');
  });
});
