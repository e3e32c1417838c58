/** Writes an error where there is no response object: its whole answer as it stands on the wire. */
import { STATUS_CODES } from 'node:http';
import type { GatewayError } from '../core/errors.ts';
import { markHeaders } from './answer-marks.ts';
import type { GatewayOptions } from './options.ts';

/** In the shape of the first protocol, with the headers of all answers; the connection closes after it. */
export function writeRawRefusal(
  error: GatewayError,
  options: Pick<GatewayOptions, 'protocols' | 'newTrId'>,
): string {
  const trId = options.newTrId();
  const body = JSON.stringify(options.protocols[0]?.error(error.toPublic(trId)));
  const marks = markHeaders({ trId, prompt: { state: 'none' }, answer: { state: 'none' } });
  const fields = Object.entries({
    ...error.headers,
    'Content-Type': 'application/json',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
    ...marks,
  });
  const head = fields.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return `HTTP/1.1 ${error.status} ${STATUS_CODES[error.status] ?? ''}\r\n${head}\r\n${body}`;
}
