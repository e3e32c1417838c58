/** Faults of an upstream before its body begins: connection, TLS, status line and header fields. */
import { gzipSync } from 'node:zlib';
import { rawAnswer } from './raw-upstream.ts';
import { type FaultPlay, goodRest, raw, typeOf, type UpstreamFault } from './upstream-fault.ts';

const OK = 'HTTP/1.1 200 OK\r\n';

/** A whole answer whose type, further fields and status are wrong in some way. */
const answer =
  (change: { type?: string; more?: string; status?: string; body?: (play: FaultPlay) => string | Buffer }) =>
  (play: FaultPlay): void => {
    const body = change.body?.(play) ?? goodRest(play.kind);
    const more = change.more ?? '';
    play.socket.write(rawAnswer(change.type ?? typeOf(play.kind), body, more, change.status));
  };

/** An interim answer every so often, without an end. */
const trickle =
  (status: string, everyMs: number) =>
  ({ socket }: FaultPlay): void => {
    const timer = setInterval(() => socket.write(`HTTP/1.1 ${status}\r\n\r\n`), everyMs);
    socket.on('close', () => clearInterval(timer));
  };

const html = (play: FaultPlay): string => `<html><title>nginx</title>${play.secrets.join(' ')}</html>`;
const error = (status: string): readonly UpstreamFault[] => {
  const code = Number(status.slice(0, 3));
  const more = 'Retry-After: 7\r\n';
  const json = (text: string): string => JSON.stringify({ error: { message: `see ${text}`, type: 'x' } });
  const jsonOf = (at: number) => (play: FaultPlay) => json(play.secrets[at] ?? '').replaceAll('/', '\\/');
  const names = ['address', 'path', 'query', 'key'].map((what, at) => ({
    name: `${status} in JSON that tells the upstream's ${what}`,
    status: code,
    play: answer({ type: 'application/json', status, more, body: jsonOf(at) }),
  }));
  return [
    {
      name: `${status} in HTML`,
      status: code,
      play: (play) => {
        const at = `${more}X-At: ${play.secrets[0]}\r\n`;
        answer({ type: 'text/html', status, more: at, body: html })(play);
      },
    },
    {
      name: `${status} without a body`,
      status: code,
      play: raw(`HTTP/1.1 ${status}\r\n${more}Content-Length: 0\r\n\r\n`),
    },
    ...names,
  ];
};
const redirect = (status: string): UpstreamFault => ({
  name: `${status} with a Location`,
  status: 502,
  play: (play) => answer({ status, more: `Location: http://other.example/${play.secrets[1]}\r\n` })(play),
});

const CONNECTIONS: readonly UpstreamFault[] = [
  { name: 'a refused connection', mount: '/refused', status: 502 },
  { name: 'a connection that nobody accepts', mount: '/unaccepted', status: 504, late: true },
  { name: 'a name that does not resolve', mount: '/nameless', status: 502 },
  { name: 'a certificate of its own', mount: '/self-signed', status: 502 },
  { name: 'no TLS where TLS is expected', mount: '/plain-as-tls', status: 502 },
  { name: 'TLS where none is expected', mount: '/tls-as-plain', status: 502 },
  { name: 'a TLS handshake that never ends', mount: '/silent-tls', status: 504, late: true },
];

const HEADS: readonly UpstreamFault[] = [
  { name: 'a close before the headers', status: 502, play: ({ socket }) => void socket.destroy() },
  { name: 'a reset before the headers', status: 502, play: ({ socket }) => void socket.resetAndDestroy() },
  {
    name: 'a reset in the headers',
    status: 502,
    play: raw(`${OK}Content-Ty`, (socket) => socket.resetAndDestroy()),
  },
  {
    name: 'an end in the headers',
    status: 502,
    play: raw(`${OK}Content-Type: app`, (socket) => socket.end()),
  },
  {
    name: 'headers without an end',
    status: 504,
    late: true,
    play: raw(`${OK}Content-Type: application/json\r\n`),
  },
  { name: 'silence', status: 504, late: true, play: () => undefined },
  { name: 'too large a header', status: 502, play: raw(`${OK}X-A: ${'a'.repeat(80_000)}\r\n\r\n`) },
  { name: 'too many headers', status: 502, play: raw(`${OK}${'X-A: 1\r\n'.repeat(20_000)}\r\n`) },
  { name: 'another protocol', status: 502, play: raw('SSH-2.0-OpenSSH_9.9\r\n', (socket) => socket.end()) },
  { name: 'HTTP/0.9', status: 502, play: raw('<html>hello</html>', (socket) => socket.end()) },
  {
    name: 'HTTP/2 frames',
    status: 502,
    play: raw('\0\0\x12\x04\0\0\0\0\0\0\x03\0\0\0\x80\0\x04\0\x01\0\0\0\x05\0\xff'),
  },
  { name: 'a status that is no number', status: 502, play: raw('HTTP/1.1 abc OK\r\n\r\n') },
  { name: 'a header without a colon', status: 502, play: raw(`${OK}Content-Type\r\n\r\n`) },
  { name: 'two lengths', status: 502, play: raw(`${OK}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `) },
  {
    name: 'a length and chunks',
    status: 502,
    play: raw(
      `${OK}Content-Type: application/json\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
    ),
  },
  { name: '100 without being asked', status: 502, play: raw(`HTTP/1.1 100 Continue\r\n\r\n${OK}\r\n`) },
  { name: 'a flood of 103', status: 502, play: raw('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(500)) },
  { name: '102 again and again', status: 504, late: true, play: trickle('102 Processing', 50) },
  {
    name: '101',
    status: 502,
    play: raw('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n'),
  },
  { name: '205', status: 502, play: raw('HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n') },
  { name: '304', status: 502, play: raw('HTTP/1.1 304 Not Modified\r\n\r\n') },
  ...['301 Moved Permanently', '302 Found', '307 Temporary Redirect', '300 Multiple Choices'].map(redirect),
  { name: 'no content type', status: 502, play: raw(`${OK}Content-Length: 2\r\n\r\n{}`) },
  { name: 'HTML', status: 502, play: answer({ type: 'text/html', body: html }) },
  { name: 'plain text', status: 502, play: answer({ type: 'text/plain' }) },
  { name: 'another charset', status: 502, play: answer({ type: 'application/json; charset=utf-16' }) },
  { name: 'two content types', status: 502, play: answer({ more: 'Content-Type: text/plain\r\n' }) },
  {
    name: 'a length over the cap',
    status: 502,
    play: raw(`${OK}Content-Type: application/json\r\nContent-Length: 99999999\r\n\r\n`),
  },
  {
    name: 'two codings',
    status: 502,
    play: answer({ more: 'Content-Encoding: gzip, br\r\n', body: ({ kind }) => gzipSync(goodRest(kind)) }),
  },
  { name: 'an unknown coding', status: 502, play: answer({ more: 'Content-Encoding: lzma\r\n' }) },
  ...['401 Unauthorized', '403 Forbidden', '404 Not Found', '429 Too Many Requests'].flatMap(error),
  ...['500 Internal Server Error', '503 Service Unavailable', '529 Overloaded'].flatMap(error),
];

export const HEAD_FAULTS: readonly UpstreamFault[] = [...CONNECTIONS, ...HEADS].map((fault) => ({
  ...fault,
  kinds: ['json', 'stream'] as const,
}));
