/** `/openapi.json` and `/docs`: what the API is, for programs and for people; no key is asked for. */
import { Router } from 'express';
import { HttpError, sendJson } from '../http/json-answer.ts';
import type { ApiDocument } from './api-document.ts';

/** Made at the first request: a program that nobody asks never loads the generator. */
export function createApiDocs(version: string): Router {
  let made: Promise<ApiDocument> | undefined;
  const describe = (): Promise<ApiDocument> => {
    made ??= import('./api-document.ts').then(({ describeApi }) => describeApi(version));
    return made;
  };
  const router = Router({ caseSensitive: true, strict: true });
  router
    .route('/openapi.json')
    .get(async (_request, response) => sendJson(response, 200, await describe()))
    .all(refuseMethod);
  router
    .route('/docs')
    .get(async (_request, response) => {
      const { PAGE_STYLE_SOURCE, writePage } = await import('./api-page.ts');
      const page = Buffer.from(writePage(await describe()));
      // The policy of all answers, with this one style let in.
      const policy = String(response.getHeader('Content-Security-Policy'));
      response.setHeader('Content-Security-Policy', `${policy};style-src ${PAGE_STYLE_SOURCE}`);
      response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length });
      response.end(page);
    })
    .all(refuseMethod);
  return router;
}

const refuseMethod = (): never => {
  throw new HttpError(405, 'The method is not allowed', { Allow: 'GET, HEAD' });
};
