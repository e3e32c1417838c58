/** Runs a suite over every store: a fresh database for each test, or a skip that says why. */
import { afterAll, afterEach, beforeAll, describe, it } from 'vitest';
import type { Store } from '../../src/store/store.ts';
import { STORE_KINDS, type StoreHome, type StoreKind } from './stores.ts';

export interface StoreSuite {
  readonly kind: StoreKind;
  /** Opens the test's database; each further call does it as another process would. */
  open(): Promise<Store>;
  /** The test's database, for those who open it their own way. */
  home(): Promise<StoreHome>;
  test(name: string, work: () => Promise<void>, timeoutMs?: number): void;
}

export function describeStores(title: string, define: (suite: StoreSuite) => void): void {
  describe.each(STORE_KINDS)(`${title} on $name`, (kind) => {
    let isThere = false;
    let home: StoreHome | undefined;
    const opened: Store[] = [];
    beforeAll(async () => {
      isThere = await kind.prepare();
    }, 120_000);
    afterAll(() => kind.end(), 60_000);
    afterEach(async () => {
      for (const store of opened.splice(0)) await store.close();
      await home?.remove();
      home = undefined;
    });
    const homeNow = async (): Promise<StoreHome> => {
      home ??= await kind.home();
      return home;
    };
    define({
      kind,
      home: homeNow,
      async open() {
        const store = await (await homeNow()).open();
        opened.push(store);
        return store;
      },
      test(name, work, timeoutMs) {
        const run = async (context: { skip: () => void }): Promise<void> => {
          if (isThere) await work();
          else context.skip();
        };
        if (timeoutMs === undefined) it(name, run);
        else it(name, run, timeoutMs);
      },
    });
  });
}
