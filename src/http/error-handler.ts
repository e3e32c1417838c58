/** Turns what a handler threw into an answer: known refusals as they are, everything else a bare 500. */
import type { ErrorRequestHandler } from 'express';
import { HttpError, sendJson } from './json-answer.ts';

/** @param onFault told of what is no refusal; nothing of it reaches the client */
export function createErrorHandler(onFault: (cause: unknown) => void): ErrorRequestHandler {
  // Express knows an error handler by its four parameters.
  return function answerError(error: unknown, _request, response, _next) {
    const known = error instanceof HttpError ? error : new HttpError(500, 'Internal error');
    if (known !== error) onFault(error);
    // A half-sent answer must stay visibly broken.
    if (response.headersSent) response.destroy();
    else sendJson(response, known.status, { error: { message: known.message } }, known.headers);
  };
}
