/** Bounds the open connections, in all and per address, and answers those beyond with 503 (THREATS D1). */
import type { Server } from 'node:http';
import type { Socket } from 'node:net';

export interface ConnectionLimits {
  readonly connections: number;
  readonly connectionsPerAddress: number;
}

export interface ConnectionLimiter {
  /** True for a connection that was refused: no request of it is served. */
  isRefused(socket: Socket): boolean;
}

/** A refused client has so long to take its answer. */
const REFUSAL_MS = 1_000;
/** Refusals under way at once; beyond them connections are dropped without a word. */
const REFUSALS_MAX = 128;

/**
 * @param isShared true for addresses that many clients come from, like a trusted proxy: only the whole counts
 * @param refusal an answer as it stands on the wire
 */
export function limitConnections(
  server: Server,
  limits: ConnectionLimits,
  isShared: (address: string) => boolean,
  refusal: () => string,
): ConnectionLimiter {
  const open = new Map<string, number>();
  const refused = new WeakSet<Socket>();
  let total = 0;

  const count = (address: string, step: 1 | -1): void => {
    total += step;
    const now = (open.get(address) ?? 0) + step;
    if (now === 0) open.delete(address);
    else open.set(address, now);
  };

  // Before the server's own listener, which reads the first request.
  server.prependListener('connection', (socket: Socket) => {
    const address = networkOf(socket.remoteAddress ?? '');
    const isOver =
      total >= limits.connections ||
      ((open.get(address) ?? 0) >= limits.connectionsPerAddress && !isShared(socket.remoteAddress ?? ''));
    if (isOver) {
      refused.add(socket);
      refuse(socket, refusal());
      return;
    }
    count(address, 1);
    socket.once('close', () => count(address, -1));
  });
  server.maxConnections = limits.connections + REFUSALS_MAX;
  return { isRefused: (socket) => refused.has(socket) };
}

/** What comes is read away, so that the answer is not lost in a reset. */
const refuse = (socket: Socket, answer: string): void => {
  socket.on('error', () => undefined);
  socket.end(answer);
  const timer = setTimeout(() => socket.destroy(), REFUSAL_MS);
  socket.once('close', () => clearTimeout(timer));
};

/** One household has a whole /64 of IPv6 addresses: they count as one. */
export function networkOf(address: string): string {
  if (!address.includes(':') || address.startsWith('::ffff:')) return address;
  const [head = '', tail] = address.split('%')[0]?.split('::') ?? [];
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - left.length - right.length;
  return [...left, ...Array<string>(Math.max(0, zeros)).fill('0'), ...right].slice(0, 4).join(':');
}
