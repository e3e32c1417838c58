/** Guardrails as code: the registry as files, compared, applied here and elsewhere. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withRegistry } from '../../src/compose-offline.ts';
import { loadSettings } from '../../src/compose-settings.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { type CliRun, runInProcess } from '../support/cli-run.ts';

let folder: string;
let files: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-cli-policy-'));
  files = join(folder, 'policy');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Each name is a store of its own. */
function configOf(store: string): string {
  const file = join(folder, `${store}.yaml`);
  writeFileSync(file, `dataDir: ${join(folder, store)}\n`);
  return file;
}
const policy = (store: string, ...args: string[]): Promise<CliRun> =>
  runInProcess(['policy', ...args, '--config', configOf(store)]);
const inRegistry = <T>(store: string, work: (registry: Registry) => Promise<T>): Promise<T> =>
  withRegistry(loadSettings(configOf(store)), ({ registry }) => work(registry));
const read = (name: string): string => readFileSync(join(files, name), 'utf8');
const write = (name: string, text: string): void => writeFileSync(join(files, name), text);
const edit = (name: string, from: string, to: string): void => {
  expect(read(name)).toContain(from);
  write(name, read(name).replace(from, to));
};
const everything = (): Record<string, string> =>
  Object.fromEntries(
    ['scanners', 'packages', 'projects'].flatMap((kind) =>
      readdirSync(join(files, kind)).map((name) => [`${kind}/${name}`, read(`${kind}/${name}`)]),
    ),
  );

const ACTOR = { userId: null };
/** Birds with two versions in a package and a project, a scanner for one project, and a name that two have. */
const fill = (store: string): Promise<void> =>
  inRegistry(store, async (registry) => {
    const birds = await registry.createScanner(ACTOR, {
      name: 'Birds: 🐦 & "quotes"',
      config: { type: 'keyword', words: ['blue\nbird', '#owl', 'null', '  x'] },
      published: true,
      tags: ['dlp', 'b'],
    });
    await registry.updateScanner(ACTOR, birds, {
      config: { type: 'regex', pattern: '(?P<a>x)\\1: "y"' },
      direction: 'both',
      version: { name: 'strict', description: 'Line one.\nLine two.' },
    });
    const shop = await registry.createProject(ACTOR, { name: 'Shop', type: 'app', friendlyId: 'shop' });
    const topic = { type: 'genai', input: 'Taxes.\n- how?', scanContext: 'individual' } as const;
    const own = await registry.createScanner(ACTOR, { name: 'Twin', config: topic, global: false });
    await registry.setScannerAccess(ACTOR, own, { projectIds: [shop] });
    await registry.createScanner(ACTOR, { name: 'Twin', config: topic, published: true });
    const flock = await registry.createPackage(ACTOR, { name: 'Flock', scannerIds: [birds] });
    await registry.addPackage(ACTOR, shop, flock);
    await registry.addScanner(ACTOR, shop, own);
    const entry = { id: birds, enabled: true, mode: 'redact', flagMessage: 'No birds: #1' } as const;
    await registry.updateProject(ACTOR, shop, { scanners: [entry], deploymentStatus: 'live' });
  });

describe('policy export and apply', () => {
  it('give the same registry elsewhere, with every version, and then nothing differs', async () => {
    await fill('here');
    const exported = await policy('here', 'export', files);
    expect(exported).toMatchObject({ code: 0, out: `${files}: 3 scanners, 1 packages, 3 projects\n` });
    const before = everything();
    expect(Object.keys(before)).toHaveLength(7);
    expect(await policy('here', 'apply', files, '--check')).toMatchObject({
      code: 0,
      out: '0 changes to make, 0 differences that stay\n',
    });

    const checked = await policy('there', 'apply', files, '--check');
    expect(checked.code).toBe(2);
    expect(checked.out).toContain('+ scanner Birds: 🐦 & "quotes" with v_1, strict\n');
    expect(checked.out).toContain('+ project shop\n');
    // Checking made nothing.
    expect((await policy('there', 'apply', files, '--check')).out).toBe(checked.out);
    expect((await policy('there', 'apply', files)).code).toBe(0);
    expect(await policy('there', 'apply', files, '--check')).toMatchObject({ code: 0 });
    await policy('there', 'export', files);
    expect(everything()).toEqual(before);
    const { version } = await inRegistry('there', (registry) => registry.getScanner(idOf(before, 'birds')));
    expect(version).toMatchObject({ name: 'strict', description: 'Line one.\nLine two.', published: false });
  });

  const idOf = (texts: Record<string, string>, slug: string): string =>
    /^id: (\S+)$/m.exec(texts[`scanners/${slug}-quotes.yaml`] ?? '')?.[1] ?? '';

  it('apply what was edited, in one change, and tell it', async () => {
    await fill('here');
    await policy('here', 'export', files);
    const name = 'scanners/birds-quotes.yaml';
    const version =
      '  - name: next\n    published: true\n    config:\n      type: keyword\n      words: [heron]\n';
    edit(name, '  - name: strict\n    published: false', '  - name: strict\n    published: true');
    write(name, read(name) + version);
    edit('projects/shop.yaml', 'mode: redact', 'mode: block');
    edit('projects/shop.yaml', 'version: v_1', 'version: next');
    edit('projects/shop.yaml', 'name: Shop', 'name: Shop 2');
    const revision = () =>
      withRegistry(loadSettings(configOf('here')), async (it) => (await it.state()).revision);
    const before = await revision();
    const { code, out } = await policy('here', 'apply', files);
    expect({ code, out }).toEqual({
      code: 0,
      out: [
        '~ project shop: name',
        '~ scanner Birds: 🐦 & "quotes" strict: published',
        '+ scanner Birds: 🐦 & "quotes" next',
        '~ project shop: scanner Birds: 🐦 & "quotes": mode, version',
        '4 changes made, 0 differences left',
        '',
      ].join('\n'),
    });
    expect(await revision()).toBe(before + 1);
    await policy('here', 'apply', files);
    expect(await revision()).toBe(before + 1);
    const { profiles } = await withRegistry(loadSettings(configOf('here')), (it) => it.state());
    expect(profiles.find((profile) => profile.name === 'shop')?.scanners).toMatchObject([
      { words: ['heron'], action: 'block', version: { name: 'next' } },
    ]);
  });

  it('make a scanner of a file that a person wrote, by its name alone', async () => {
    await policy('here', 'export', files);
    write(
      'scanners/own.yaml',
      'name: Own\nversions: [{ name: v_1, published: true, config: { type: keyword, words: [heron] } }]\n',
    );
    write(
      'projects/own.yaml',
      `${read('projects/default.yaml').replace(/^id: .*\n/m, '')}`
        .replaceAll('default', 'own')
        .replace('scanners:\n', 'scanners:\n  - scanner: Own\n'),
    );
    expect((await policy('here', 'apply', files)).code).toBe(0);
    expect(await policy('here', 'apply', files, '--check')).toMatchObject({ code: 0 });
    const project = await inRegistry('here', (registry) => registry.getProject('own'));
    expect(project.scanners.filter((entry) => entry.enabled).length).toBeGreaterThan(5);
  });

  it('leave what is in no file, unless it is to be deleted', async () => {
    await fill('here');
    await policy('here', 'export', files);
    rmSync(join(files, 'scanners/birds-quotes.yaml'));
    rmSync(join(files, 'packages/flock.yaml'));
    rmSync(join(files, 'projects/shop.yaml'));
    edit(
      'scanners/' +
        (readdirSync(join(files, 'scanners')).find((it) => read(`scanners/${it}`).includes('shop')) ?? ''),
      'projects:\n  - shop\n',
      'projects: []\n',
    );
    const left = await policy('here', 'apply', files, '--check');
    expect(left.code).toBe(2);
    expect(left.out).toContain(
      '! project shop is in no file\n! package Flock is in no file\n! scanner Birds',
    );
    const pruned = await policy('here', 'apply', files, '--prune');
    expect(pruned.out).toContain('- project shop\n- package Flock\n- scanner Birds');
    await expect(inRegistry('here', (registry) => registry.getProject('shop'))).rejects.toThrow(/not found/);
    expect((await policy('here', 'apply', files, '--check')).code).toBe(0);
  });

  it('never change, take back or lose a version', async () => {
    await fill('here');
    await policy('here', 'export', files);
    const name = 'scanners/birds-quotes.yaml';
    edit(name, 'published: true', 'published: false');
    expect((await policy('here', 'apply', files)).out).toContain('v_1 is published, and a draft in the file');
    edit(name, '"#owl"', 'gull');
    const { code, err } = await policy('here', 'apply', files);
    expect(code).toBe(1);
    expect(err).toMatch(/birds-quotes\.yaml: versions\.0: v_1 is another here, and versions never change/);
  });

  it.each<[string, string, string, string, RegExp]>([
    ['a key that is not known', 'projects/shop.yaml', 'name: Shop', 'nome: Shop', /shop\.yaml: .*nome/],
    ['no YAML', 'projects/shop.yaml', 'name: Shop', 'name: [', /shop\.yaml: /],
    ['two of one key', 'projects/shop.yaml', 'name: Shop', 'name: Shop\nname: x', /shop\.yaml: .*unique/],
    [
      'a scanner that is not there',
      'projects/shop.yaml',
      "scanner: 'Birds",
      "scanner: 'Bards",
      /scanners\.\d+\.scanner: there is no/,
    ],
    ['a version that is not there', 'projects/shop.yaml', 'version: v_1', 'version: v_9', /is not a version/],
    [
      'a draft as the active version',
      'projects/shop.yaml',
      'version: v_1',
      'version: strict',
      /is not published/,
    ],
    [
      'a pattern that does not compile',
      'scanners/birds-quotes.yaml',
      '(?P<a>x)',
      '(?P<a>x',
      /versions\.1\.config\.pattern: /,
    ],
    [
      'a name that no version may have',
      'scanners/birds-quotes.yaml',
      'name: strict',
      'name: very strict',
      /versions\.1\.name: must match/,
    ],
    ['a force that is not global', 'projects/shop.yaml', 'force: false', 'force: true', /force: can be set/],
  ])('refuse %s, with its file and place, and change nothing', async (_, name, from, to, words) => {
    await fill('here');
    await policy('here', 'export', files);
    edit('projects/shop.yaml', 'deploymentStatus: live', 'deploymentStatus: draft');
    edit(name, from, to);
    const { code, err } = await policy('here', 'apply', files);
    expect(code).toBe(1);
    expect(err).toMatch(words);
    const { deploymentStatus } = await inRegistry('here', (registry) => registry.getProject('shop'));
    expect(deploymentStatus).toBe('live');
  });

  it('remove files of what is gone, but none that is not theirs', async () => {
    await fill('here');
    await policy('here', 'export', files);
    write('scanners/mine.yaml', 'name: Mine\n');
    await inRegistry('here', (registry) => registry.deleteProject(ACTOR, 'shop'));
    await policy('here', 'export', files);
    expect(readdirSync(join(files, 'projects'))).toEqual(['default.yaml', 'global.yaml']);
    expect(readdirSync(join(files, 'scanners'))).toContain('mine.yaml');
  });

  it.each([
    [['policy'], /takes one of export and apply/],
    [['policy', 'apply'], /expected 1 arguments/],
    [['policy', 'apply', '/nowhere/at/all'], /holds none of the folders/],
    [['policy', 'export', '/dev/null/x'], /cannot be read or written/],
    [['policy', 'export', 'x', '--prune'], /prune/],
  ])('%j is told in words', async (args, words) => {
    const { code, err } = await runInProcess([...args, '--config', configOf('here')]);
    expect(code).toBe(1);
    expect(err).toMatch(words);
  });
});
