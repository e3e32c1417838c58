/** Opens the database that the configuration names, and the registry over it. */
import { getRandomValues } from 'node:crypto';
import { join, resolve } from 'node:path';
import type { Engine } from './compose-engine.ts';
import { StartError } from './compose-start-error.ts';
import type { Config } from './config-schema.ts';
import { NO_ACTIONS, type ProfileSnapshot } from './core/policy.ts';
import { namedId } from './registry/named-id.ts';
import { createRegistry, type Registry } from './registry/registry.ts';
import type { CheckScanner } from './registry/scanner-config.ts';
import type { Store } from './store/store.ts';
import { StoreError } from './store/store-error.ts';

export const DATABASE_FILE = 'sallyport.db';

/**
 * The driver of the other database is never loaded.
 * @throws StartError in one line
 */
export async function openStore(config: Config): Promise<Store> {
  const { url } = config.store;
  const file = join(resolve(config.dataDir), DATABASE_FILE);
  try {
    if (url !== 'embedded') return await (await import('./store/postgres.ts')).openPostgres({ url });
    return await (await import('./store/sqlite.ts')).openSqlite({ file });
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const place = url === 'embedded' ? file : 'store.url (SALLYPORT_DATABASE_URL)';
    const mend =
      url === 'embedded' && error.fault === 'unavailable' ? '; set dataDir (SALLYPORT_DATA_DIR)' : '';
    throw new StartError(`${place}: ${error.message}${mend}`, { cause: error });
  }
}

type ScannerEngine = Pick<Engine, 'compile' | 'tools' | 'probe'>;

/** The registry of a store, with the program's clock and compiler. */
export const openRegistry = (store: Store, engine: ScannerEngine): Registry =>
  createRegistry({ store, now: nowMicros, newId: newTimedId, checkScanner: checkWith(engine) });

/** Unix microseconds; as fine as the monotonic clock is. */
export const nowMicros = (): number => Math.floor((performance.timeOrigin + performance.now()) * 1_000);

/** A time-ordered UUID (RFC 9562 §5.7, version 7). */
export function newTimedId(): string {
  const bytes = Buffer.from(getRandomValues(new Uint8Array(16)));
  bytes.writeUIntBE(Date.now(), 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return [8, 12, 16, 20, 32].map((end, at) => hex.slice([0, 8, 12, 16, 20][at], end)).join('-');
}

/** A scanner is good if a profile of it alone compiles, and hostile texts do not hold it up. */
export const checkWith =
  ({ compile, tools, probe }: ScannerEngine): CheckScanner =>
  async ({ name, config, direction }) => {
    const side = direction === 'both' ? 'both' : direction === 'request' ? 'prompt' : 'response';
    const facts = { name, side, action: 'block', tags: [] } as const;
    const profile: ProfileSnapshot = {
      name: 'check',
      id: namedId('check'),
      revision: '',
      actions: { prompt: NO_ACTIONS, response: NO_ACTIONS },
      latency: { maxInlineMs: 1_000, onTimeout: 'block' },
      trustedRoles: [],
      maskOnBlock: false,
      topics: [],
      urlFeed: [],
      scanners: [
        config.type === 'keyword' || config.type === 'regex'
          ? { ...facts, ...config }
          : { ...facts, type: 'genai', input: config.input, scanContext: config.scanContext },
      ],
    };
    compile(profile, tools);
    const [fault] = await probe(profile, tools);
    if (fault !== undefined) throw fault;
  };
