/** The scan API, server side: routes, authentication, and what each endpoint answers (contract §1, §6). */
import { type RequestHandler, Router } from 'express';
import { HttpError } from '../http/json-answer.ts';
import { createApiDocs } from './api-docs.ts';
import { askedRoutes } from './asked-routes.ts';
import { type BatchTools, createBatches } from './batches.ts';
import { createKeyCheck } from './keys.ts';
import { LimitError, sendLimit } from './limit-error.ts';
import type { ScanApiOptions } from './scan-api-options.ts';
import { scanRoutes } from './scan-routes.ts';

export interface ScanApi {
  /** Answers the API's paths, and passes on all others. */
  readonly router: Router;
  /** Waits for batches that are being judged. */
  close(): Promise<void>;
}

export function createScanApi(options: ScanApiOptions): ScanApi {
  const checkKey = createKeyCheck(options.keys);
  const batches = createBatches(batchTools(options));
  const routes = [...scanRoutes(options, batches), ...askedRoutes(options)];
  const router = Router({ caseSensitive: true, strict: true });
  router.use(dropDoubleSlash);
  for (const { method, path, answer } of routes) {
    const handle: RequestHandler = async (request, response) => {
      if (request.method !== method) throw new HttpError(405, 'The method is not allowed', { Allow: method });
      try {
        await answer({ request, response, credentials: checkKey(request.headers) });
      } catch (error) {
        if (!(error instanceof LimitError)) throw error;
        sendLimit(response, error);
      }
    };
    router.all(path, handle);
  }
  router.use(createApiDocs(options.version));
  return { router, close: () => batches.close() };
}

function batchTools(options: ScanApiOptions): BatchTools {
  const { onScan, onStoreFault } = options;
  return {
    ...options,
    onNotKept: (cause) => onStoreFault?.(cause),
    onJudged: (key, scan_id, outcomes) =>
      onScan?.({
        key,
        endpoint: 'batch',
        outcome: outcomes.find((outcome) => outcome !== 'allow') ?? 'allow',
        scan_id,
        requests: outcomes.length,
      }),
  };
}

/** One official client writes `//v1/scan/…` when its endpoint ends in a slash (contract §6.2). */
const dropDoubleSlash: RequestHandler = (request, _response, next) => {
  request.url = request.url.replace(/^\/\/+(?=v1\/)/, '/');
  next();
};
