/** The rules of scanners, versions, packages and projects, over every store (contract §0, §5, §9). */
import { describe, expect, it } from 'vitest';
import type { Project, ProjectScanner, Version } from '../../src/registry/model.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { microsOf } from '../../src/registry/versions.ts';
import { describeStores } from '../support/store-suite.ts';
import { ACTOR, registryOver, seededRegistry } from '../support/test-registry.ts';

const KEYWORD = { type: 'keyword', words: ['bluebird'] } as const;
const OTHER = { type: 'keyword', words: ['redbird'] } as const;
const EVERYTHING = { offset: 0, limit: 100, ascending: true };

const create = (registry: Registry, changes: object = {}): Promise<string> =>
  registry.createScanner(ACTOR, { name: 'Birds', config: KEYWORD, ...changes });

/** Projects P and Q that have the scanner enabled, and R that does not. */
async function projectsWith(registry: Registry, scannerId: string): Promise<[string, string, string]> {
  const ids: string[] = [];
  for (const name of ['P', 'Q', 'R']) {
    const id = await registry.createProject(ACTOR, { name, type: 'app' });
    ids.push(id);
    if (name === 'R') continue;
    await registry.addScanner(ACTOR, id, scannerId);
    await registry.updateProject(ACTOR, id, { scanners: [{ id: scannerId, enabled: true }] });
  }
  return [ids[0] ?? '', ids[1] ?? '', ids[2] ?? ''];
}

const entryOf = (project: Project, scannerId: string): ProjectScanner | undefined =>
  project.scanners.find((entry) => entry.scannerId === scannerId);
const activeIn = async (registry: Registry, project: string, scannerId: string): Promise<unknown> =>
  entryOf(await registry.getProject(project), scannerId)?.versionId;
const named = (versions: readonly Version[]): string[] => versions.map((version) => version.name);
const madeBy = async (registry: Registry, id: string, patch: object): Promise<Version> => {
  const { version } = await registry.updateScanner(ACTOR, id, patch);
  if (version === null) throw new Error('no version was made');
  return version;
};

describeStores('the registry', ({ open, test }) => {
  const fresh = async (): Promise<Registry> => seededRegistry(await open());

  test('case 1: creating makes v_1, not published, without a description', async () => {
    const registry = await fresh();
    const id = await create(registry);
    const versions = await registry.listVersions(id);
    expect(versions).toMatchObject([
      { name: 'v_1', published: false, description: '', createdBy: 'user-1', config: KEYWORD },
    ]);
  });

  test('case 2, 5: an update with a config makes a version with an automatic name, newest first', async () => {
    const registry = await fresh();
    const id = await create(registry);
    const made = await madeBy(registry, id, { config: OTHER });
    expect(made).toMatchObject({ name: 'v_2', published: false, description: '', config: OTHER });
    await madeBy(registry, id, { config: OTHER });
    const versions = await registry.listVersions(id);
    expect(named(versions)).toEqual(['v_3', 'v_2', 'v_1']);
    const times = versions.map((version) => version.createdAt);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
    expect(new Set(times).size).toBe(3);
  });

  test('case 3: only the published ones are listed where that is asked', async () => {
    const registry = await fresh();
    const id = await create(registry);
    expect(await registry.listVersions(id, true)).toEqual([]);
    await madeBy(registry, id, { config: OTHER, published: true });
    expect(named(await registry.listVersions(id, true))).toEqual(['v_2']);
  });

  test('case 4, 28: what is not there is not found', async () => {
    const registry = await fresh();
    const unknown = '00000000-0000-7000-8000-000000000000';
    const [id, other] = [await create(registry), await create(registry)];
    const [version] = await registry.listVersions(other);
    const missing = { fault: 'not_found' };
    await expect(registry.listVersions(unknown)).rejects.toMatchObject(missing);
    await expect(registry.listVersions("x' or '1'='1")).rejects.toMatchObject(missing);
    await expect(registry.updateScanner(ACTOR, unknown, { name: 'x' })).rejects.toMatchObject(missing);
    await expect(registry.updateVersion(ACTOR, id, unknown, {})).rejects.toMatchObject(missing);
    await expect(registry.updateVersion(ACTOR, id, version?.id ?? '', {})).rejects.toMatchObject(missing);
    await expect(registry.getProject('nobody')).rejects.toMatchObject(missing);
  });

  test('case 6, 7, 8: a version is named and described as asked', async () => {
    const registry = await fresh();
    const id = await create(registry);
    const both = await madeBy(registry, id, {
      config: OTHER,
      version: { name: 'second', description: 'what is new', published: false, push: false },
    });
    expect(both).toMatchObject({ name: 'second', description: 'what is new', published: false });
    const byName = await madeBy(registry, id, { config: OTHER, version: 'my-name', published: true });
    expect(byName).toMatchObject({ name: 'my-name', published: true });
    const described = await madeBy(registry, id, { config: OTHER, version: { description: 'only this' } });
    expect(described).toMatchObject({ name: 'v_4', description: 'only this', config: OTHER });
  });

  test('a version alone makes a new one of the same config', async () => {
    const registry = await fresh();
    const id = await create(registry);
    expect(await madeBy(registry, id, { version: 'again' })).toMatchObject({
      name: 'again',
      config: KEYWORD,
    });
  });

  test('case 9: an older version is read by id, name and time; the scanner shows the newest', async () => {
    const registry = await fresh();
    const id = await create(registry);
    const first = (await registry.getScanner(id)).version;
    const second = await madeBy(registry, id, { config: OTHER });
    expect((await registry.getScanner(id)).version).toEqual(second);
    const at = new Date(Math.floor(first.createdAt / 1000)).toISOString().slice(0, -1);
    const time = `${at}${String(first.createdAt % 1000).padStart(3, '0')}+00:00`;
    for (const version of [first.id, 'v_1', time]) {
      expect((await registry.getScanner(id, { version })).version).toEqual(first);
    }
    await expect(registry.getScanner(id, { version: 'v_9' })).rejects.toMatchObject({ fault: 'not_found' });
  });

  test('case 10: a name that cannot be, or is taken, stores nothing and uses no number', async () => {
    const registry = await fresh();
    const id = await create(registry);
    for (const name of ['with space', '1.0', '', 'x'.repeat(101), 'é']) {
      await expect(
        registry.updateScanner(ACTOR, id, { config: OTHER, version: { name } }),
      ).rejects.toMatchObject({ fault: 'invalid', path: ['version', 'name'] });
    }
    await expect(registry.updateScanner(ACTOR, id, { version: 'v_1' })).rejects.toMatchObject({
      fault: 'conflict',
    });
    expect(named(await registry.listVersions(id))).toEqual(['v_1']);
    expect((await madeBy(registry, id, { config: OTHER })).name).toBe('v_2');
  });

  test('an automatic name that a person took is passed over', async () => {
    const registry = await fresh();
    const id = await create(registry);
    await madeBy(registry, id, { version: 'v_3' });
    expect((await madeBy(registry, id, { config: OTHER })).name).toBe('v_4');
  });

  test('case 11, 13: a name or tags make no version, and published alone publishes the newest', async () => {
    const registry = await fresh();
    const id = await create(registry);
    const renamed = await registry.updateScanner(ACTOR, id, { name: 'Finches', tags: ['a', 'b'] });
    expect(renamed.version).toBeNull();
    expect(await registry.getScanner(id)).toMatchObject({ name: 'Finches', tags: ['a', 'b'] });
    expect((await registry.updateScanner(ACTOR, id, { published: false })).version).toBeNull();
    expect((await registry.updateScanner(ACTOR, id, { published: true })).version).toBeNull();
    expect(await registry.listVersions(id)).toMatchObject([{ name: 'v_1', published: true }]);
  });

  test('case 12: the direction is request unless said, and changing it makes a version', async () => {
    const registry = await fresh();
    const id = await create(registry);
    expect((await registry.getScanner(id)).version.direction).toBe('request');
    expect(await madeBy(registry, id, { direction: 'both' })).toMatchObject({
      direction: 'both',
      name: 'v_2',
    });
    await expect(registry.updateScanner(ACTOR, id, { direction: 'BOTH' } as object)).rejects.toMatchObject({
      fault: 'invalid',
      path: ['direction'],
    });
  });

  const PRECEDENCE = [
    [undefined, true, true],
    [undefined, false, false],
    [undefined, undefined, false],
    [{ published: true }, false, true],
    [{ published: false }, true, false],
    [{ description: 'x' }, true, true],
    [null, true, true],
    ['named', true, true],
    [{ published: null }, true, true],
    [{}, undefined, false],
  ] as const;
  test('case 14 to 19: version.published decides where it is there, else the update', async () => {
    const registry = await fresh();
    for (const [version, published, expected] of PRECEDENCE) {
      const id = await create(registry);
      const made = await madeBy(registry, id, { config: OTHER, version, published });
      expect([version, published, made.published]).toEqual([version, published, expected]);
      const created = await create(registry, { version, published });
      expect((await registry.getScanner(created)).version.published).toBe(expected);
    }
  });

  test('case 20: a push is active at once in every project that has the scanner, and touches no more', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true });
    const [p, q, r] = await projectsWith(registry, id);
    await registry.updateProject(ACTOR, p, { scanners: [{ id, mode: 'redact', flagMessage: 'No birds.' }] });
    await registry.updateProject(ACTOR, q, { scanners: [{ id, enabled: false }] });
    const others = await registry.getProject(r);
    const made = await madeBy(registry, id, { config: OTHER, version: { published: true, push: true } });
    expect(entryOf(await registry.getProject(p), id)).toMatchObject({
      versionId: made.id,
      enabled: true,
      mode: 'redact',
      flagMessage: 'No birds.',
    });
    expect(entryOf(await registry.getProject(q), id)).toMatchObject({ versionId: made.id, enabled: false });
    expect(await registry.getProject(r)).toEqual(others);
  });

  test('case 21, 22: nothing is pushed without published, nor without push, and the first is said', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true });
    const [p] = await projectsWith(registry, id);
    const before = await activeIn(registry, p, id);
    const version = { published: false, push: true };
    const { message, version: made } = await registry.updateScanner(ACTOR, id, { config: OTHER, version });
    expect(made?.published).toBe(false);
    expect(message).toContain('not pushed');
    await madeBy(registry, id, { config: OTHER, version: { published: true, push: false } });
    expect(await activeIn(registry, p, id)).toBe(before);
  });

  test('case 23 to 27: publishing, pushing and describing a version', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true });
    const [p, q] = await projectsWith(registry, id);
    const first = await activeIn(registry, p, id);
    const second = await madeBy(registry, id, { config: OTHER });
    await registry.updateVersion(ACTOR, id, second.id, { published: true, push: false });
    await registry.updateVersion(ACTOR, id, second.id, { published: true });
    expect(await registry.listVersions(id, true)).toHaveLength(2);
    expect(await activeIn(registry, p, id)).toBe(first);
    const { items } = await registry.listAuditEvents({ types: ['scanner-version-published'] }, EVERYTHING);
    expect(items.filter((event) => event.subjects.versionId === second.id)).toMatchObject([
      { subjects: { scannerId: id, versionId: second.id }, userId: 'user-1', requestId: 'request-1' },
    ]);
    await registry.updateVersion(ACTOR, id, second.id, { published: true, push: true });
    expect([await activeIn(registry, p, id), await activeIn(registry, q, id)]).toEqual([
      second.id,
      second.id,
    ]);
    const third = await madeBy(registry, id, { config: KEYWORD });
    await registry.updateVersion(ACTOR, id, third.id, { push: true });
    expect(await activeIn(registry, q, id)).toBe(third.id);
    await registry.updateVersion(ACTOR, id, third.id, { description: 'x' });
    await registry.updateVersion(ACTOR, id, third.id, { description: null, published: false });
    expect((await registry.listVersions(id))[0]).toMatchObject({ description: 'x', published: true });
  });

  test('case 30 to 32: enabling pins the latest published version; back is possible, unpublished is not', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true });
    const second = await madeBy(registry, id, { config: OTHER, published: true });
    const third = await madeBy(registry, id, { config: OTHER });
    const [p] = await projectsWith(registry, id);
    expect(await activeIn(registry, p, id)).toBe(second.id);
    for (const version of [third.id, third.name, 'nothing']) {
      await expect(registry.updateProject(ACTOR, p, { scanners: [{ id, version }] })).rejects.toMatchObject({
        fault: 'invalid',
        path: ['config', 'scanners', 0, 'version'],
      });
    }
    await registry.updateProject(ACTOR, p, { scanners: [{ id, version: 'v_1' }] });
    const [first] = (await registry.listVersions(id)).slice(-1);
    expect(await activeIn(registry, p, id)).toBe(first?.id);
    await registry.updateProject(ACTOR, p, { scanners: [{ id, enabled: false }] });
    await registry.updateProject(ACTOR, p, { scanners: [{ id, enabled: true }] });
    expect(await activeIn(registry, p, id)).toBe(first?.id);
    await registry.removeScanner(ACTOR, p, id);
    await registry.addScanner(ACTOR, p, id);
    expect(entryOf(await registry.getProject(p), id)).toMatchObject({ versionId: null, enabled: false });
  });

  test('case 34: without a published version a scanner is added and not enabled', async () => {
    const registry = await fresh();
    const id = await create(registry);
    await registry.addScanner(ACTOR, 'default', id);
    await registry.addScanner(ACTOR, 'default', id);
    const project = await registry.getProject('default');
    expect(project.scanners.filter((entry) => entry.scannerId === id)).toMatchObject([
      { enabled: false, versionId: null, mode: 'block' },
    ]);
    await expect(
      registry.updateProject(ACTOR, 'default', { scanners: [{ id, enabled: true }] }),
    ).rejects.toMatchObject({ fault: 'invalid', path: ['config', 'scanners', 0, 'enabled'] });
  });

  test('case 35: members of a package and their state survive a push; a scanner stands in it once', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true });
    const packageId = await registry.createPackage(ACTOR, { name: 'Animals', scannerIds: [id, id] });
    const p = await registry.createProject(ACTOR, { name: 'P', type: 'app' });
    await registry.addPackage(ACTOR, p, packageId);
    await registry.updateProject(ACTOR, p, { scanners: [{ id, enabled: true, mode: 'audit' }] });
    const made = await madeBy(registry, id, { config: OTHER, version: { published: true, push: true } });
    expect((await registry.getPackage(packageId)).scannerIds).toEqual([id]);
    expect((await registry.getScanner(id)).packageId).toBe(packageId);
    expect(entryOf(await registry.getProject(p), id)).toMatchObject({
      enabled: true,
      mode: 'audit',
      versionId: made.id,
    });
    await registry.removePackage(ACTOR, p, packageId);
    expect(await registry.getProject(p)).toMatchObject({ scanners: [], packageIds: [] });
  });

  test('scanners that join or leave a package join and leave its projects', async () => {
    const registry = await fresh();
    const [a, b] = [await create(registry), await create(registry)];
    const packageId = await registry.createPackage(ACTOR, { name: 'Animals', scannerIds: [a] });
    const p = await registry.createProject(ACTOR, { name: 'P', type: 'app' });
    await registry.addPackage(ACTOR, p, packageId);
    await registry.updatePackage(ACTOR, packageId, { scannerIds: [b] });
    expect((await registry.getProject(p)).scanners.map((entry) => entry.scannerId)).toEqual([b]);
    await expect(registry.createPackage(ACTOR, { name: 'More', scannerIds: [b] })).rejects.toMatchObject({
      fault: 'conflict',
    });
    await registry.deletePackage(ACTOR, packageId, true);
    await expect(registry.getScanner(b)).rejects.toMatchObject({ fault: 'not_found' });
    expect((await registry.getScanner(a)).packageId).toBeNull();
  });

  test('bad scanners are refused before anything is stored', async () => {
    const registry = await fresh();
    const { items: before } = await registry.listScanners({}, EVERYTHING);
    const bad = [
      [{ type: 'regex', pattern: '(' }, ['config', 'pattern']],
      [{ type: 'regex', pattern: '' }, ['config', 'pattern']],
      [{ type: 'keyword', words: ['', ' '] }, ['config', 'words']],
      [{ type: 'keyword', words: ['a\0b'] }, ['config', 'words', 0]],
      [{ type: 'keyword', words: ['\ud800'] }, ['config', 'words', 0]],
    ] as const;
    const id = await create(registry);
    for (const [config, path] of bad) {
      const refused = { fault: 'invalid', path };
      await expect(create(registry, { config })).rejects.toMatchObject(refused);
      await expect(registry.updateScanner(ACTOR, id, { config })).rejects.toMatchObject(refused);
    }
    const { items: after } = await registry.listScanners({}, EVERYTHING);
    expect(after).toHaveLength(before.length + 1);
    expect(await registry.listVersions(id)).toHaveLength(1);
  });

  test('names come back byte for byte, or are refused', async () => {
    const registry = await fresh();
    const names = [
      'Ünïcodé \u{1f511}',
      'e\u0301',
      '\u00e9',
      "Robert'); drop table scanners;--",
      '\u202eabc',
      ' ',
    ];
    for (const name of names) {
      const id = await create(registry, { name });
      expect((await registry.getScanner(id)).name).toBe(name);
    }
    for (const name of ['', 'a\0b', '\udfff', 'x'.repeat(101)]) {
      await expect(create(registry, { name })).rejects.toMatchObject({ fault: 'invalid', path: ['name'] });
    }
    expect((await create(registry, { name: '\u{1f511}'.repeat(100) })).length).toBe(36);
  });

  test('a copy has versions of its own; a deleted scanner leaves the projects', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true, tags: ['x'] });
    const [p] = await projectsWith(registry, id);
    const copy = await registry.duplicateScanner(ACTOR, id);
    expect(await registry.getScanner(copy)).toMatchObject({
      name: 'Birds (copy)',
      tags: ['x'],
      version: { name: 'v_1', published: false, config: KEYWORD },
    });
    const before = await registry.getProject(p);
    await registry.deleteScanner(ACTOR, id);
    expect((await registry.getProject(p)).scanners).toEqual([]);
    await expect(registry.getScanner(id)).rejects.toMatchObject({ fault: 'not_found' });
    await expect(registry.updateScanner(ACTOR, id, { name: 'x' })).rejects.toMatchObject({
      fault: 'not_found',
    });
    const at = (await registry.getScanner(copy)).createdAt;
    expect((await registry.getScanner(id, { at })).version.name).toBe('v_1');
    expect(await registry.getProject(p, at)).toEqual(before);
  });

  test('a project is what it was at a time', async () => {
    const registry = await fresh();
    const id = await create(registry, { published: true });
    const p = await registry.createProject(ACTOR, { name: 'First', type: 'app', friendlyId: 'birds' });
    await registry.addScanner(ACTOR, p, id);
    const then = await registry.getProject(p);
    const { at } =
      (await registry.listAuditEvents({}, { offset: 0, limit: 1, ascending: false })).items[0] ?? {};
    await registry.updateProject(ACTOR, 'birds', { name: 'Second', scanners: [{ id, enabled: true }] });
    expect(await registry.getProject('birds', at)).toEqual(then);
    expect((await registry.getProject('birds')).name).toBe('Second');
    await expect(registry.getProject('birds', 1)).rejects.toMatchObject({ fault: 'not_found' });
  });

  test('projects: friendlyId is one of its kind, the global one stays, availability holds', async () => {
    const registry = await fresh();
    const p = await registry.createProject(ACTOR, { name: 'My Shop!', type: 'app' });
    expect((await registry.getProject(p)).friendlyId).toBe('my-shop');
    const again = await registry.createProject(ACTOR, { name: 'My Shop!', type: 'app' });
    expect((await registry.getProject(again)).friendlyId).toBe('my-shop-2');
    await expect(
      registry.createProject(ACTOR, { name: 'x', type: 'app', friendlyId: 'my-shop' }),
    ).rejects.toMatchObject({ fault: 'conflict' });
    await expect(registry.updateProject(ACTOR, again, { friendlyId: 'my shop' })).rejects.toMatchObject({
      fault: 'invalid',
      path: ['friendlyId'],
    });
    await registry.deleteProject(ACTOR, 'my-shop');
    await registry.updateProject(ACTOR, again, { friendlyId: 'my-shop' });
    await expect(registry.deleteProject(ACTOR, 'global')).rejects.toMatchObject({ fault: 'forbidden' });
    const id = await create(registry, { global: false });
    await expect(registry.addScanner(ACTOR, 'my-shop', id)).rejects.toMatchObject({ fault: 'forbidden' });
    await registry.setScannerAccess(ACTOR, id, { projectIds: [again] });
    await registry.addScanner(ACTOR, 'my-shop', id);
    const { items } = await registry.listScanners({ addedToProjectId: again }, EVERYTHING);
    expect(items.map((scanner) => scanner.id)).toEqual([id]);
  });

  test('the built-in detectors stand in four packages and cannot be changed', async () => {
    const registry = await fresh();
    const { items: packages } = await registry.listPackages({ sources: ['system'] }, EVERYTHING);
    const { items } = await registry.listScanners({ sources: ['system'] }, EVERYTHING);
    expect(packages).toHaveLength(4);
    expect(packages.flatMap((entry) => entry.scannerIds).toSorted()).toEqual(
      items.map((scanner) => scanner.id).toSorted(),
    );
    expect(items.every((scanner) => scanner.version.published)).toBe(true);
    const id = items[0]?.id ?? '';
    const refused = { fault: 'forbidden' };
    await expect(registry.updateScanner(ACTOR, id, { name: 'x' })).rejects.toMatchObject(refused);
    await expect(registry.deleteScanner(ACTOR, id)).rejects.toMatchObject(refused);
    await expect(registry.deletePackage(ACTOR, packages[0]?.id ?? '')).rejects.toMatchObject(refused);
  });

  test('lists are filtered, sorted and paged', async () => {
    const registry = await fresh();
    for (const name of ['Ant', 'bee 100%', 'Cat']) await create(registry, { name, tags: [name.slice(0, 1)] });
    await registry.updateScanner(ACTOR, await create(registry, { name: 'Dog' }), { published: true });
    const namesOf = async (filter: object, asked: object = {}): Promise<string[]> =>
      (
        await registry.listScanners({ sources: ['internal'], ...filter }, { ...EVERYTHING, ...asked })
      ).items.map((scanner) => scanner.name);
    expect(await namesOf({}, { sortBy: 'name', limit: 2 })).toEqual(['Ant', 'Cat']);
    expect(await namesOf({}, { sortBy: 'name', limit: 2, offset: 2 })).toEqual(['Dog', 'bee 100%']);
    expect(await namesOf({}, { ascending: false, limit: 1 })).toEqual(['Dog']);
    expect(await namesOf({ published: true })).toEqual(['Dog']);
    expect(await namesOf({ published: false, tags: ['C'] })).toEqual(['Cat']);
    // In both databases alike: a tag in another letter case is another tag.
    expect(await namesOf({ tags: ['c'] })).toEqual([]);
    expect(await namesOf({ tags: ['b'] })).toEqual(['bee 100%']);
    expect(await namesOf({}, { search: '100%' })).toEqual(['bee 100%']);
    expect(await namesOf({}, { search: 'AN' })).toEqual(['Ant']);
    expect(await namesOf({ packaged: true })).toEqual([]);
  });

  test('8 writers on one scanner make v_1 to v_n, none twice and none missing', async () => {
    const first = await open();
    const registries = [await seededRegistry(first), registryOver(await open()), registryOver(await open())];
    const id = await create(registryOver(first));
    const writers = Array.from({ length: 8 }, async (_, at) => {
      for (let round = 0; round < 5; round += 1) {
        await registries[at % registries.length]?.updateScanner(ACTOR, id, { config: OTHER });
      }
    });
    await Promise.all(writers);
    const versions = await registryOver(first).listVersions(id);
    const expected = Array.from({ length: 41 }, (_, at) => `v_${at + 1}`);
    expect(named(versions).toReversed()).toEqual(expected);
    const times = versions.map((version) => version.createdAt);
    expect(new Set(times).size).toBe(41);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });
});

describe('times', () => {
  it.each([
    ['2026-04-28T23:07:28.176544+00:00', 1777417648176544],
    ['2026-04-28T23:07:28Z', 1777417648000000],
    ['2026-04-29T01:07:28.5 02:00', 1777417648500000],
    ['2026-04-28T23:07:28', 1777417648000000],
    ['2026-04', undefined],
    ['yesterday', undefined],
    ['2026-13-28T23:07:28Z', undefined],
  ])('%s', (text, micros) => {
    expect(microsOf(text)).toBe(micros);
  });
});
