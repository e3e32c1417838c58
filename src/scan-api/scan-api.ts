/** The scan API, server side: routes, authentication, and the synchronous scan (contract §1, §6). */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type RequestHandler, Router } from 'express';
import type { ScanReply, ScanService } from '../core/scan-service.ts';
import { collectBody } from '../http/collect-body.ts';
import { HttpError, sendJson } from '../http/json-answer.ts';
import { type Credentials, createKeyCheck, type ScanApiKey } from './keys.ts';
import { checkPayloadHash, type PayloadHashState } from './payload-hash.ts';
import { parseBody, readScanRequest } from './scan-body.ts';

export interface ScanApiOptions {
  /** Judges what is asked; its profiles are the API's. */
  readonly service: ScanService;
  readonly keys: readonly ScanApiKey[];
  /** `strict`: a POST without or with a wrong `x-payload-hash` is a 403. */
  readonly payloadHash: 'lenient' | 'strict';
  /** Longest time for a request's body. */
  readonly bodyTimeoutMs?: number;
  /** One scan was answered; no text, no key. */
  readonly onScan?: (line: ScanLine) => void;
}

/** What is told of one answered scan. */
export interface ScanLine {
  readonly key: string;
  readonly payload_hash: PayloadHashState;
  readonly outcome: string;
  readonly scan_id?: string;
}

const SYNC_BYTES_MAX = 2_097_152;
const BODY_TIMEOUT_MS = 30_000;
/** `application/json` in any letter case, with UTF-8 as the only charset. */
const JSON_TYPE = /^application\/json[ \t]*(?:;[ \t]*charset[ \t]*=[ \t]*"?utf-8"?[ \t]*)?;?$/i;

/** An authenticated call. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly credentials: Credentials;
}
interface Route {
  readonly method: 'POST' | 'GET';
  readonly path: string;
  readonly answer: (call: Call) => Promise<void>;
}

/** A router that answers the API's paths, and passes on all others. */
export function createScanApi(options: ScanApiOptions): Router {
  const checkKey = createKeyCheck(options.keys);
  const routes: readonly Route[] = [
    { method: 'POST', path: '/v1/scan/sync/request', answer: (call) => scanNow(call, options) },
  ];
  const router = Router({ caseSensitive: true, strict: true });
  router.use(dropDoubleSlash);
  for (const { method, path, answer } of routes) {
    const handle: RequestHandler = async (request, response) => {
      if (request.method !== method) throw new HttpError(405, 'The method is not allowed', { Allow: method });
      await answer({ request, response, credentials: checkKey(request.headers) });
    };
    router.all(path, handle);
  }
  return router;
}

/** One official client writes `//v1/scan/…` when its endpoint ends in a slash (contract §6.2). */
const dropDoubleSlash: RequestHandler = (request, _response, next) => {
  request.url = request.url.replace(/^\/\/+(?=v1\/)/, '/');
  next();
};

async function scanNow({ request, response, credentials }: Call, options: ScanApiOptions): Promise<void> {
  const { 'content-type': type, 'content-encoding': coding } = request.headers;
  if (!JSON_TYPE.test(type ?? '') || (coding !== undefined && coding !== 'identity')) {
    throw new HttpError(415, 'The media type is not supported');
  }
  const body = await collectBody(request, {
    bytesMax: SYNC_BYTES_MAX,
    timeoutMs: options.bodyTimeoutMs ?? BODY_TIMEOUT_MS,
  });
  const payloadHash = checkPayloadHash(request.headers['x-payload-hash'], body, credentials);
  if (options.payloadHash === 'strict' && payloadHash !== 'right') {
    throw new HttpError(403, 'The payload hash is missing or wrong');
  }
  const { owner } = credentials;
  const scanRequest = readScanRequest(parseBody(body), owner.profile);
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const side = scanRequest.contents.at(-1)?.response ? 'response' : 'prompt';
  const reply = await options.service.scan({
    request: scanRequest,
    side,
    partial: false,
    signal: leaving.signal,
  });
  options.onScan?.({ key: owner.name, payload_hash: payloadHash, ...outcomeOf(reply) });
  if (reply.outcome === 'failed')
    throw refusalOf(reply, scanRequest.ai_profile?.profile_name === owner.profile);
  sendJson(response, 200, reply.response);
}

const outcomeOf = (reply: ScanReply): Pick<ScanLine, 'outcome' | 'scan_id'> => {
  if (reply.outcome === 'failed') return { outcome: reply.failure };
  const { scan_id } = reply.response;
  return { outcome: reply.response.action, ...(scan_id ? { scan_id } : {}) };
};

/** Clients look for these very words to tell a configuration error from others (contract §1.9). */
function refusalOf(reply: Extract<ScanReply, { outcome: 'failed' }>, isDefault: boolean): HttpError {
  if (reply.failure === 'misconfigured') {
    return new HttpError(
      400,
      isDefault ? 'No default AI profile available: profile not found' : 'AI profile not found',
    );
  }
  return new HttpError(500, 'The scan failed');
}
