/** Scanners out as a zip and into an empty server (acceptance case 49), and archives that are none. */
import { strToU8, unzipSync, zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestProgram, type TestProgram } from '../support/test-program.ts';

let from: TestProgram;
let to: TestProgram;
beforeAll(async () => {
  [from, to] = await Promise.all([startTestProgram(), startTestProgram()]);
});
afterAll(() => Promise.all([from.close(), to.close()]));

const upload = async (
  zip: Uint8Array,
  ids: readonly string[] = [],
): Promise<{ status: number; body: unknown }> => {
  const form = new FormData();
  form.append('file', new Blob([Uint8Array.from(zip)], { type: 'application/zip' }), 'scanners.zip');
  for (const id of ids) form.append('ids', id);
  const response = await fetch(`${to.control}/backend/v1/scanners/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${to.adminToken}` },
    body: form,
  });
  return { status: response.status, body: await response.json() };
};
const make = async (body: object): Promise<string> => (await from.ask('POST', '/scanners', { body })).body.id;
const spec = (document: unknown): Uint8Array => strToU8(JSON.stringify(document));

describe('49: an export', () => {
  it('comes back with names, directions, configurations and tags, not published', async () => {
    const alone = await make({
      name: 'Alone 😀',
      config: { words: ['ä', 'b'] },
      tags: ['dlp'],
      direction: 'both',
    });
    const member = await make({ name: 'Member', config: { pattern: '(?i)x+' }, published: true });
    const pack = (
      await from.ask('POST', '/scanner-packages', { body: { name: 'Pack', scannerIds: [member] } })
    ).body;
    const exported = await from.ask('POST', '/scanners/export');
    expect(exported.headers.get('content-type')).toBe('application/zip');
    expect(Object.keys(unzipSync(exported.body)).sort()).toEqual(
      [
        `packages/${pack.id}/spec.json`,
        `packages/${pack.id}/scanners/${member}/spec.json`,
        `scanners/${alone}/spec.json`,
      ].sort(),
    );
    const { status, body } = await upload(exported.body);
    expect([status, body]).toMatchObject([200, { errors: [], packageIds: [expect.any(String)] }]);
    const { scanners } = (await to.ask('GET', '/scanners?source=zip&ascending=true')).body;
    expect(scanners).toMatchObject(
      [
        { name: 'Member', config: { type: 'regex', pattern: '(?i)x+' }, direction: 'request', tags: [] },
        {
          name: 'Alone 😀',
          config: { type: 'keyword', words: ['ä', 'b'] },
          direction: 'both',
          tags: ['dlp'],
        },
      ].toSorted((a, b) => names(scanners).indexOf(a.name) - names(scanners).indexOf(b.name)),
    );
    for (const scanner of scanners)
      expect(scanner.versionMeta).toMatchObject({ name: 'v_1', published: false });
    const packages = (await to.ask('GET', '/scanner-packages?source=zip')).body.packages;
    expect(packages).toMatchObject([{ name: 'Pack', scannerCounts: { regex: 1 } }]);
  });

  it('takes the entries that were asked for', async () => {
    const [one, two] = [
      await make({ name: 'First qx', config: { words: ['1'] } }),
      await make({ name: 'Second qx', config: { words: ['2'] } }),
    ];
    const exported = await from.ask('POST', '/scanners/export', { body: { scannerIds: [one, two] } });
    const { body } = await upload(exported.body, [two]);
    expect(body).toMatchObject({ scannerIds: [expect.any(String)], errors: [] });
    expect((await to.ask('GET', '/scanners?search=Second%20qx')).body.scanners).toHaveLength(1);
    expect((await to.ask('GET', '/scanners?search=First%20qx')).body.scanners).toHaveLength(0);
  });

  it('holds no built-in scanner', async () => {
    const [system] = (await from.ask('GET', '/scanners?source=system&limit=1')).body.scanners;
    expect((await from.ask('POST', '/scanners/export', { body: { scannerIds: [system.id] } })).status).toBe(
      403,
    );
  });
});

const names = (scanners: readonly { name: string }[]): string[] => scanners.map((it) => it.name);

describe('an import', () => {
  it('tells what it could not take, and takes the rest', async () => {
    const zip = zipSync({
      'scanners/good/spec.json': spec({ name: 'Good', config: { type: 'keyword', words: ['x'] } }),
      'scanners/bad/spec.json': spec({ name: 'Bad', config: { type: 'regex', pattern: '(' } }),
      'scanners/odd/spec.json': spec({ name: 'Odd', config: { type: 'system', detector: 'dlp' } }),
      'scanners/none/spec.json': strToU8('{'),
      '../../etc/passwd': strToU8('x'),
    });
    const { status, body } = await upload(zip);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      scannerIds: [expect.any(String)],
      errors: ['bad', 'odd', 'none'].map((id) => ({
        path: `scanners/${id}/spec.json`,
        message: expect.any(String),
      })),
    });
  });

  it.each<[string, () => Uint8Array]>([
    ['no zip', () => strToU8('PK but not really')],
    ['a bomb', () => zipSync({ 'scanners/a/spec.json': new Uint8Array(40_000_000) })],
  ])('of %s is 422 with its place', async (_name, zip) => {
    const { status, body } = await upload(zip());
    expect([status, body]).toMatchObject([422, { detail: [{ loc: ['body', 'file'] }] }]);
  });

  it('of another type is 415, without a file 422', async () => {
    const ask = (headers: Record<string, string>, body: string): Promise<Response> =>
      fetch(`${to.control}/backend/v1/scanners/import`, {
        method: 'POST',
        headers: { authorization: `Bearer ${to.adminToken}`, ...headers },
        body,
      });
    expect((await ask({ 'content-type': 'application/json' }, '{}')).status).toBe(415);
    expect((await ask({ 'content-type': 'multipart/form-data; boundary=x' }, 'nothing')).status).toBe(422);
    expect((await ask({ 'content-type': 'multipart/form-data; boundary=x' }, '--x--\r\n')).status).toBe(422);
  });
});
