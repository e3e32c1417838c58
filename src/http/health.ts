/** Liveness and readiness for the platform that runs the program; no key is asked for. */
import { Router } from 'express';
import { HttpError, sendJson } from './json-answer.ts';

/** @param reasons why the program is not ready, in words for people; empty: it is */
export function createHealth(reasons: () => readonly string[]): Router {
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/healthz')
    .get((_request, response) => sendJson(response, 200, { status: 'ok' }))
    .all(refuseMethod);
  router
    .route('/readyz')
    .get((_request, response) => {
      const why = reasons();
      if (why.length === 0) sendJson(response, 200, { status: 'ready' });
      else sendJson(response, 503, { status: 'unready', reasons: why });
    })
    .all(refuseMethod);
  return router;
}

const refuseMethod = (): never => {
  throw new HttpError(405, 'The method is not allowed', { Allow: 'GET, HEAD' });
};
