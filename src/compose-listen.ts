/** Listens, and tells in one line why it cannot. */
import type { AddressInfo } from 'node:net';
import { StartError } from './compose-start-error.ts';

interface Listener {
  /** Default: http. */
  readonly scheme?: 'http' | 'https';
  listen(port: number, host: string): Promise<AddressInfo>;
}

/**
 * Starts a listener and returns its base URL.
 * @param setting the section of the configuration that names host and port
 * @throws StartError
 */
export async function listenOn(
  listener: Listener,
  setting: 'gateway' | 'control',
  { host, port }: { readonly host: string; readonly port: number },
): Promise<string> {
  const variable = `SALLYPORT_${setting.toUpperCase()}`;
  try {
    const address = await listener.listen(port, host);
    const name = host.includes(':') ? `[${host}]` : host;
    return `${listener.scheme ?? 'http'}://${name}:${address.port}`;
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault';
    const reason = REASONS[code] ?? `cannot be listened on (${code})`;
    throw new StartError(`${setting}: ${host}:${port} ${reason}; set ${variable}_HOST or ${variable}_PORT`, {
      cause,
    });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'is in use by another program',
  EACCES: 'may not be listened on by this user',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is not a name that resolves',
};
