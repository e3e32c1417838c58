/** The environment variables that override the configuration file, and where each one lands in it. */
import type { ConfigPath } from './config-issue.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Names are a promise to users; the AIRS names are the official SDKs' own. */
const VARIABLES: Readonly<Record<string, ConfigPath>> = {
  SALLYPORT_GATEWAY_HOST: ['gateway', 'host'],
  SALLYPORT_GATEWAY_PORT: ['gateway', 'port'],
  SALLYPORT_GATEWAY_OPEN: ['gateway', 'open'],
  SALLYPORT_CONTROL_HOST: ['control', 'host'],
  SALLYPORT_CONTROL_PORT: ['control', 'port'],
  SALLYPORT_PROFILE: ['gateway', 'profile'],
  SALLYPORT_DATA_DIR: ['dataDir'],
  SALLYPORT_DATABASE_URL: ['store', 'url'],
  SALLYPORT_RECORDS_KEY: ['records', 'key'],
  SALLYPORT_SECRET_KEY: ['secrets', 'key'],
  SALLYPORT_ADMIN_TOKEN: ['control', 'adminToken'],
  SALLYPORT_SCAN_API_KEY: ['scanApi', 'key'],
  PANW_AI_SEC_API_ENDPOINT: ['scan', 'endpoint'],
  PANW_AI_SEC_API_KEY: ['scan', 'key'],
  PANW_AI_SEC_API_TOKEN: ['scan', 'token'],
  SALLYPORT_LOG_LEVEL: ['logLevel'],
};

export interface Overridden {
  readonly value: unknown;
  /** Written path of a setting to the variable that gave it. */
  readonly origins: ReadonlyMap<string, string>;
}

const isMapping = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The file's settings with those of the environment over them; an empty variable counts as not set. */
export function overrideFromEnvironment(file: unknown, env: Env): Overridden {
  const origins = new Map<string, string>();
  if (!isMapping(file)) return { value: file, origins };
  let value: Record<string, unknown> = file;
  const given = (name: string): string | undefined => (env[name] === '' ? undefined : env[name]);
  for (const [name, path] of Object.entries(VARIABLES)) {
    const setting = given(name);
    if (setting === undefined) continue;
    value = withSetting(value, path, setting);
    origins.set(path.join('.'), name);
  }
  const url = given('SALLYPORT_UPSTREAM_URL');
  if (url === undefined) return { value, origins };
  const { upstreams, index } = withRootUpstream(value.gateway, url);
  origins.set(`gateway.upstreams.${index}.url`, 'SALLYPORT_UPSTREAM_URL');
  return { value: withSetting(value, ['gateway', 'upstreams'], upstreams), origins };
}

/** A copy with one setting changed; a section that is no mapping is left for the schema to refuse. */
function withSetting(
  value: Record<string, unknown>,
  path: ConfigPath,
  setting: unknown,
): Record<string, unknown> {
  const [first, ...rest] = path;
  if (first === undefined) return value;
  if (rest.length === 0) return { ...value, [first]: setting };
  const below = value[first] === undefined ? {} : value[first];
  return isMapping(below) ? { ...value, [first]: withSetting(below, rest, setting) } : value;
}

/** The upstreams with the URL at the one mounted at `/`; without such a one it is added. */
function withRootUpstream(gateway: unknown, url: string): { upstreams: unknown; index: number } {
  const upstreams = isMapping(gateway) ? gateway.upstreams : undefined;
  const listed: readonly unknown[] = Array.isArray(upstreams) ? upstreams : [];
  if (upstreams !== undefined && !Array.isArray(upstreams)) return { upstreams, index: 0 };
  const index = listed.findIndex((entry) => isMapping(entry) && entry.mount === '/');
  if (index === -1)
    return { upstreams: [...listed, { name: 'main', mount: '/', url }], index: listed.length };
  return {
    upstreams: listed.map((entry, at) => (at === index && isMapping(entry) ? { ...entry, url } : entry)),
    index,
  };
}
