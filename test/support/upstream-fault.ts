/** What a row of the table of upstream faults is, and the answers that the faults are made from. */
import type { Socket } from 'node:net';
import { rawChunk } from './raw-upstream.ts';
import { chatChunk } from './recording-upstream.ts';

/** What the client asked for, and whether its stream has begun when the fault comes. */
export const FAULT_KINDS = ['json', 'stream', 'begun'] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault on one connection, after the request was read. */
export interface FaultPlay {
  readonly socket: Socket;
  readonly kind: FaultKind;
  /** What no client may see: the upstream's host, path, query or key. */
  readonly secrets: readonly string[];
  /**
   * Writes the head of a good answer with these fields. Where the stream is to begin, its first events too, and
   * waits until the client has them.
   */
  open(fields: string): Promise<void>;
  /** Bytes of a body in the framing that the head announced. */
  body(bytes: string | Buffer): Buffer;
}

export interface UpstreamFault {
  readonly name: string;
  readonly play?: (play: FaultPlay) => void | Promise<void>;
  /** Another upstream than the one that plays. */
  readonly mount?: string;
  /** What the client is told while nothing was sent. */
  readonly status: number;
  /** The gateway's deadlines end it: they are short then. */
  readonly late?: true;
  /** Where it comes in some of the ways only. */
  readonly kinds?: readonly FaultKind[];
}

/** A sentence that is judged and sent at once. */
export const BEGINNING = 'A sentence that has an end. '.repeat(20);
export const CHUNKED = 'Transfer-Encoding: chunked\r\n';

export const beginning = (): string =>
  [BEGINNING, BEGINNING, 'More.'].map((text) => `data: ${chatChunk(text)}\n\n`).join('');

/** The rest of a good answer in the kind's own type. */
export const goodRest = (kind: FaultKind): string =>
  kind === 'json'
    ? '{"id":"chatcmpl-1","object":"chat.completion","choices":[]}'
    : `data: ${chatChunk('Fine.')}\n\ndata: ${chatChunk('', 'stop')}\n\ndata: [DONE]\n\n`;

export const typeOf = (kind: FaultKind): string =>
  kind === 'json' ? 'application/json' : 'text/event-stream';

/** Writes a head without a framing, and whatever follows it. */
export const raw =
  (text: string, end: (socket: Socket) => void = () => undefined) =>
  ({ socket }: FaultPlay): void =>
    void socket.write(text, 'latin1', () => end(socket));

/** A body in chunks that holds these bytes and nothing else, with its end. */
export const inChunks =
  (bytes: (kind: FaultKind) => string | Buffer, fields = '') =>
  async ({ socket, kind, open }: FaultPlay): Promise<void> => {
    await open(CHUNKED + fields);
    socket.write(rawChunk(bytes(kind)));
    socket.end('0\r\n\r\n');
  };

export const bySide = (json: string | Buffer, stream: string | Buffer) => (kind: FaultKind) =>
  kind === 'json' ? json : stream;
