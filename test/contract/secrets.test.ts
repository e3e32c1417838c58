/** Secrets over every store: encrypted at rest, bound to their rows, audited without their values. */
import { randomBytes } from 'node:crypto';
import { sql } from 'kysely';
import { expect } from 'vitest';
import { newTimedId, nowMicros } from '../../src/compose-store.ts';
import { createSealer, type Sealer } from '../../src/registry/sealer.ts';
import { createSecrets, openSecrets, type Secrets } from '../../src/registry/secrets.ts';
import type { Store } from '../../src/store/store.ts';
import { describeStores } from '../support/store-suite.ts';
import { ACTOR, seededRegistry } from '../support/test-registry.ts';

const newValue = (): string => `canary${randomBytes(12).toString('hex')}`;
const newSealer = (): Sealer => createSealer(randomBytes(32).toString('base64url'), randomBytes);

describeStores('secrets', ({ open, test }) => {
  const over = (store: Store, sealer: Sealer | undefined): Secrets =>
    createSecrets({ store, now: nowMicros, newId: newTimedId, sealer });
  async function start() {
    const store = await open();
    const registry = await seededRegistry(store);
    const sealer = newSealer();
    const opened = (by: Sealer | undefined = sealer) => store.read((db) => openSecrets(db, by));
    return { store, registry, sealer, opened, secrets: over(store, sealer) };
  }

  test('are made, listed, renamed, replaced and deleted', async () => {
    const { secrets, opened } = await start();
    const [first, second] = [newValue(), newValue()];
    const id = await secrets.createSecret(ACTOR, { name: 'Schlüssel 🔑', value: first });
    expect(await secrets.listSecrets()).toEqual([await secrets.getSecret(id)]);
    expect(JSON.stringify(await secrets.getSecret(id))).not.toContain(first);
    expect((await opened()).values).toEqual(new Map([['Schlüssel 🔑', first]]));

    await secrets.updateSecret(ACTOR, id, { name: 'vendor' });
    expect((await opened()).values).toEqual(new Map([['vendor', first]]));
    await secrets.updateSecret(ACTOR, id, { value: second });
    expect((await opened()).values).toEqual(new Map([['vendor', second]]));
    expect(await secrets.getSecret(id.toUpperCase())).toMatchObject({ id, name: 'vendor' });

    await secrets.deleteSecret(ACTOR, id);
    expect(await secrets.listSecrets()).toEqual([]);
    await expect(secrets.getSecret(id)).rejects.toMatchObject({ fault: 'not_found' });
    await expect(secrets.updateSecret(ACTOR, id, {})).rejects.toMatchObject({ fault: 'not_found' });
    await expect(secrets.deleteSecret(ACTOR, id)).rejects.toMatchObject({ fault: 'not_found' });
  });

  test('have names of their own, and values that fit into a header', async () => {
    const { secrets } = await start();
    const value = newValue();
    await secrets.createSecret(ACTOR, { name: 'one', value });
    const two = await secrets.createSecret(ACTOR, { name: 'two', value });
    await expect(secrets.createSecret(ACTOR, { name: 'one', value })).rejects.toMatchObject({
      fault: 'conflict',
    });
    await expect(secrets.updateSecret(ACTOR, two, { name: 'one' })).rejects.toMatchObject({
      fault: 'conflict',
    });
    await secrets.updateSecret(ACTOR, two, { name: 'two' });
    for (const bad of ['', 'two words', 'line\nend', 'ä', 'x'.repeat(2_049)]) {
      const refused = secrets.createSecret(ACTOR, { name: 'three', value: bad });
      await expect(refused).rejects.toMatchObject({ fault: 'invalid', path: ['value'] });
      await expect(secrets.updateSecret(ACTOR, two, { value: bad })).rejects.toMatchObject({
        fault: 'invalid',
      });
    }
    for (const name of ['', 'x'.repeat(101), 'a\0b', '\ud800'])
      await expect(secrets.createSecret(ACTOR, { name, value })).rejects.toMatchObject({ path: ['name'] });
    expect((await secrets.listSecrets()).map(({ name }) => name)).toEqual(['one', 'two']);
  });

  test('stand nowhere in the database in clear, and are audited without their values', async () => {
    const { store, registry, secrets } = await start();
    const [first, second] = [newValue(), newValue()];
    const id = await secrets.createSecret(ACTOR, { name: 'vendor', value: first });
    await secrets.updateSecret(ACTOR, id, { value: second });
    await secrets.updateSecret(ACTOR, id, { name: 'renamed' });
    await secrets.deleteSecret(ACTOR, id);
    const page = { offset: 0, limit: 100, ascending: true };
    const types = ['secret-created', 'secret-updated', 'secret-deleted'];
    const { items } = await registry.listAuditEvents({ types }, page);
    expect(items.map(({ type, subjects, data }) => ({ type, subjects, data }))).toEqual([
      { type: 'secret-created', subjects: { secretId: id }, data: { name: 'vendor' } },
      { type: 'secret-updated', subjects: { secretId: id }, data: { name: 'vendor', changed: ['value'] } },
      { type: 'secret-updated', subjects: { secretId: id }, data: { name: 'renamed', changed: ['name'] } },
      { type: 'secret-deleted', subjects: { secretId: id }, data: { name: 'renamed' } },
    ]);
    const kept = await secrets.createSecret(ACTOR, { name: 'kept', value: first });
    const rows = await store.read(async (db) => ({
      secrets: await db.selectFrom('secrets').selectAll().execute(),
      events: await db.selectFrom('audit_events').selectAll().execute(),
      history: await db.selectFrom('history').selectAll().execute(),
      settings: await db.selectFrom('settings').selectAll().execute(),
    }));
    expect(rows.secrets.map((row) => row.id)).toEqual([kept]);
    for (const value of [first, second]) {
      expect(JSON.stringify(rows)).not.toContain(value);
      expect(JSON.stringify(rows)).not.toContain(Buffer.from(value).toString('base64').slice(0, 16));
    }
  });

  test('do not open in another row or under another name', async () => {
    const { store, secrets, opened } = await start();
    await secrets.createSecret(ACTOR, { name: 'one', value: newValue() });
    await secrets.createSecret(ACTOR, { name: 'two', value: newValue() });
    await store.write(async (db) => {
      await sql`update secrets set name = 'three' where name = 'one'`.execute(db);
      await sql`update secrets set name = 'one' where name = 'two'`.execute(db);
      await sql`update secrets set name = 'two' where name = 'three'`.execute(db);
    });
    expect(await opened()).toEqual({ values: new Map(), unreadable: new Set(['one', 'two']) });
  });

  test('of one key are taken from nobody with another one, until the last is gone', async () => {
    const { store, secrets, opened } = await start();
    const value = newValue();
    const id = await secrets.createSecret(ACTOR, { name: 'vendor', value });
    const other = newSealer();
    const stranger = over(store, other);
    expect((await opened(other)).unreadable).toEqual(new Set(['vendor']));
    const another = { fault: 'conflict', message: expect.stringContaining('SALLYPORT_SECRET_KEY') };
    await expect(stranger.createSecret(ACTOR, { name: 'more', value })).rejects.toMatchObject(another);
    await expect(stranger.updateSecret(ACTOR, id, { value })).rejects.toMatchObject(another);
    await expect(over(store, undefined).createSecret(ACTOR, { name: 'more', value })).rejects.toMatchObject(
      another,
    );
    expect((await opened()).values).toEqual(new Map([['vendor', value]]));

    await stranger.deleteSecret(ACTOR, id);
    await stranger.createSecret(ACTOR, { name: 'vendor', value });
    expect((await opened(other)).values).toEqual(new Map([['vendor', value]]));
    await expect(secrets.createSecret(ACTOR, { name: 'more', value })).rejects.toMatchObject(another);
  });
});
