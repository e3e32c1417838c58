/** The profile of one call: what it disables, forces and overrides, for that call alone (contract §9.41). */
import { describe, expect, it } from 'vitest';
import type { ProfileSnapshot } from '../../src/core/policy.ts';
import { wireTypeOf } from '../../src/core/scanner-type.ts';
import type { CallChanges } from '../../src/registry/call-profile.ts';
import { profileForCall } from '../../src/registry/call-profile.ts';
import type { Registry } from '../../src/registry/registry.ts';
import { withVersion } from '../../src/registry/replaced-version.ts';
import { readPolicyState } from '../../src/registry/snapshots.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStores } from '../support/store-suite.ts';
import { ACTOR, seededRegistry } from '../support/test-registry.ts';

const changes = (some: Partial<CallChanges>): CallChanges => ({
  disabled: [],
  forceEnabled: [],
  configOverrides: {},
  ...some,
});

interface Fixture {
  readonly store: Store;
  readonly registry: Registry;
  readonly keyword: string;
  readonly regex: string;
  /** Added, not enabled. */
  readonly added: string;
  /** Never published. */
  readonly draft: string;
  profile(): Promise<ProfileSnapshot>;
  forCall(some: Partial<CallChanges>): Promise<ProfileSnapshot>;
}

async function fixtureOver(store: Store): Promise<Fixture> {
  const registry = await seededRegistry(store);
  const create = (name: string, config: object, published = true): Promise<string> =>
    registry.createScanner(ACTOR, { name, published, config } as Parameters<Registry['createScanner']>[1]);
  const keyword = await create('keyword', { type: 'keyword', words: ['one'] });
  const regex = await create('regex', { type: 'regex', pattern: 'two' });
  const added = await create('added', { type: 'keyword', words: ['three'] });
  const draft = await create('draft', { type: 'keyword', words: ['four'] }, false);
  for (const id of [keyword, regex, added]) await registry.addScanner(ACTOR, 'default', id);
  await registry.updateProject(ACTOR, 'default', {
    scanners: [
      { id: keyword, enabled: true, mode: 'redact' },
      { id: regex, enabled: true, flagMessage: 'No.' },
    ],
  });
  const profile = async (): Promise<ProfileSnapshot> => {
    const { profiles } = await readPolicyState(store, () => []);
    const found = profiles.find(({ name }) => name === 'default');
    if (found === undefined) throw new Error('no profile');
    return found;
  };
  const forCall = async (some: Partial<CallChanges>): Promise<ProfileSnapshot> =>
    (await profileForCall(store, await profile(), changes(some))).profile;
  return { store, registry, keyword, regex, added, draft, profile, forCall };
}
const namesOf = (profile: ProfileSnapshot): string[] => profile.scanners.map((scanner) => scanner.name);

describeStores('a call', ({ open, test }) => {
  const fresh = async (): Promise<Fixture> => fixtureOver(await open());

  test('that changes nothing is judged by the very profile that stands', async () => {
    const { store, profile } = await fresh();
    const standing = await profile();
    expect((await profileForCall(store, standing, changes({}))).profile).toBe(standing);
    expect(standing.scanners.find(({ name }) => name === 'regex')?.flagMessage).toBe('No.');
  });

  test('disables scanners by id and by type, built-in ones too', async () => {
    const { forCall, keyword, profile } = await fresh();
    expect(namesOf(await forCall({ disabled: [keyword.toUpperCase()] }))).toEqual(['regex']);
    expect(namesOf(await forCall({ disabled: ['regex', 'genai'] }))).toEqual(['keyword']);
    const quiet = await forCall({ disabled: ['pii_detection', 'prompt_injection'] });
    expect(quiet.actions.prompt).toMatchObject({
      injection: 'off',
      dlp: { secrets: 'block', personal: 'off' },
    });
    expect(quiet.actions.response.dlp.personal).toBe('off');
    expect(quiet.builtIns?.some((entry) => wireTypeOf(entry) === 'pii_detection')).toBe(false);
    expect(quiet.revision).not.toBe((await profile()).revision);
  });

  test('cannot disable what is forced on every project', async () => {
    const { registry, forCall, keyword } = await fresh();
    await registry.addScanner(ACTOR, 'global', keyword);
    await registry.updateProject(ACTOR, 'global', {
      scanners: [{ id: keyword, enabled: true, force: true }],
    });
    expect(namesOf(await forCall({ disabled: ['keyword', 'regex'] }))).toEqual(['keyword']);
  });

  test('forces scanners by id and by type, in their latest published version', async () => {
    const { registry, forCall, added, draft } = await fresh();
    await registry.updateScanner(ACTOR, added, { config: { type: 'keyword', words: ['draft'] } });
    const forced = await forCall({ forceEnabled: [added] });
    expect(forced.scanners.at(-1)).toMatchObject({ id: added, words: ['three'], action: 'block' });
    expect(namesOf(await forCall({ forceEnabled: ['keyword'] }))).toEqual(['keyword', 'regex', 'added']);
    await expect(forCall({ forceEnabled: [draft] })).rejects.toMatchObject({
      fault: 'invalid',
      path: ['forceEnabled', 0],
    });
  });

  test('cannot force what the project may not use', async () => {
    const { registry, forCall } = await fresh();
    const config = { type: 'keyword', words: ['x'] } as const;
    const hidden = await registry.createScanner(ACTOR, { name: 'h', config, global: false, published: true });
    await expect(forCall({ forceEnabled: [hidden] })).rejects.toMatchObject({ fault: 'invalid' });
    await expect(forCall({ forceEnabled: [crypto.randomUUID()] })).rejects.toMatchObject({
      fault: 'invalid',
    });
  });

  test('overrides configurations, in part and by type, and says whose', async () => {
    const { store, profile, keyword, forCall } = await fresh();
    const standing = await profile();
    const called = await profileForCall(
      store,
      standing,
      changes({ configOverrides: { [keyword]: { words: ['other', ''] } } }),
    );
    expect(called.profile.scanners.find(({ id }) => id === keyword)?.words).toEqual(['other']);
    expect([...called.custom]).toEqual([keyword]);
    const byType = await forCall({ configOverrides: { regex: { type: 'regex', pattern: 'x+' } } });
    expect(byType.scanners.find(({ name }) => name === 'regex')?.pattern).toBe('x+');
    const refused = forCall({ configOverrides: { [keyword]: { words: [] } } });
    await expect(refused).rejects.toMatchObject({ path: ['configOverrides', keyword, 'words'] });
    await expect(forCall({ configOverrides: { [keyword]: { type: 'regex' } } })).rejects.toMatchObject({
      path: ['configOverrides', keyword, 'type'],
    });
    await expect(forCall({ configOverrides: { prompt_injection: {} } })).rejects.toMatchObject({
      fault: 'invalid',
    });
    expect((await profile()).revision).toBe(standing.revision);
  });

  test('of the Playground runs the versions it names, several of one scanner, and nothing else', async () => {
    const { registry, forCall, draft } = await fresh();
    const { version } = await registry.updateScanner(ACTOR, draft, {
      config: { type: 'keyword', words: ['five'] },
    });
    const first = (await registry.getScanner(draft, { version: 'v_1' })).version;
    const tested = await forCall({ versions: [first.id, version?.id ?? '', first.id] });
    expect(tested.scanners.map(({ words }) => words)).toEqual([['four'], ['five']]);
    expect(tested.builtIns).toEqual([]);
    expect(tested.actions.prompt.injection).toBe('off');
    await expect(forCall({ versions: [crypto.randomUUID()] })).rejects.toMatchObject({
      path: ['versions', 0],
    });
  });

  test('a replay puts another version in the place of the active one', async () => {
    const { store, registry, profile, keyword, draft } = await fresh();
    const { version } = await registry.updateScanner(ACTOR, keyword, {
      config: { type: 'keyword', words: ['new'] },
    });
    if (version === null) throw new Error('no version');
    const replaced = await withVersion(store, await profile(), version);
    expect(replaced.active?.name).toBe('v_1');
    const own = (it: ProfileSnapshot) => it.scanners.filter(({ id }) => id === keyword);
    expect(own(replaced.before)).toMatchObject([{ words: ['one'], action: 'mask' }]);
    expect(own(replaced.after)).toMatchObject([{ words: ['new'], action: 'mask' }]);
    const unused = (await registry.getScanner(draft)).version;
    const beside = await withVersion(store, await profile(), unused);
    expect(beside.active).toBeUndefined();
    expect(beside.after.scanners).toHaveLength(beside.before.scanners.length + 1);
  });
});

describe('types', () => {
  it('of scanners in natural language have two names', () => {
    const told = { type: 'genai', name: 'n', side: 'both', action: 'block', tags: [] } as const;
    expect(wireTypeOf(told)).toBe('genai');
  });
});
