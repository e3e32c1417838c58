/** The way of a call to the management API: token, path, permission, body, answer; faults in its shape. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import { EngineBusyError } from '../core/policy.ts';
import { sendJson } from '../http/json-answer.ts';
import type { Project } from '../registry/model.ts';
import { RegistryError } from '../registry/registry-error.ts';
import { ApiError, forbidden, invalidAt, notFound } from './api-error.ts';
import { type AuthenticateOptions, createAuthenticate } from './authenticate.ts';
import { type Caller, may, mayAnywhere, mayIn } from './caller.ts';
import { Query, UUID } from './query.ts';
import { parseJson, readBytes } from './read-body.ts';
import { Download, type Route } from './route.ts';

export interface ManagementRouterOptions extends AuthenticateOptions {
  readonly routes: readonly Route[];
  /** By id or friendlyId. @throws RegistryError */
  readonly getProject: (idOrName: string) => Promise<Project>;
  /** After a change was made: resolves once it is in force here. */
  readonly onChanged: () => Promise<void>;
  /** A fault of the store, by which nothing was changed. */
  readonly isUnavailable: (cause: unknown) => boolean;
  /** Told of defects; nothing of them reaches a client. */
  readonly onFault: (cause: unknown) => void;
}

export const PREFIX = '/backend/v1';
/** Everything else in a path may be a name. */
const UUID_PARAMS: ReadonlySet<string> = new Set([
  'scannerId',
  'versionId',
  'scannerPackageId',
  'scanRequestId',
  'promptId',
  'tokenId',
  'secretId',
]);
const REQUEST_ID = /^[A-Za-z0-9._:/+=@-]{1,100}$/;

interface Match {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

/** Answers all paths below the prefix, and passes on all others. */
export function createManagementRouter(options: ManagementRouterOptions): RequestHandler {
  const authenticate = createAuthenticate(options);
  const patterns = options.routes.map((route) => ({ route, steps: route.path.split('/') }));
  return function answerManagement(request, response, next) {
    const { url } = request;
    const mark = url.indexOf('?');
    const path = mark === -1 ? url : url.slice(0, mark);
    if (path !== PREFIX && !path.startsWith(`${PREFIX}/`)) {
      next();
      return;
    }
    const search = mark === -1 ? '' : url.slice(mark + 1);
    const run = async (): Promise<void> => {
      const caller = await authenticate(request);
      const match = find(patterns, request.method, path.slice(PREFIX.length));
      await answer(options, { request, response, caller, match, search });
    };
    run().catch((cause: unknown) => sendFault(response, cause, options));
  };
}

/** @throws ApiError 404 for an unknown path, 405 for a known one with another method */
function find(
  patterns: readonly { readonly route: Route; readonly steps: readonly string[] }[],
  method: string,
  path: string,
): Match {
  const given = path.split('/').map(decodeStep);
  const known = patterns.flatMap(({ route, steps }) => {
    const params = paramsOf(steps, given);
    return params === undefined
      ? []
      : [{ route, params, fixed: steps.filter((it) => !it.startsWith('{')).length }];
  });
  if (known.length === 0) throw new ApiError(404, 'Not Found');
  // `/users/me` before `/users/{userId}`.
  const best = known.filter((it) => it.route.method === method).toSorted((a, b) => b.fixed - a.fixed)[0];
  if (best !== undefined) return best;
  const methods = [...new Set(known.map((it) => it.route.method))];
  throw new ApiError(405, 'Method Not Allowed', { Allow: methods.join(', ') });
}

function decodeStep(step: string): string | undefined {
  try {
    return decodeURIComponent(step);
  } catch {
    return undefined;
  }
}

function paramsOf(
  steps: readonly string[],
  given: readonly (string | undefined)[],
): Readonly<Record<string, string>> | undefined {
  if (steps.length !== given.length) return undefined;
  const params: Record<string, string> = {};
  for (const [index, step] of steps.entries()) {
    const value = given[index];
    if (value === undefined) return undefined;
    if (!step.startsWith('{')) {
      if (step !== value) return undefined;
    } else if (value === '') return undefined;
    else params[step.slice(1, -1)] = value;
  }
  return params;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly caller: Caller;
  readonly match: Match;
  readonly search: string;
}

async function answer(options: ManagementRouterOptions, asked: Asked): Promise<void> {
  const { request, response, caller, match, search } = asked;
  const { route, params } = match;
  const project = await admit(options, caller, match);
  const contentType = request.headers['content-type'] ?? '';
  const bytes = await readBytes(request);
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const requestId = request.headers['x-request-id'];
  const isNamed = typeof requestId === 'string' && REQUEST_ID.test(requestId);
  const result = await route.answer({
    caller,
    actor: { userId: caller.userId, ...(isNamed ? { requestId } : {}) },
    params,
    query: new Query(search),
    body: route.takes === 'bytes' ? undefined : parseJson(bytes, contentType),
    bytes,
    contentType,
    project,
    signal: leaving.signal,
  });
  if (route.changes ?? route.method !== 'GET') await options.onChanged();
  if (result instanceof Download) sendDownload(response, result);
  else sendJson(response, 200, result);
}

/** The caller may what the route asks for, in its project if it has one; what is not theirs to see is 404. */
async function admit(
  options: ManagementRouterOptions,
  caller: Caller,
  { route, params }: Match,
): Promise<Project | undefined> {
  const { permission, reach = 'anywhere' } = route;
  if (permission !== null) {
    const allowed = reach === 'organization' ? may(caller, permission) : mayAnywhere(caller, permission);
    if (!allowed) throw forbidden();
  }
  for (const [name, value] of Object.entries(params)) {
    if (UUID_PARAMS.has(name) && !UUID.test(value))
      throw invalidAt(['path', name], 'Input should be a UUID', 'uuid_parsing');
  }
  const named = params.project;
  if (named === undefined) return undefined;
  const project = await options.getProject(named);
  if (!mayIn(caller, 'projects:read', project.id)) throw notFound('Project');
  if (permission !== null && !mayIn(caller, permission, project.id)) throw forbidden();
  return project;
}

function sendDownload(response: ServerResponse, { bytes, type, fileName }: Download): void {
  response.writeHead(200, {
    'Content-Type': type,
    'Content-Length': bytes.length,
    'Content-Disposition': `attachment; filename="${fileName}"`,
  });
  response.end(bytes);
}

const STATUS = { not_found: 404, conflict: 409, forbidden: 403, invalid: 422 } as const;

function sendFault(response: ServerResponse, cause: unknown, options: ManagementRouterOptions): void {
  const error = faultOf(cause, options);
  if (error === undefined) options.onFault(cause);
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  sendJson(
    response,
    error?.status ?? 500,
    { detail: error?.detail ?? 'Internal server error' },
    error?.headers,
  );
}

function faultOf(cause: unknown, { isUnavailable }: ManagementRouterOptions): ApiError | undefined {
  if (cause instanceof ApiError) return cause;
  if (cause instanceof RegistryError) {
    if (cause.fault === 'invalid') return invalidAt(['body', ...cause.path], cause.message);
    return new ApiError(STATUS[cause.fault], cause.message);
  }
  if (cause instanceof EngineBusyError)
    return new ApiError(503, 'There is too much to judge at the moment', { 'Retry-After': '1' });
  if (isUnavailable(cause)) return new ApiError(503, 'The database cannot be used', { 'Retry-After': '1' });
  return undefined;
}
