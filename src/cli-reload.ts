/** SIGHUP: the client keys of the configuration are read anew, so that keys change without a restart. */
import type { Sallyport } from './compose.ts';
import type { LoadedConfig } from './config.ts';
import { ConfigError } from './config-issue.ts';
import type { Config } from './config-schema.ts';

/**
 * Reads and checks the whole configuration; of a faulty one nothing is taken.
 * @param load reads it anew. @throws ConfigError
 */
export function reloadClients(running: Sallyport, started: Config, load: () => LoadedConfig): void {
  try {
    const { config } = load();
    running.replaceClients(config);
    if (restOf(config) !== restOf(started)) running.note('reload_partly', PARTLY);
  } catch (cause) {
    // Its lines hold paths and what must be there, never values.
    if (cause instanceof ConfigError) for (const line of cause.lines) running.note('reload_refused', line);
    else running.noteFault(cause);
  }
}

const PARTLY = 'gateway.clients is in effect; other settings that changed are at the next start';

const restOf = (config: Config): string =>
  JSON.stringify({ ...config, gateway: { ...config.gateway, clients: [] } });
