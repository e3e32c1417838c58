/** The secrets of the store as this process reads them: their key, and the values that stand now. */
import { randomBytes } from 'node:crypto';
import { provideToken } from './compose-tokens.ts';
import type { Config } from './config-schema.ts';
import { createSealer, type Sealer } from './registry/sealer.ts';
import { type OpenedSecrets, openSecrets } from './registry/secrets.ts';
import type { Store } from './store/store.ts';

const PREFIX = 'secret:';

/** The name of the secret that a key of the configuration stands for; undefined: it is the key itself. */
export const secretNameOf = (key: string): string | undefined =>
  key.startsWith(PREFIX) ? key.slice(PREFIX.length) : undefined;

/**
 * A generated key would be another one in each process of a shared database, so there it must be given.
 * @throws StartError
 */
export function sealerOf({ secrets, store, dataDir }: Config): Sealer | undefined {
  if (secrets.key === undefined && store.url !== 'embedded') return undefined;
  return createSealer(provideToken('secret-key', secrets.key, dataDir).value, randomBytes);
}

export interface LiveSecrets {
  /** The value that stands now; undefined: there is none that can be read. */
  valueOf(name: string): string | undefined;
  /** Why an upstream has no key; undefined: all have theirs. */
  reason(): 'secret_key_wrong' | 'upstream_key_missing' | undefined;
  /** Reads them anew. @throws StoreError */
  load(): Promise<void>;
}

const REASONS = {
  secret_key_wrong: 'cannot be read with the key of this process: set secrets.key (SALLYPORT_SECRET_KEY)',
  upstream_key_missing: 'does not exist: make it with POST /backend/v1/secrets',
} as const;

export interface LiveSecretsOptions {
  readonly store: Store;
  readonly sealer: Sealer | undefined;
  readonly upstreams: Config['gateway']['upstreams'];
  /** Told when an upstream loses its key, or never had it. */
  readonly onFault: (event: keyof typeof REASONS, note: string) => void;
}

export function createLiveSecrets(options: LiveSecretsOptions): LiveSecrets {
  const { store, sealer, upstreams, onFault } = options;
  const needed = upstreams.flatMap(({ name: upstream, apiKey }) => {
    const name = secretNameOf(apiKey ?? '');
    return name === undefined ? [] : [{ upstream, name }];
  });
  let opened: OpenedSecrets = { values: new Map(), unreadable: new Set() };
  const told = new Set<string>();
  const reasonFor = (name: string): keyof typeof REASONS | undefined => {
    if (opened.values.has(name)) return undefined;
    return opened.unreadable.has(name) ? 'secret_key_wrong' : 'upstream_key_missing';
  };
  return {
    valueOf: (name) => opened.values.get(name),
    reason: () => needed.map(({ name }) => reasonFor(name)).find((reason) => reason !== undefined),
    async load() {
      opened = await store.read((db) => openSecrets(db, sealer));
      for (const { upstream, name } of needed) {
        const reason = reasonFor(name);
        if (reason === undefined) told.delete(upstream);
        else if (!told.has(upstream)) {
          told.add(upstream);
          onFault(reason, `upstream ${upstream}: the secret of its apiKey ${REASONS[reason]}`);
        }
      }
    },
  };
}
