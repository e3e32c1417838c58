/** One suite over every store: transactions, order, announcements, migrations, faults. */
import { sql } from 'kysely';
import { expect } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations.ts';
import type { Store } from '../../src/store/store.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { describeStores } from '../support/store-suite.ts';

describeStores('the store', ({ open, home, test }) => {
  const put = (store: Store, name: string, value: string): Promise<unknown> =>
    store.write((db) => db.insertInto('settings').values({ name, value }).execute());
  const names = (store: Store): Promise<string[]> =>
    store.read(async (db) =>
      (await db.selectFrom('settings').select('name').orderBy('name').execute()).map((row) => row.name),
    );

  test('keeps what was committed, for others too', async () => {
    const store = await open();
    await put(store, 'a', '1');
    const other = await open();
    expect(await names(other)).toEqual(['a']);
  });

  test('undoes all of a transaction that throws, and throws the same', async () => {
    const store = await open();
    const fault = new Error('mine');
    const failing = store.write(async (db) => {
      await db.insertInto('settings').values({ name: 'a', value: '1' }).execute();
      throw fault;
    });
    await expect(failing).rejects.toBe(fault);
    expect(await names(store)).toEqual([]);
    await put(store, 'b', '1');
    expect(await names(store)).toEqual(['b']);
  });

  test('tells a broken rule of the tables as a conflict', async () => {
    const store = await open();
    await put(store, 'a', '1');
    await expect(put(store, 'a', '2')).rejects.toMatchObject({ name: 'StoreError', fault: 'conflict' });
  });

  test('refuses writes in a read', async () => {
    const store = await open();
    const writing = store.read((db) => db.insertInto('settings').values({ name: 'a', value: '' }).execute());
    await expect(writing).rejects.toThrow();
    expect(await names(store)).toEqual([]);
  });

  test('shows a read one state, whatever is committed meanwhile', async () => {
    const store = await open();
    const other = await open();
    const seen = await store.read(async (db) => {
      const count = async (): Promise<number> =>
        (await db.selectFrom('settings').selectAll().execute()).length;
      const before = await count();
      await put(other, 'a', '1');
      return [before, await count()];
    });
    expect(seen).toEqual([0, 0]);
  });

  test('lets writers of several processes go one after the other', async () => {
    const stores = [await open(), await open(), await open(), await open()];
    const bump = (store: Store): Promise<number> =>
      store.write(async (db) => {
        const row = await sql<{ revision: number }>`
          update policy_head set revision = revision + 1 returning revision`.execute(db);
        return row.rows[0]?.revision ?? 0;
      });
    const rounds = Array.from({ length: 40 }, (_, at) => at);
    const seen = await Promise.all(rounds.map((at) => bump(stores[at % stores.length] ?? raise())));
    expect(seen.toSorted((a, b) => a - b)).toEqual(rounds.map((at) => at + 1));
  });

  test('gives numbers of 53 bits and texts back as they were', async () => {
    const store = await open();
    const at = Number.MAX_SAFE_INTEGER;
    const texts = ['', 'Ünïcodé \u{1f511} \u200d \u0001', "'; drop table settings; --", 'e\u0301 é'];
    await store.write(async (db) => {
      await db.updateTable('policy_head').set({ last_at: at }).execute();
      await db
        .insertInto('settings')
        .values(texts.map((value, index) => ({ name: `n${index}`, value })))
        .execute();
    });
    const [head, rows] = await store.read(async (db) => [
      await db.selectFrom('policy_head').selectAll().executeTakeFirstOrThrow(),
      await db.selectFrom('settings').selectAll().orderBy('name').execute(),
    ]);
    expect(head.last_at).toBe(at);
    expect(rows.map((row) => row.value)).toEqual(texts);
  });

  test('orders texts by their bytes', async () => {
    const store = await open();
    for (const name of ['b', 'B', 'ä', 'a', '_', 'A']) await put(store, name, '');
    expect(await names(store)).toEqual(['A', 'B', '_', 'a', 'b', 'ä']);
  });

  test('announces a change after its commit', async () => {
    const store = await open();
    const calls: string[][] = [];
    const heard = new Promise<void>((resolve) => {
      store.onAnnounced(() => {
        // The last announcements may come when the store is closed already.
        void names(store).then(
          (seen) => {
            calls.push(seen);
            if (seen.length > 0) resolve();
          },
          () => undefined,
        );
      });
    });
    await store.write((db) => db.insertInto('settings').values({ name: 'a', value: '' }).execute(), {
      announce: true,
    });
    await heard;
    expect(calls.at(-1)).toEqual(['a']);
  });

  test('is opened again without a change, and twice at once', async () => {
    const store = await open();
    await put(store, 'a', '1');
    const [left, right] = await Promise.all([open(), open()]);
    expect(await names(left)).toEqual(['a']);
    expect(await names(right)).toEqual(['a']);
    await left.check();
  });

  test('of a newer version is refused with one clear line', async () => {
    const store = await open();
    await store.write((db) =>
      sql`insert into migrations (version, name, checksum) values (99, 'later', '')`.execute(db),
    );
    const fault = await (await home()).open().catch((cause: unknown) => cause);
    expect(fault).toBeInstanceOf(StoreError);
    expect(fault).toMatchObject({ fault: 'newer' });
    expect(String(fault)).toContain(`version 99, and this program knows versions up to ${MIGRATIONS.length}`);
  });

  test('whose tables are not ours is refused', async () => {
    const store = await open();
    await store.write((db) => sql`update migrations set checksum = 'other' where version = 1`.execute(db));
    await expect((await home()).open()).rejects.toMatchObject({ fault: 'foreign' });
  });

  test('that is closed is unavailable', async () => {
    const store = await open();
    await store.close();
    await expect(names(store)).rejects.toMatchObject({ fault: 'unavailable' });
    await expect(put(store, 'a', '')).rejects.toMatchObject({ fault: 'unavailable' });
  });
});

const raise = (): never => {
  throw new Error('no such store');
};
