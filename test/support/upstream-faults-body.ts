/** Faults of an upstream in its body: framing, cuts, codings, characters, JSON and events. */
import { gzipSync } from 'node:zlib';
import { rawChunk } from './raw-upstream.ts';
import { chatChunk } from './recording-upstream.ts';
import { bySide, CHUNKED, type FaultPlay, goodRest, inChunks, type UpstreamFault } from './upstream-fault.ts';

const CLOSE = 'Connection: close\r\n';
const HALF = bySide('{"id":"chatcmpl-1","choices":[', `data: ${chatChunk('Half')}\n\ndata: {"id"`);

type End = (play: FaultPlay) => void;
const reset: End = ({ socket }) => void setImmediate(() => socket.resetAndDestroy());
const end: End = ({ socket }) => void socket.end();
const silence: End = () => undefined;

/** Half an answer in this framing, then an end of some kind. */
const cut =
  (fields: string, then: End) =>
  async (play: FaultPlay): Promise<void> => {
    await play.open(fields);
    play.socket.write(play.body(HALF(play.kind)), () => then(play));
  };

/** Bytes in the place of a chunk. */
const chunkLine =
  (text: string) =>
  async ({ socket, open }: FaultPlay): Promise<void> => {
    await open(CHUNKED);
    socket.write(text);
  };

/** Bytes without an end: the connection must be ended by the gateway. */
const endless = (bytes: (kind: FaultPlay['kind']) => string | Buffer) => async (play: FaultPlay) => {
  const { socket, kind, open } = play;
  await open(CHUNKED);
  const piece = rawChunk(bytes(kind));
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
    if (!socket.destroyed) socket.once('drain', more);
  };
  more();
};

const event = (data: string): string => `data: ${data}\n\n${goodRest('stream')}`;
const both = (json: string | Buffer, stream: string) => inChunks(bySide(json, event(stream)));
const deep = `${'['.repeat(70)}${']'.repeat(70)}`;
const bad = Buffer.from([0x22, 0xff, 0x22]);

const FRAMING: readonly UpstreamFault[] = [
  { name: 'a reset in the body', status: 502, play: cut(CHUNKED, reset) },
  { name: 'a reset in a body of a length', status: 502, play: cut('Content-Length: 9999\r\n', reset) },
  { name: 'a body shorter than its length', status: 502, play: cut('Content-Length: 9999\r\n', end) },
  { name: 'an end before the last chunk', status: 502, play: cut(CHUNKED, end) },
  { name: 'an end without any framing', status: 502, play: cut(CLOSE, end) },
  { name: 'silence in the body', status: 504, late: true, play: cut(CHUNKED, silence) },
  {
    name: 'silence in a body of a length',
    status: 504,
    late: true,
    play: cut('Content-Length: 9999\r\n', silence),
  },
  { name: 'a chunk size that is no number', status: 502, play: chunkLine('zz\r\nx\r\n') },
  { name: 'a chunk size below zero', status: 502, play: chunkLine('-1\r\nx\r\n') },
  { name: 'a chunk size beyond all numbers', status: 502, play: chunkLine('fffffffffffffffff\r\nx\r\n') },
  { name: 'a chunk longer than its size', status: 502, play: chunkLine('1\r\nxyz\r\n0\r\n\r\n') },
  {
    name: 'a chunk that is cut',
    status: 502,
    play: async ({ socket, open }) => {
      await open(CHUNKED);
      socket.end('ff\r\nabc');
    },
  },
  {
    name: 'a body over the cap',
    status: 502,
    play: endless(bySide(' '.repeat(20_000), `: ${'x'.repeat(20_000)}\n`)),
  },
  {
    name: 'events over the cap',
    status: 502,
    kinds: ['begun'],
    play: endless(bySide(' '.repeat(20_000), `data: ${chatChunk('x y. '.repeat(2000))}\n\n`)),
  },
];

const CODINGS: readonly UpstreamFault[] = [
  {
    name: 'broken gzip',
    status: 502,
    play: inChunks((kind) => goodRest(kind), 'Content-Encoding: gzip\r\n'),
  },
  {
    name: 'gzip that is cut',
    status: 502,
    play: inChunks((kind) => gzipSync(goodRest(kind)).subarray(0, 30), 'Content-Encoding: gzip\r\n'),
  },
  {
    name: 'a bomb of gzip',
    status: 502,
    play: inChunks(
      bySide(gzipSync(Buffer.alloc(20_000_000, 32)), gzipSync(`: ${'x'.repeat(20_000_000)}\n\n`)),
      'Content-Encoding: gzip\r\n',
    ),
  },
].map((fault) => ({ ...fault, kinds: ['json', 'stream'] as const }));

const CONTENT: readonly UpstreamFault[] = [
  { name: 'nothing', status: 502, play: inChunks(() => ' ') },
  {
    name: 'invalid UTF-8',
    status: 502,
    play: inChunks(bySide(bad, Buffer.concat([Buffer.from('data: '), bad, Buffer.from('\n\n')]))),
  },
  {
    name: 'a character that is cut',
    status: 502,
    play: inChunks(bySide(bad.subarray(0, 2), Buffer.from([0xe2, 0x82]))),
  },
  { name: 'UTF-16', status: 502, play: inChunks((kind) => Buffer.from(goodRest(kind), 'utf16le')) },
  { name: 'no JSON', status: 502, play: both('hello', 'hello') },
  { name: 'JSON that is cut', status: 502, play: both('{"choices":[', '{"choices":[') },
  { name: 'two documents', status: 502, play: both('{}{}', '{}{}') },
  { name: 'a repeated key', status: 502, play: both('{"choices":[],"choices":[]}', '{"id":"a","id":"b"}') },
  { name: 'JSON that is too deep', status: 502, play: both(deep, deep) },
  { name: 'half of a surrogate pair', status: 502, play: both('{"id":"\\ud800"}', '{"id":"\\ud800"}') },
  {
    name: 'a byte order mark',
    status: 502,
    kinds: ['json'],
    play: inChunks((kind) => `\ufeff${goodRest(kind)}`),
  },
  { name: 'NaN', status: 502, play: both('{"id":NaN}', '{"id":NaN}') },
];

const stream = (text: string) => inChunks(() => text);
/** Faults of event streams; JSON has no such thing. */
const EVENTS: readonly UpstreamFault[] = [
  { name: 'a stream without its end', status: 502, play: stream(`data: ${chatChunk('Fine.')}\n\n`) },
  {
    name: 'an event without its end',
    status: 502,
    play: stream(`data: ${chatChunk('', 'stop')}\n\ndata: [DONE]`),
  },
  {
    name: 'an end for one choice of two',
    status: 502,
    kinds: ['begun'],
    play: stream(`data: ${chatChunk('', 'stop').replace('"index":0', '"index":1')}\n\n`),
  },
  { name: 'an error event', status: 502, play: stream('data: {"error":{"message":"overloaded"}}\n\n') },
  {
    name: "an error event that tells the upstream's address",
    status: 502,
    play: async ({ socket, secrets, open }) => {
      await open(CHUNKED);
      socket.write(rawChunk(event(JSON.stringify({ error: { message: `at ${secrets[0]}` } }))));
    },
  },
  { name: 'an empty event', status: 502, play: stream('data:\n\n') },
  {
    name: 'an event of many lines that is no JSON',
    status: 502,
    play: stream('data: {"a":\ndata: \ndata: }\n\n'),
  },
];

export const BODY_FAULTS: readonly UpstreamFault[] = [
  ...FRAMING,
  ...CODINGS,
  ...CONTENT,
  ...EVENTS.map((fault) => ({ kinds: ['stream', 'begun'] as const, ...fault })),
];
