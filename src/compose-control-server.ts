/** The server of the control plane: plain, or with TLS where the configuration names a certificate. */
import { readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { resolve } from 'node:path';
import { StartError } from './compose-start-error.ts';
import type { Config } from './config-schema.ts';

type Tls = Config['control']['tls'];

/** @throws StartError where the files are no certificate and key that fit */
export function createControlServer(tls: Tls, options: ServerOptions, app: RequestListener): Server {
  if (tls === undefined) return createServer(options, app);
  const pair = { cert: readPem('certFile', tls.certFile), key: readPem('keyFile', tls.keyFile) };
  try {
    return createTlsServer({ ...options, ...pair, minVersion: 'TLSv1.2' }, app);
  } catch (cause) {
    const message = 'control.tls: certFile and keyFile must hold a certificate and its key, as PEM';
    throw new StartError(message, { cause });
  }
}

function readPem(setting: 'certFile' | 'keyFile', path: string): Buffer {
  try {
    return readFileSync(resolve(path));
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown fault';
    throw new StartError(`control.tls.${setting}: cannot be read (${code})`, { cause });
  }
}
