/** A stand-in for a remote scan service on the loopback: records what it is sent, answers by a function, misbehaves on demand. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { ScanRequest } from '../../src/core/scan-wire.ts';

/** A prompt, answer or tool output with this word is blocked by the default answer. */
export const BLOCK_WORD = 'BLOCK-ME';
/** Six digits that stand alone are masked by the default answer, and the text is allowed; an id may hold six by chance. */
const DIGITS = /(?<![0-9A-Za-z-])[0-9]{6}(?![0-9A-Za-z-])/g;

export interface AirsCall {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly raw: Buffer;
  readonly body: ScanRequest;
  /** Connections are numbered from 1. */
  readonly connection: number;
  readonly response: ServerResponse;
}

/** Answers a call, or leaves it unanswered. A returned document is sent as JSON with status 200. */
export type AirsAnswer = (call: AirsCall) => unknown;

export interface StandInAirs {
  /** `http://127.0.0.1:port` without a slash. */
  readonly origin: string;
  readonly calls: readonly AirsCall[];
  /** What answers from now on. */
  answerWith(answer: AirsAnswer): void;
  /** Ends all connections that are open and idle, as a restart of the service would. */
  dropConnections(): void;
  close(): Promise<void>;
}

export async function startStandInAirs(first: AirsAnswer = verdictOf): Promise<StandInAirs> {
  const calls: AirsCall[] = [];
  const sockets = new Map<Socket, number>();
  let answer = first;
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const raw = Buffer.concat(chunks);
      const call: AirsCall = {
        method: request.method ?? '',
        path: request.url ?? '',
        headers: request.headers,
        raw,
        body: JSON.parse(raw.toString('utf8')),
        connection: sockets.get(request.socket) ?? 0,
        response,
      };
      calls.push(call);
      const document = answer(call);
      if (document !== undefined) sendDocument(response, document);
    });
  });
  server.on('connection', (socket) => {
    connections += 1;
    sockets.set(socket, connections);
    socket.on('close', () => sockets.delete(socket));
  });
  const port = await listen(server);
  return {
    origin: `http://127.0.0.1:${port}`,
    calls,
    answerWith: (next) => {
      answer = next;
    },
    dropConnections: () => {
      for (const socket of sockets.keys()) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The text that a request asks about. */
export function askedText(request: ScanRequest): string {
  const last = request.contents.at(-1);
  return last?.response ?? last?.prompt ?? last?.tool_event?.output ?? last?.tool_event?.input ?? '';
}

/** The default answer: blocks `BLOCK_WORD`, masks six digits, allows everything else. */
export function verdictOf(call: AirsCall): Record<string, unknown> {
  const text = askedText(call.body);
  const masked = text.replaceAll(DIGITS, (found) => 'X'.repeat(found.length));
  const blocked = text.includes(BLOCK_WORD);
  const side = call.body.contents.at(-1)?.response ? 'response' : 'prompt';
  return {
    ...allow(call),
    action: blocked ? 'block' : 'allow',
    category: blocked || masked !== text ? 'malicious' : 'benign',
    [`${side}_detected`]: { injection: blocked, dlp: masked !== text },
    ...(masked === text
      ? {}
      : {
          [`${side}_masked_data`]: {
            data: masked,
            pattern_detections: [{ pattern: 'Six Digits', locations: [] }],
          },
        }),
  };
}

/** A benign answer with the ids of the call, as live services mirror them (contract §1.6). */
export function allow({ body }: AirsCall): Record<string, unknown> {
  const scanId = randomUUID();
  const session = body.session_id ?? body.tr_id ?? `pan_${randomUUID()}`;
  return {
    source: 'AI-Runtime-API',
    scan_id: scanId,
    report_id: `R${scanId}`,
    transaction_id: body.transaction_id ?? `pan_${randomUUID()}`,
    session_id: session,
    tr_id: session,
    profile_name: body.ai_profile?.profile_name ?? 'linked',
    category: 'benign',
    action: 'allow',
    timeout: false,
    error: false,
    errors: [],
    prompt_detected: {},
    response_detected: {},
    tool_detected: {},
  };
}

/** Answers with a status and a document. */
export const refuse =
  (status: number, document: unknown, headers: Readonly<Record<string, string>> = {}): AirsAnswer =>
  ({ response }) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(document));
  };

/** Answers with bytes as they are, status 200. */
export const sendBytes =
  (bytes: string | Buffer, headers: Readonly<Record<string, string>> = {}): AirsAnswer =>
  ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers });
    response.end(bytes);
  };

/** Answers the first calls one way and the rest another. */
export function inTurn(...answers: readonly [AirsAnswer, ...AirsAnswer[]]): AirsAnswer {
  let at = 0;
  return (call) => {
    const answer = answers[Math.min(at, answers.length - 1)] ?? answers[0];
    at += 1;
    return answer(call);
  };
}

const message = (text: string): unknown => ({ error: { message: text } });

/** Ways to misbehave, by name. */
export const MISBEHAVIOURS = {
  hang: () => undefined,
  'hang after headers': ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.flushHeaders();
  },
  'hang in an error': ({ response }) => {
    response.writeHead(403, { 'content-type': 'application/json' });
    response.flushHeaders();
  },
  'reset before headers': ({ response }) => void response.socket?.resetAndDestroy(),
  'reset after headers': ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
    response.write('{"action":');
    setImmediate(() => response.socket?.resetAndDestroy());
  },
  'half a body': (call) => {
    const body = JSON.stringify(allow(call));
    call.response.writeHead(200, { 'content-type': 'application/json', 'content-length': `${body.length}` });
    call.response.write(body.slice(0, body.length / 2));
    setImmediate(() => call.response.socket?.end());
  },
  'half a chunked body': (call) => {
    call.response.writeHead(200, { 'content-type': 'application/json' });
    call.response.write(JSON.stringify(allow(call)).slice(0, 40));
    setImmediate(() => call.response.socket?.destroy());
  },
  'not HTTP': ({ response }) => void response.socket?.end('SSH-2.0-OpenSSH_9.9\r\n'),
  'HTML with 200': ({ response }) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>captive portal</html>');
  },
  'JSON as text/plain': (call) => {
    call.response.writeHead(200, { 'content-type': 'text/plain' });
    call.response.end(JSON.stringify(allow(call)));
  },
  'no content type': (call) => {
    call.response.writeHead(200);
    call.response.end(JSON.stringify(allow(call)));
  },
  'empty body': sendBytes(''),
  'broken JSON': sendBytes('{"action":"allow"'),
  'JSON that is no object': sendBytes('"allow"'),
  'duplicate keys': sendBytes('{"action":"block","action":"allow"}'),
  'not UTF-8': sendBytes(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  'a byte order mark': (call) => sendBytes(`\ufeff${JSON.stringify(allow(call))}`)(call),
  'encoded unasked': (call) => sendBytes(JSON.stringify(allow(call)), { 'content-encoding': 'gzip' })(call),
  'no action': (call) => ({ ...allow(call), action: undefined }),
  'unknown action': (call) => ({ ...allow(call), action: 'Allow' }),
  alert: (call) => ({ ...allow(call), action: 'alert' }),
  'action that is no string': (call) => ({ ...allow(call), action: true }),
  'masked data that is no object': (call) => ({ ...allow(call), prompt_masked_data: 'X' }),
  "another call's transaction_id": (call) => ({ ...allow(call), transaction_id: 'somebody-else' }),
  "another call's tr_id": (call) => ({ ...allow(call), transaction_id: undefined, tr_id: 'somebody-else' }),
  'detectors out of time': (call) => ({ ...allow(call), timeout: true }),
  'detectors failed': (call) => ({ ...allow(call), error: true }),
  'detector errors without flag': (call) => ({
    ...allow(call),
    errors: [{ content_type: 'prompt', feature: 'dlp', status: 'error' }],
  }),
  '202': refuse(202, {}),
  '204': ({ response }) => void response.writeHead(204).end(),
  redirect: ({ response }) => void response.writeHead(307, { location: '/v1/scan/sync/request' }).end(),
  '400': refuse(400, message('Request data is invalid or malformed')),
  '400 about the profile': refuse(400, message('AI profile not found')),
  '400 without default profile': refuse(400, message('No default AI profile available')),
  '401': refuse(401, message('Not Authenticated')),
  '403': refuse(403, message('Invalid API Key')),
  '404': refuse(404, message('Resource is not found')),
  '413': refuse(413, message('The request body is too large')),
  '429': refuse(429, message('Request exceeds limit')),
  '429 at the root': refuse(429, { retry_after: { interval: 2, unit: 'minute' } }),
  '429 nested': refuse(429, {
    error: { message: 'Request exceeds limit', retry_after: { interval: 7, unit: 'seconds' } },
  }),
  '429 with header': refuse(429, message('Request exceeds limit'), { 'retry-after': '11' }),
  '500': refuse(500, message('oops')),
  '503': refuse(503, message('busy')),
  '504': refuse(504, message('late')),
  'huge answer': ({ response }) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  },
  'slow drip': (call) => {
    const body = JSON.stringify(allow(call));
    call.response.writeHead(200, { 'content-type': 'application/json' });
    let at = 0;
    const timer = setInterval(() => {
      if (call.response.destroyed) return clearInterval(timer);
      call.response.write(body.charAt(at));
      at += 1;
    }, 20);
    call.response.on('close', () => clearInterval(timer));
  },
} as const satisfies Record<string, AirsAnswer>;

export type Misbehaviour = keyof typeof MISBEHAVIOURS;

function sendDocument(response: ServerResponse, document: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(document));
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      if (address === null || typeof address === 'string') reject(new TypeError('not a TCP listener'));
      else resolve(address.port);
    });
  });
}
