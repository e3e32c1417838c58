/** PostgreSQL for any number of processes: changes are announced with LISTEN and NOTIFY (DESIGN §10). */
import { Kysely, PostgresDialect, sql } from 'kysely';
import pg from 'pg';
import { Listeners } from './listeners.ts';
import { migrate } from './migrations.ts';
import { insertRecords } from './record-append.ts';
import type { ChainEnd, NewRecord } from './record-rows.ts';
import { putResults, type ResultRow } from './scan-result-rows.ts';
import type { Db, Schema } from './schema.ts';
import type { Store } from './store.ts';
import { StoreError } from './store-error.ts';
import { runTransaction } from './transaction.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database?sslmode=…` */
  readonly url: string;
  readonly connectionsMax?: number;
  /** How long a connection, and how long one statement may take. */
  readonly timeoutMs?: number;
}

const CONNECTIONS_MAX = 10;
const TIMEOUT_MS = 5_000;
const ATTEMPTS_MAX = 5;
const RECONNECT_MS = 1_000;
const CHANNEL = 'sallyport';
/** Whoever migrates holds this advisory lock. */
const MIGRATION_LOCK = 0x5a11;
const INT8_OID = 20;

/**
 * Connects and brings the tables to this version.
 * @throws StoreError
 */
export async function openPostgres(options: PostgresOptions): Promise<Store> {
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const config: pg.PoolConfig = {
    connectionString: options.url,
    max: options.connectionsMax ?? CONNECTIONS_MAX,
    connectionTimeoutMillis: timeoutMs,
    // The server gives up first, so that nothing is committed after we told of a failure.
    statement_timeout: timeoutMs,
    idle_in_transaction_session_timeout: timeoutMs,
    query_timeout: timeoutMs * 2,
    keepAlive: true,
    application_name: 'sallyport',
    // Counters and times fit into 53 bits.
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') =>
        oid === INT8_OID ? Number : pg.types.getTypeParser(oid, format),
    },
  };
  const pool = new pg.Pool(config);
  // A connection that breaks while it is idle leaves the pool; whoever needs one gets a new one.
  pool.on('error', () => undefined);
  // One that breaks between two statements of a transaction: the next statement tells of it.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  const store = new PostgresStore(db, config);
  try {
    await store.write(async (within) => {
      await sql`select pg_advisory_xact_lock(${MIGRATION_LOCK})`.execute(within);
      await migrate(within, byBytes);
    });
    store.listen();
    return store;
  } catch (cause) {
    await store.close();
    throw cause;
  }
}

/** Texts compare by their bytes, as in the other database, whatever the locale. */
const byBytes = (statement: string): string =>
  statement.startsWith('create table') ? statement.replaceAll(/\btext\b/g, 'text collate "C"') : statement;

class PostgresStore implements Store {
  readonly kind = 'postgres';
  readonly #db: Db;
  readonly #config: pg.ClientConfig;
  readonly #listeners = new Listeners();
  #listening: pg.Client | undefined;
  #reconnect: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(db: Db, config: pg.ClientConfig) {
    this.#db = db;
    this.#config = config;
  }

  read<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#run('begin isolation level repeatable read read only', work);
  }

  write<T>(work: (db: Db) => Promise<T>, options: { readonly announce?: boolean } = {}): Promise<T> {
    return this.#run('begin isolation level read committed', async (db) => {
      const result = await work(db);
      if (options.announce === true) await sql`select pg_notify(${CHANNEL}, '')`.execute(db);
      return result;
    });
  }

  /** Deadlocks and serialisation failures are the database's way to ask for another try. */
  async #run<T>(begin: string, work: (db: Db) => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#db.connection().execute((db) => runTransaction(db, begin, work));
      } catch (cause) {
        if (attempt < ATTEMPTS_MAX && /^40(001|P01)$/.test(codeOf(cause))) continue;
        throw postgresFault(cause);
      }
    }
  }

  appendRecords(key: string, records: readonly NewRecord[]): Promise<ChainEnd> {
    return this.write((db) => insertRecords(db, this.kind, key, records));
  }

  putResults(rows: readonly ResultRow[]): Promise<void> {
    return this.write((db) => putResults(db, rows));
  }

  onAnnounced(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  /** Keeps one connection that is told of changes; after a break everything may have changed. */
  listen(): void {
    if (this.#isClosed) return;
    const client = new pg.Client({ ...this.#config, query_timeout: undefined });
    this.#listening = client;
    let isOver = false;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      void client.end().catch(() => undefined);
      if (this.#isClosed) return;
      this.#reconnect = setTimeout(() => this.listen(), RECONNECT_MS);
      this.#reconnect.unref();
    };
    client.on('error', again).on('end', again);
    client.on('notification', () => this.#listeners.call());
    client
      .connect()
      .then(() => client.query(`listen ${CHANNEL}`))
      .then(() => this.#listeners.call(), again);
  }

  async check(): Promise<void> {
    await this.read((db) => db.selectFrom('policy_head').select('revision').execute());
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#reconnect);
    await this.#listening?.end().catch(() => undefined);
    await this.#db.destroy();
  }
}

const codeOf = (cause: unknown): string =>
  cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : '';

/** SQLSTATE classes: 23 is a broken rule; the others here are faults of the server or the way to it. */
function postgresFault(cause: unknown): unknown {
  if (!(cause instanceof Error) || cause instanceof StoreError) return cause;
  const code = codeOf(cause);
  if (/^23/.test(code)) return new StoreError('conflict', 'a rule of the tables was broken', { cause });
  const isServer = /^(08|25|28|3D|40|53|54|55|57|58|XX)/.test(code);
  const isWay = /^E[A-Z_]+$/.test(code) || (code === '' && CONNECTION.test(cause.message));
  if (isServer || isWay) {
    return new StoreError('unavailable', `the database cannot be used (${code || 'connection lost'})`, {
      cause,
    });
  }
  return cause;
}
const CONNECTION =
  /connection terminated|timeout|already been destroyed|client (has|was)|not queryable|connect|cannot use a pool after/i;
