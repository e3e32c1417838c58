/** The gateway listener: Express over an HTTP server with explicit limits, and its orderly end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { GatewayError } from '../core/errors.ts';
import { answerError, protocolOf } from './answer.ts';
import { limitConnections } from './connection-limits.ts';
import { createTrust } from './context.ts';
import { createDataPlane } from './data-plane.ts';
import { runExchange } from './exchange.ts';
import { ExchangeState } from './exchange-state.ts';
import type { GatewayOptions } from './options.ts';
import { createParserFaults } from './parser-faults.ts';
import { writeRawRefusal } from './raw-refusal.ts';
import { discardUnread } from './unread-body.ts';

export interface Gateway {
  /** The listening server, for tests and for those who mount it otherwise. */
  readonly server: Server;
  /** @throws the listen error, e.g. EADDRINUSE */
  listen(port: number, host: string): Promise<AddressInfo>;
  /** Stops accepting, lets open exchanges finish for at most `drainMs`, then ends all connections. */
  close(): Promise<void>;
  /** From now on these keys are the ones; exchanges under way go on. @throws TypeError */
  replaceClients(clients: GatewayOptions['clients']): void;
  /** Exchanges that are on their way now. */
  readonly openExchanges: number;
}

const CONNECTIONS_CHECK_MS = 2_000;

export function createGateway(options: GatewayOptions): Gateway {
  const { timeouts, clock, log, protocols } = options;
  const plane = createDataPlane(options);
  let openExchanges = 0;
  let isClosing = false;
  let onIdle: (() => void) | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    openExchanges += 1;
    const exchange = new ExchangeState({
      trId: options.newTrId(),
      request,
      response,
      protocol: protocolOf(request.headers, protocols),
      startedMs: clock.monotonicMs(),
    });
    try {
      if (isClosing)
        answerError(exchange, new GatewayError('shutting_down', { headers: { 'Retry-After': '1' } }));
      else await runExchange(plane, exchange);
      discardUnread(request, response, options.limits.bodyBytes);
      await finished(response, timeouts.clientIdleMs);
    } catch (cause) {
      log.fault('exchange_fault', cause);
      response.destroy();
    } finally {
      exchange.place?.leave();
      if (exchange.signal.aborted && exchange.error === undefined) exchange.noteAbort();
      await plane.recorder.close(exchange);
      log.exchange(exchange.line(clock.monotonicMs()));
      openExchanges -= 1;
      if (openExchanges === 0) onIdle?.();
    }
  };

  const server = createHttpServer(options);
  attach(server, handle, options);

  return {
    server,
    get openExchanges() {
      return openExchanges;
    },
    replaceClients: (clients) => plane.gate.replace(clients),
    listen: (port, host) => listen(server, port, host),
    async close() {
      isClosing = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeIdleConnections();
      if (openExchanges > 0)
        await idleOrLate((resolve) => {
          onIdle = resolve;
        }, timeouts.drainMs);
      server.closeAllConnections();
      await closed;
      for (const legs of plane.legs.values()) {
        legs.passThrough.close();
        await legs.forwarder.close();
      }
    },
  };
}

const createHttpServer = ({ limits, timeouts }: GatewayOptions): Server => {
  const server = createServer({
    headersTimeout: timeouts.requestHeadersMs,
    // Ours answers first, in the protocol's shape; this one catches what never got as far as a handler.
    requestTimeout: timeouts.requestHeadersMs + timeouts.requestBodyMs,
    keepAliveTimeout: timeouts.keepAliveMs,
    connectionsCheckingInterval: Math.min(CONNECTIONS_CHECK_MS, timeouts.requestHeadersMs),
    maxHeaderSize: limits.headerBytes,
    insecureHTTPParser: false,
    requireHostHeader: false,
    joinDuplicateHeaders: false,
  });
  // Node drops headers above this count in silence; none may hide (THREATS §2.1), the edge check counts them.
  server.maxHeadersCount = 0;
  return server;
};

type Handle = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

const attach = (server: Server, handle: Handle, options: GatewayOptions): void => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(function exchange(request, response) {
    return handle(request, response);
  });
  const faults = createParserFaults(options);
  const connections = limitConnections(server, options.limits, createTrust(options.trustedProxies), () =>
    writeRawRefusal(new GatewayError('overloaded', { headers: { 'Retry-After': '1' } }), options),
  );
  const run = (request: IncomingMessage, response: ServerResponse): void => {
    // Its answer is on its way already.
    if (connections.isRefused(request.socket)) return;
    faults.track(request, response);
    // Express cannot route targets that are no URL; they are refused like any other bad target.
    if (request.url?.startsWith('/')) app(request, response);
    else void handle(request, response);
  };
  server.on('request', run);
  // Else Node answers itself: `100 Continue` before any check, and a 417 without our headers.
  server.on('checkContinue', run);
  server.on('checkExpectation', run);
  server.on('clientError', faults.onClientError);
  server.on('connect', (_request, socket) => socket.destroy());
};

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new TypeError('not a TCP listener'));
      else resolve(address);
    });
  });

/** Resolves when the answer is out or its connection is gone; a client that does not read is given up. */
const finished = (response: ServerResponse, idleMs: number): Promise<void> | undefined => {
  if (response.writableFinished || response.closed) return undefined;
  // Node ends a connection that lets this pass without a byte; the next request sets it anew.
  if (response.writableLength > 0) response.socket?.setTimeout(idleMs);
  return new Promise((resolve) => {
    response.once('close', resolve);
  });
};

const idleOrLate = async (whenIdle: (resolve: () => void) => void, lateMs: number): Promise<void> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, lateMs);
  });
  await Promise.race([new Promise<void>(whenIdle), late]);
  clearTimeout(timer);
};
