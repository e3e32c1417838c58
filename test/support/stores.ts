/** Both databases behind one interface, fresh ones, for the suites that run over every store. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPostgres } from '../../src/store/postgres.ts';
import { openSqlite } from '../../src/store/sqlite.ts';
import type { Store } from '../../src/store/store.ts';
import { type PostgresServer, startPostgres } from './postgres-server.ts';

/** One database that several processes could share. */
export interface StoreHome {
  /** Opens it once more, as another process would. */
  open(): Promise<Store>;
  remove(): Promise<void>;
}

export interface StoreKind {
  readonly name: 'sqlite' | 'postgres';
  /** False where its server cannot be had here. */
  prepare(): Promise<boolean>;
  home(): Promise<StoreHome>;
  end(): Promise<void>;
}

let server: PostgresServer | undefined;

export const STORE_KINDS: readonly StoreKind[] = [
  {
    name: 'sqlite',
    prepare: async () => true,
    async home() {
      const folder = mkdtempSync(join(tmpdir(), 'sallyport-store-'));
      return {
        open: () => openSqlite({ file: join(folder, 'sallyport.db') }),
        remove: async () => rmSync(folder, { recursive: true, force: true }),
      };
    },
    end: async () => undefined,
  },
  {
    name: 'postgres',
    async prepare() {
      server ??= await startPostgres();
      return server !== undefined;
    },
    async home() {
      const url = await server?.newDatabase();
      if (url === undefined) throw new Error('no PostgreSQL was started');
      return { open: () => openPostgres({ url, connectionsMax: 4 }), remove: async () => undefined };
    },
    async end() {
      await server?.remove();
      server = undefined;
    },
  },
];
