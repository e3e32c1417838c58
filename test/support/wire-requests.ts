/** Requests as bytes on the wire: those that must be refused, and legal ones of the same shape (THREATS H1-H9). */

export interface WireCase {
  readonly name: string;
  /** The bytes for a body with this text in it; latin1. */
  readonly wire: (text: string) => string;
}
export interface RefusedCase extends WireCase {
  /** Statuses it may be answered with; 0: closed without an answer. */
  readonly statuses: readonly number[];
}

export const CHAT = '/v1/chat/completions';
export const chatBody = (text: string): string =>
  `{"model":"m","messages":[{"role":"user","content":"${text}"}]}`;

interface Request {
  readonly line?: string;
  /** Replaces the usual head below the request line but for the length. */
  readonly head?: readonly string[];
  readonly fields?: readonly string[];
  readonly body?: (text: string) => string;
  /** False: no Content-Length is written. */
  readonly length?: boolean;
}

const HEAD = ['Host: gateway', 'Content-Type: application/json', 'Connection: close'];

export const wireOf =
  ({ line, head = HEAD, fields = [], body = chatBody, length = true }: Request) =>
  (text: string): string => {
    const written = body(text);
    return [
      line ?? `POST ${CHAT} HTTP/1.1`,
      ...head,
      ...(length ? [`Content-Length: ${written.length}`] : []),
      ...fields,
      '',
      written,
    ].join('\r\n');
  };

const refused = (name: string, statuses: number | readonly number[], request: Request): RefusedCase => ({
  name,
  statuses: typeof statuses === 'number' ? [statuses] : statuses,
  wire: wireOf(request),
});
const legal = (name: string, request: Request): WireCase => ({ name, wire: wireOf(request) });

const chunk = (data: string): string => `${data.length.toString(16)}\r\n${data}\r\n`;
/** A whole body in chunks; `change` makes of it what a parser must not take. */
const chunks =
  (change: (wire: string) => string = (wire) => wire) =>
  (text: string): string =>
    change(`${chunk(chatBody(text))}0\r\n\r\n`);
const CHUNKED = 'Transfer-Encoding: chunked';
const inChunks = (body: (text: string) => string, fields: readonly string[] = [CHUNKED]): Request => ({
  fields,
  length: false,
  body,
});

/** Targets that some server behind would read as the chat route. */
const BAD_TARGETS = [
  `/${CHAT}`,
  '/v1//chat/completions',
  '/v1/chat//completions',
  `${CHAT}//`,
  '///v1/chat/completions',
  '/v1\\chat\\completions',
  '\\v1\\chat\\completions',
  '/v1/chat\\completions',
  '/v1/chat/./completions',
  '/./v1/chat/completions',
  `${CHAT}/.`,
  `${CHAT}/..`,
  '/v1/x/../chat/completions',
  '/../v1/chat/completions',
  '/v1/chat/completions/../completions',
  '/v1/%2e%2e/v1/chat/completions',
  '/v1/%2E/chat/completions',
  '/v1/.%2e/v1/chat/completions',
  '/v1/chat%2fcompletions',
  '/v1/chat%2Fcompletions',
  '/v1%5cchat%5ccompletions',
  '/v1/chat/%63ompletions',
  '/%76%31/chat/completions',
  '/v1/chat/completion%73',
  `${CHAT}%2f`,
  `${CHAT}%00`,
  `${CHAT}%20`,
  `${CHAT}%09`,
  `${CHAT}%3f`,
  `${CHAT}%23`,
  `${CHAT}%0d%0aX-A:b`,
  `${CHAT}%c0%af`,
  `${CHAT}%ff`,
  `${CHAT}%`,
  `${CHAT}%zz`,
  '/v1/%252e%252e/chat/completions',
  '/v1/chat/%u0063ompletions',
  `${CHAT};`,
  `${CHAT};x=1`,
  '/v1;a=b/chat/completions',
  '/v1/..;/v1/chat/completions',
  `${CHAT}#`,
  `${CHAT}#x`,
  `${CHAT}?a#b`,
  `/x#${CHAT}`,
  `http://gateway${CHAT}`,
  `HTTP://gateway${CHAT}`,
  `https://other:443${CHAT}`,
  `ftp://x${CHAT}`,
  `http:${CHAT}`,
  `//gateway${CHAT}`,
  `@gateway${CHAT}`,
  'v1/chat/completions',
  '?a=b',
  '*',
  'gateway:80',
  `${CHAT}?a=<b>`,
  `${CHAT}?a="b"`,
  `${CHAT}?a=%zz`,
  `${CHAT}?a=%ff`,
  `${CHAT}?a=b+c`,
  `${CHAT}?a={b}`,
  `${CHAT}?a=b|c`,
  `${CHAT}?a=b;c`,
  `${CHAT}?a=%c0%80`,
  `${CHAT}?a=%ed%a0%80`,
  `${CHAT}?/../x`,
  `${CHAT}?a=${'x'.repeat(1_023)}`,
  `${CHAT}\u00ff`,
  '/v1/chat/completion\u00df',
  `${CHAT}\u0080`,
  '/v1/.chat/completions',
];
/** Other paths: they exist nowhere. */
const UNKNOWN_TARGETS = [
  '/V1/chat/completions',
  '/v1/Chat/Completions',
  '/v1/chat/COMPLETIONS',
  `${CHAT}/`,
  `${CHAT}.`,
  `${CHAT},`,
  `${CHAT}!`,
  `${CHAT}:`,
  `${CHAT}~`,
  `${CHAT}=`,
  `${CHAT}&a=b`,
  '/v1/chat',
  '/v1',
  '/',
  '/v1/chat/completion',
  `${CHAT}x`,
  `/x${CHAT}`,
  '/v1/v1/chat/completions',
  '/v1/proxy/chat/completions',
  '/chat/completions',
  '/openai/v1/chat/completions',
  '/v2/chat/completions',
  '/v1/embeddings',
  '/v1/completions',
  '/v1/responses',
  '/v1/images/generations',
  '/v1/audio/speech',
  '/v1/files',
  '/v1/batches',
  '/v1/rerank',
  '/v1/realtime',
  '/v1/fine_tuning/jobs',
  '/v1/assistants',
  '/v1/threads',
  '/healthz',
  '/metrics',
  '/admin',
  '/v1/chat/completions/{id}',
];
const METHODS = [
  'GET',
  'HEAD',
  'PUT',
  'PATCH',
  'DELETE',
  'OPTIONS',
  'TRACE',
  'QUERY',
  'PROPFIND',
  'COPY',
  'MOVE',
  'LOCK',
  'MKCOL',
  'SEARCH',
  'REPORT',
  'PURGE',
  'LINK',
  'NOTIFY',
  'SUBSCRIBE',
];

const TARGETS: readonly RefusedCase[] = [
  ...BAD_TARGETS.map((target) => refused(`target ${target}`, 400, { line: `POST ${target} HTTP/1.1` })),
  ...UNKNOWN_TARGETS.map((target) => refused(`target ${target}`, 404, { line: `POST ${target} HTTP/1.1` })),
  ...METHODS.map((method) => refused(`method ${method}`, 405, { line: `${method} ${CHAT} HTTP/1.1` })),
  ...['post', 'Post', 'POSTS', 'FOO', 'P\u00d6ST', 'POST\t', '""', 'GET\0', 'POST:'].map((method) =>
    refused(`method ${JSON.stringify(method)}`, 400, { line: `${method} ${CHAT} HTTP/1.1` }),
  ),
  ...[
    'HTTP/1.2',
    'HTTP/2.0',
    'HTTP/3.0',
    'HTTP/0.9',
    'HTTP/1.10',
    'HTTP/1',
    'HTTP/11',
    'http/1.1',
    'HTTP /1.1',
    'HTTP/1.1 x',
    'HTTP/ 1.1',
    'HTTP/1,1',
    'ICE/1.0',
    '',
  ].map((version) => refused(`version ${version}`, 400, { line: `POST ${CHAT} ${version}` })),
  refused('method CONNECT', 0, { line: `CONNECT ${CHAT} HTTP/1.1` }),
  refused('method CONNECT to a host', 0, { line: 'CONNECT other:443 HTTP/1.1' }),
  refused('a tab in the request line', 400, { line: `POST\t${CHAT}\tHTTP/1.1` }),
  refused('a space in the target', 400, { line: `POST ${CHAT} x HTTP/1.1` }),
  refused('a NUL in the target', 400, { line: `POST ${CHAT}\0 HTTP/1.1` }),
  refused('a bare CR in the target', 400, { line: `POST ${CHAT}\r HTTP/1.1` }),
  refused('a bare LF after the request line', 400, { line: `POST ${CHAT} HTTP/1.1\nX-A: b` }),
  refused('a request line of HTTP/0.9', 400, { line: `POST ${CHAT}` }),
  refused('the preface of HTTP/2', 400, { line: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' }),
  refused('a target of 20 KB', [400, 431], { line: `POST ${CHAT}?a=${'x'.repeat(20_000)} HTTP/1.1` }),
];

const twice = (name: string, one: string, other = one): RefusedCase =>
  refused(`two of ${name}`, 400, { fields: [one, other] });

const HEADERS: readonly RefusedCase[] = [
  refused('no Host', 400, { head: HEAD.slice(1) }),
  refused('two Hosts', 400, { fields: ['Host: gateway'] }),
  refused('two Hosts in other letters', 400, { fields: ['hOsT: other'] }),
  refused('a second Content-Type', 400, { fields: ['Content-Type: application/json'] }),
  refused('a second Content-Type of another kind', 400, { fields: ['content-type: text/plain'] }),
  twice('Content-Encoding', 'Content-Encoding: identity', 'Content-Encoding: gzip'),
  twice('Authorization', 'Authorization: Bearer a', 'Authorization: Bearer b'),
  twice('x-api-key', 'x-api-key: a', 'X-API-KEY: b'),
  twice('x-sallyport-key', 'x-sallyport-key: a'),
  twice('x-session-id', 'x-session-id: a'),
  twice('Expect', 'Expect: 100-continue'),
  twice('Upgrade', 'Upgrade: h2c'),
  twice('anthropic-version', 'anthropic-version: 2023-06-01'),
  ...[
    '200-ok',
    '100-continue, x',
    'y 100-continue',
    '100-continued',
    '100 continue',
    '"100-continue"',
    '100-continue;q=1',
    'x=y',
  ].map((value) => refused(`Expect: ${value}`, 417, { fields: [`Expect: ${value}`] })),
  refused('Upgrade: websocket', 426, { fields: ['Upgrade: websocket'] }),
  refused('Upgrade: WebSocket in a handshake', 426, {
    line: `GET ${CHAT} HTTP/1.1`,
    head: ['Host: gateway', 'Connection: Upgrade, close'],
    fields: [
      'Upgrade: WebSocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==',
    ],
    body: () => '',
    length: false,
  }),
  ...['h2', 'TLS/1.0', 'websocket, h2c', 'h2c, websocket', 'irc/6.9', 'x', ','].map((value) =>
    refused(`Upgrade: ${value}`, [400, 426], { fields: ['Connection: Upgrade', `Upgrade: ${value}`] }),
  ),
  ...['a b', 'a\tb', 'a/b', 'a'.repeat(101), 'é', '', '%41', '"a"', 'a,b'].map((value) =>
    refused(`x-session-id: ${value.slice(0, 20)}`, 400, { fields: [`x-session-id: ${value}`] }),
  ),
  refused('101 header fields', 431, { fields: Array.from({ length: 97 }, (_, at) => `X-${at}: 1`) }),
  refused('1,500 header fields', 431, { fields: Array.from({ length: 1_496 }, (_, at) => `x${at}:1`) }),
  refused('a Content-Encoding after 1,200 fields', 431, {
    fields: [...Array.from({ length: 1_200 }, (_, at) => `x${at}:1`), 'Content-Encoding: gzip'],
  }),
  refused('a head of 17 KB', 431, { fields: [`X-Long: ${'a'.repeat(17_000)}`] }),
  ...[
    ['a space before the colon', 'X-A : b'],
    ['a tab before the colon', 'X-A\t: b'],
    ['a folded field', 'X-A: b\r\n c'],
    ['a field folded with a tab', 'X-A: b\r\n\tc'],
    ['a field without a colon', 'X-A'],
    ['a field without a name', ': b'],
    ['a field that begins with a space', ' X-A: b'],
    ['a name with a space', 'X A: b'],
    ['a name with a NUL', 'X-\0A: b'],
    ['a name of another alphabet', 'X-\u00c4: b'],
    ['a name with a slash', 'X/A: b'],
    ['a name with brackets', 'X[A]: b'],
    ['a name with quotes', '"X-A": b'],
    ['a value with a NUL', 'X-A: b\0c'],
    ['a value with a bare CR', 'X-A: b\rX-B: c'],
    ['a value with a bare LF', 'X-A: b\nX-B: c'],
    ['a value with an escape', 'X-A: b\u001bc'],
    ['a value with a DEL', 'X-A: b\u007fc'],
    ['a value that ends in a bare CR', 'X-A: b\r'],
  ].map(([name = '', field = '']) => refused(name, 400, { fields: [field] })),
  ...[
    'content-type',
    'Content-Encoding',
    'authorization',
    'x-api-key',
    'Content-Length',
    'transfer-encoding',
    'Host',
    'x-sallyport-key',
    'expect',
    'x-session-id',
  ].map((name) =>
    refused(`Connection: ${name}`, 400, {
      head: HEAD.slice(0, 2),
      fields: ['authorization: Bearer a', `Connection: close, ${name}`],
    }),
  ),
];

const FRAMING: readonly RefusedCase[] = [
  refused('a length and chunks', 400, { fields: [CHUNKED] }),
  refused('chunks and a length', 400, { ...inChunks(chunks(), [CHUNKED, 'Content-Length: 5']) }),
  refused('chunks and a length of 0', 400, { ...inChunks(chunks(), ['Content-Length: 0', CHUNKED]) }),
  refused('two lengths, equal', 400, {
    length: false,
    fields: [`Content-Length: ${chatBody('x').length}`, `Content-Length: ${chatBody('x').length}`],
  }),
  refused('two lengths, different', 400, { fields: ['Content-Length: 0'] }),
  ...[
    '+58',
    '-1',
    '0x3a',
    '58, 58',
    '58,58',
    '5 8',
    '58 ',
    '1e2',
    '58.0',
    '58;',
    '"58"',
    '',
    ' ',
    'x',
    '\u00b2',
    '99999999999999999999',
    '18446744073709551617',
    '58\t\u000b',
  ]
    .filter((value) => value !== '58 ')
    .map((value) =>
      refused(`Content-Length: ${JSON.stringify(value)}`, [400, 413], {
        length: false,
        fields: [`Content-Length: ${value}`],
      }),
    ),
  ...[
    'gzip, chunked',
    'chunked, chunked',
    'chunked, identity',
    'identity, chunked',
    'xchunked',
    'chunkedx',
    'chunked;q=1',
    '"chunked"',
    'identity',
    'gzip',
    'x',
    '',
    ',chunked',
    'chunked,',
    '\u000bchunked',
    'chun ked',
    "'chunked'",
    'chunked\0',
    'cow',
    'trailers, chunked',
  ].map((value) =>
    refused(
      `Transfer-Encoding: ${JSON.stringify(value)}`,
      400,
      inChunks(chunks(), [`Transfer-Encoding: ${value}`]),
    ),
  ),
  refused('Transfer-Encoding twice', 400, inChunks(chunks(), [CHUNKED, CHUNKED])),
  refused('Transfer-Encoding twice, one unknown', 400, inChunks(chunks(), [CHUNKED, 'Transfer-Encoding: x'])),
  refused(
    'Transfer-Encoding twice, the first unknown',
    400,
    inChunks(chunks(), ['Transfer-Encoding: x', CHUNKED]),
  ),
  refused(
    'Transfer-Encoding with a space before the colon',
    400,
    inChunks(chunks(), ['Transfer-Encoding : chunked']),
  ),
  refused('Transfer-Encoding folded', 400, inChunks(chunks(), ['Transfer-Encoding:\r\n chunked'])),
  refused(
    'Transfer-Encoding after a bare CR',
    400,
    inChunks(chunks(), [`X: y\r${CHUNKED}`, 'Content-Length: 5']),
  ),
  refused(
    'Transfer-Encoding after a bare LF',
    400,
    inChunks(chunks(), [`X: y\n${CHUNKED}`, 'Content-Length: 5']),
  ),
  refused('HTTP/1.0 in chunks', 400, { ...inChunks(chunks()), line: `POST ${CHAT} HTTP/1.0` }),
  refused('HTTP/1.0 with a length and chunks', 400, {
    ...inChunks(chunks(), [CHUNKED, 'Content-Length: 5']),
    line: `POST ${CHAT} HTTP/1.0`,
  }),
  ...[
    ['a chunk size in 0x', (wire: string) => `0x${wire}`],
    ['a chunk size with a sign', (wire: string) => `+${wire}`],
    ['a chunk size with a minus', (wire: string) => `-${wire}`],
    ['a chunk size with a space before', (wire: string) => ` ${wire}`],
    ['a chunk size with a space after', (wire: string) => wire.replace('\r\n', ' \r\n')],
    ['a chunk size with a tab after', (wire: string) => wire.replace('\r\n', '\t\r\n')],
    ['a chunk size with an underscore', (wire: string) => wire.replace(/^(.)/, '$1_')],
    ['a chunk size of 17 digits', (wire: string) => `1000000000000000${wire}`],
    ['a chunk size that overflows', (wire: string) => `ffffffffffffffff${wire}`],
    ['no chunk size', (wire: string) => wire.replace(/^[0-9a-f]+/, '')],
    ['a chunk size that is a letter', (wire: string) => `g${wire}`],
    ['a chunk line that ends in LF', (wire: string) => wire.replace('\r\n', '\n')],
    ['a chunk line that ends in CR', (wire: string) => wire.replace('\r\n', '\r')],
    ['a chunk without its line end', (wire: string) => wire.replace('\r\n0\r\n', '0\r\n')],
    ['a chunk that ends in LF', (wire: string) => wire.replace('\r\n0\r\n', '\n0\r\n')],
    ['a chunk that ends in CR', (wire: string) => wire.replace('\r\n0\r\n', '\r0\r\n')],
    ['a chunk longer than it says', (wire: string) => wire.replace('\r\n0\r\n', 'x\r\n0\r\n')],
    ['a last chunk that ends in LF', (wire: string) => wire.replace('0\r\n\r\n', '0\n\n')],
    ['an LF in a chunk extension', (wire: string) => wire.replace('\r\n', ';a\nb\r\n')],
    ['a CR in a chunk extension', (wire: string) => wire.replace('\r\n', ';a\rb\r\n')],
    ['a NUL in a chunk extension', (wire: string) => wire.replace('\r\n', ';a\0b\r\n')],
    ['a chunk extension of 20 KB', (wire: string) => wire.replace('\r\n', `;${'a'.repeat(20_000)}\r\n`)],
    [
      'a Content-Length in the trailer',
      (wire: string) => wire.replace('0\r\n\r\n', '0\r\nContent-Length: 5\r\n\r\n'),
    ],
    [
      'a Transfer-Encoding in the trailer',
      (wire: string) => wire.replace('0\r\n\r\n', '0\r\nTransfer-Encoding: chunked\r\n\r\n'),
    ],
    ['a folded trailer', (wire: string) => wire.replace('0\r\n\r\n', '0\r\nX-A: b\r\n c\r\n\r\n')],
    ['a trailer with a bare LF', (wire: string) => wire.replace('0\r\n\r\n', '0\r\nX-A: b\nX-B: c\r\n\r\n')],
    [
      'a trailer of 20 KB',
      (wire: string) => wire.replace('0\r\n\r\n', `0\r\nX-A: ${'b'.repeat(20_000)}\r\n\r\n`),
    ],
  ].map(([name, change]) =>
    refused(String(name), [400, 413, 431], inChunks(chunks(change as (wire: string) => string))),
  ),
  refused('a body on a route that takes none', 400, { line: 'GET /v1/models HTTP/1.1' }),
  refused('chunks on a route that takes none', 400, {
    ...inChunks(chunks()),
    line: 'GET /v1/models HTTP/1.1',
  }),
  refused('no length and no chunks', 400, { length: false, body: () => '' }),
  refused('a length of 0', 400, { body: () => '' }),
];

const TYPES: readonly RefusedCase[] = [
  ...[
    'text/plain',
    'text/json',
    'application/jsonx',
    'application/x-json',
    'application/problem+json',
    'application/json-seq',
    'application/jsonl',
    'application/x-ndjson',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'multipart/mixed; boundary=application/json',
    'application/octet-stream',
    'application/xml',
    'application',
    'json',
    '',
    'application/json, text/plain',
    'text/plain, application/json',
    'application/json;',
    'application/json; charset',
    'application/json; charset=',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/json; charset=ibm037',
    'application/json; charset=iso-8859-1',
    'application/json; charset=utf-8; charset=utf-16',
    'application/json; charset=utf-16; charset=utf-8',
    "application/json; charset='utf-8'",
    'application/json; boundary=x',
    'application/json; charset=utf-8; x=y',
    'application/json charset=utf-8',
    'application /json',
    'application/ json',
    'application/json\u00a0',
    '"application/json"',
    'application/json; charset="utf-8',
    'application/json; charset=utf-32',
    '*/*',
  ].map((type) =>
    refused(`Content-Type: ${type}`, 415, {
      head: ['Host: gateway', `Content-Type: ${type}`, 'Connection: close'],
    }),
  ),
  refused('no Content-Type', 415, { head: ['Host: gateway', 'Connection: close'] }),
  ...[
    'gzip, gzip',
    'gzip, br',
    'br, gzip',
    'compress',
    'x-compress',
    'pack200-gzip',
    'exi',
    'aes128gcm',
    'dcb',
    'utf-8',
    'gzip;q=1',
    '*',
    'none',
    'identity;x',
    'base64',
    'x-snappy',
  ].map((coding) => refused(`Content-Encoding: ${coding}`, 415, { fields: [`Content-Encoding: ${coding}`] })),
  ...['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'GZIP', 'identity, gzip'].map((coding) =>
    refused(`Content-Encoding: ${coding} over plain text`, 400, { fields: [`Content-Encoding: ${coding}`] }),
  ),
];

export const REFUSED: readonly RefusedCase[] = [...TARGETS, ...HEADERS, ...FRAMING, ...TYPES];

/** What must pass, the body as it was written. */
export const LEGAL: readonly WireCase[] = [
  legal('a plain request', {}),
  // Node's parser takes these two as HTTP; the path and the version that go on are ours.
  legal('two spaces in the request line', { line: `POST  ${CHAT} HTTP/1.1` }),
  legal('another protocol in the request line', { line: `POST ${CHAT} RTSP/1.0` }),
  legal('lower-case names', {
    head: ['host: gateway', 'content-type: application/json', 'connection: close'],
  }),
  legal('upper-case names', {
    head: ['HOST: gateway', 'CONTENT-TYPE: application/json', 'CONNECTION: close'],
  }),
  legal('no space after the colon', {
    head: ['Host:gateway', 'Content-Type:application/json', 'Connection:close'],
  }),
  legal('white space around values', {
    head: ['Host: \t gateway \t', 'Content-Type:   application/json   ', 'Connection: close'],
  }),
  legal('an empty line before the request', { line: `\r\nPOST ${CHAT} HTTP/1.1` }),
  legal('a length with leading zeros', {
    length: false,
    fields: [`Content-Length: 000${chatBody('hello').length}`],
  }),
  legal('any Host', { head: ['Host: evil.example:1/#@x', ...HEAD.slice(1)] }),
  legal('an empty Host', { head: ['Host:', ...HEAD.slice(1)] }),
  legal('HTTP/1.0 with a length', { line: `POST ${CHAT} HTTP/1.0` }),
  legal('HTTP/1.0 without a Host', { line: `POST ${CHAT} HTTP/1.0`, head: HEAD.slice(1) }),
  legal('chunks', inChunks(chunks())),
  legal('Chunked in other letters', inChunks(chunks(), ['transfer-encoding: Chunked'])),
  legal(
    'a chunk a byte',
    inChunks((text) => `${[...chatBody(text)].map(chunk).join('')}0\r\n\r\n`),
  ),
  legal(
    'a chunk size in capitals with zeros',
    inChunks((text) => {
      const body = chatBody(text);
      return `000${body.length.toString(16).toUpperCase()}\r\n${body}\r\n0000\r\n\r\n`;
    }),
  ),
  legal('a chunk extension', inChunks(chunks((wire) => wire.replace('\r\n', ';a=b\r\n')))),
  legal(
    'a trailer',
    inChunks(
      chunks((wire) => wire.replace('0\r\n\r\n', '0\r\nX-Trailer: a\r\n\r\n')),
      [CHUNKED, 'Trailer: X-Trailer'],
    ),
  ),
  legal('a query', { line: `POST ${CHAT}?beta=true&api-version=2024-01-01 HTTP/1.1` }),
  legal('a query with escapes', { line: `POST ${CHAT}?a=%41%20%C3%A9&b HTTP/1.1` }),
  legal('an empty query', { line: `POST ${CHAT}? HTTP/1.1` }),
  legal('a query of 1,024 characters', { line: `POST ${CHAT}?a=${'x'.repeat(1_022)} HTTP/1.1` }),
  legal('an offer of h2c', {
    head: HEAD.slice(0, 2),
    fields: [
      'Connection: Upgrade, HTTP2-Settings, close',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABkAAQAAP__',
    ],
  }),
  legal('a hundred header fields', { fields: Array.from({ length: 96 }, (_, at) => `X-${at}: 1`) }),
  legal('15 KB of header', { fields: [`X-Long: ${'a'.repeat(15_000)}`] }),
  legal('repeated headers that decide nothing', {
    fields: ['X-A: b', 'X-A: c', 'Accept: */*', 'Accept: text/plain', 'Cookie: a=b', 'Cookie: c=d'],
  }),
  legal('an empty value', { fields: ['X-A:', 'X-B: '] }),
  legal('a value of latin1', { fields: ['X-A: \u00e9\u00ff'] }),
  legal('odd but legal names', { fields: ["X!#$%&'*+-.^_`|~1: b"] }),
  legal('tabs in a value', { fields: ['X-A: b\tc'] }),
  legal('an X-HTTP-Method-Override', { fields: ['X-HTTP-Method-Override: GET'] }),
  legal('a bearer', { fields: ['Authorization: Bearer none'] }),
  legal('a session id', { fields: [`x-session-id: ${'a'.repeat(97)}:_.`] }),
  legal('any request id', { fields: ['x-request-id: <any thing>'] }),
  legal('an Accept-Encoding', { fields: ['Accept-Encoding: gzip, br, zstd'] }),
  legal('Connection: keep-alive, close', {
    head: HEAD.slice(0, 2),
    fields: ['Connection: keep-alive, close'],
  }),
  legal('a nominated header', { head: HEAD.slice(0, 2), fields: ['Connection: close, X-Gone', 'X-Gone: 1'] }),
  ...[
    'Application/JSON',
    'application/json;charset=utf-8',
    'application/json ; charset=UTF-8',
    'application/json;\tcharset="utf-8"',
    'APPLICATION/JSON; CHARSET="UTF-8"',
  ].map((type) =>
    legal(`Content-Type: ${type}`, { head: ['Host: gateway', `Content-Type: ${type}`, 'Connection: close'] }),
  ),
  ...['identity', 'Identity', '', 'identity, identity'].map((coding) =>
    legal(`Content-Encoding: ${coding}`, { fields: [`Content-Encoding: ${coding}`] }),
  ),
];
