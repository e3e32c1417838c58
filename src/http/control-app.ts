/**
 * The Express app of the control listener: security headers, host checks, health, and the APIs behind them.
 */
import express, { type Express, type RequestHandler } from 'express';
import { createErrorHandler } from './error-handler.ts';
import { createHealth } from './health.ts';
import { createHostCheck } from './host-check.ts';
import { HttpError } from './json-answer.ts';
import { securityHeaders } from './security-headers.ts';

export interface ControlAppOptions {
  /** Each passes on what is not its own. */
  readonly apis: readonly RequestHandler[];
  /** Why the program is not ready; empty: it is. */
  readonly reasons: () => readonly string[];
  /** Host names that are served, see `LOOPBACK_HOSTS`; undefined: any. */
  readonly hosts?: readonly string[];
  /** Told of defects; nothing of them reaches a client. */
  readonly onFault: (cause: unknown) => void;
}

export function createControlApp(options: ControlAppOptions): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', false);
  app.use(securityHeaders());
  // Probes come from the platform by whatever address it has, and tell nothing worth rebinding for.
  app.use(createHealth(options.reasons));
  app.use(createHostCheck(options.hosts));
  for (const api of options.apis) app.use(api);
  app.use(() => {
    throw new HttpError(404, 'Resource is not found');
  });
  app.use(createErrorHandler(options.onFault));
  return app;
}
