/** Upstreams that cannot be reached, each in its own way, as mounts of a gateway. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Worker } from 'node:worker_threads';
import type { UpstreamOptions } from '../../src/proxy/options.ts';
import { selfSigned } from './self-signed.ts';

export interface Unreachable {
  readonly upstreams: readonly UpstreamOptions[];
  close(): Promise<void>;
}

export async function startUnreachable(): Promise<Unreachable> {
  const refused = await listening(createServer());
  await closeServer(refused.server);
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => undefined);
  };
  const tls = await listening(createTlsServer(selfSigned(), keep).on('tlsClientError', () => undefined));
  tls.server.on('connection', keep);
  const silent = await listening(createServer(keep));
  const plain = await listening(
    createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  plain.server.on('connection', keep);
  const unaccepted = await startUnaccepting();
  const url = (scheme: string, port: number): URL => new URL(`${scheme}://127.0.0.1:${port}/inner`);
  const urls: Readonly<Record<string, URL>> = {
    refused: url('http', refused.port),
    unaccepted: url('http', unaccepted.port),
    // A label has at most 63 characters (RFC 1035 §2.3.4): no server needs to be asked.
    nameless: new URL(`http://${'a'.repeat(64)}.invalid/inner`),
    'self-signed': url('https', tls.port),
    'plain-as-tls': url('https', plain.port),
    'tls-as-plain': url('http', tls.port),
    'silent-tls': url('https', silent.port),
  };
  return {
    upstreams: Object.entries(urls).map(([name, where]) => ({ name, mount: `/${name}`, url: where })),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all([tls, silent, plain].map(({ server }) => closeServer(server)));
      await unaccepted.close();
    },
  };
}

const closeServer = (server: Server): Promise<void> => new Promise((done) => server.close(() => done()));

async function listening<T extends Server>(server: T): Promise<{ server: T; port: number }> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('no port');
  return { server, port: address.port };
}

/** Connections that are filled into its queue: further ones get no answer at all. */
const QUEUE = 4;

/** A listener whose thread never comes to accept. */
async function startUnaccepting(): Promise<{ port: number; close(): Promise<void> }> {
  const hold = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(
    `const { parentPort, workerData } = require('node:worker_threads');
     const server = require('node:net').createServer();
     server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
       parentPort.postMessage(server.address().port);
       setImmediate(() => Atomics.wait(workerData, 0, 0));
     });`,
    { eval: true, workerData: hold },
  );
  const [port] = (await once(worker, 'message')) as [number];
  const queued = Array.from({ length: QUEUE }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  const [first] = queued;
  if (first !== undefined) await once(first, 'connect');
  return {
    port,
    async close() {
      for (const socket of queued) socket.destroy();
      Atomics.store(hold, 0, 1);
      Atomics.notify(hold, 0);
      await worker.terminate();
    },
  };
}
