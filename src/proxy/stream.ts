/** Drives a stream guard: feeds it the upstream's events and does what it commands (DESIGN §7). */
import type { Readable } from 'node:stream';
import { GatewayError } from '../core/errors.ts';
import type { ScanCall, ScanReply } from '../core/scan-service.ts';
import { type StreamEvent, writeComment } from '../core/sse.ts';
import { type SideNote, writeStreamNote } from '../core/verdict.ts';
import type { GuardCommand, StreamEnding, StreamGuard } from '../inspection/inspection.ts';
import { writeEvents } from './answer.ts';
import { upstreamFault } from './forward.ts';
import type { FrameReader } from './frames.ts';

/** The client's end of a stream, as far as the session needs it. */
export interface StreamSink {
  /** Writes the status and headers; called once, before the first text. */
  start(): void;
  /** False: no more until `onDrain` (back-pressure). */
  write(text: string): boolean;
  end(): void;
  /** Gives the client up. */
  destroy(): void;
  onDrain(listener: () => void): void;
}

export interface StreamSessionOptions {
  readonly guard: StreamGuard;
  readonly frames: FrameReader;
  /** The upstream's decoded body; destroying it aborts the upstream. */
  readonly source: Readable;
  readonly sink: StreamSink;
  readonly scan: (call: ScanCall) => Promise<ScanReply>;
  /** Awaited before the last byte; where it rejects, the stream stays visibly broken. */
  readonly onEnding: (ending: StreamEnding) => Promise<void>;
  readonly monotonicMs: () => number;
  /** Most bytes of the whole stream. */
  readonly responseBytes: number;
  /** Reading pauses above this while a scan is under way. */
  readonly heldCharsMax: number;
  readonly keepAliveMs: number;
  /** How long a client may leave what was written unread. */
  readonly clientIdleMs: number;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
}

export interface StreamResult {
  /** Undefined: the client left. */
  readonly ending: StreamEnding | undefined;
  /** False: nothing was sent, the ending is to be answered plainly. */
  readonly started: boolean;
  readonly bytesIn: number;
}

/** Runs one stream to its end. Never rejects. */
export function runStream(options: StreamSessionOptions): Promise<StreamResult> {
  return new Promise((resolve) => new StreamSession(options, resolve).run());
}

class StreamSession {
  readonly #options: StreamSessionOptions;
  readonly #resolve: (result: StreamResult) => void;
  #started = false;
  #done = false;
  #ending = false;
  #blockedByClient = false;
  #bytesIn = 0;
  #lastWriteMs: number;
  #keepAlive: NodeJS.Timeout | undefined;
  #wake: NodeJS.Timeout | undefined;
  #slowClient: NodeJS.Timeout | undefined;

  constructor(options: StreamSessionOptions, resolve: (result: StreamResult) => void) {
    this.#options = options;
    this.#resolve = resolve;
    this.#lastWriteMs = options.monotonicMs();
  }

  run(): void {
    const { source, sink, signal, keepAliveMs } = this.#options;
    if (signal.aborted) {
      this.#leave();
      return;
    }
    signal.addEventListener('abort', this.#leave, { once: true });
    sink.onDrain(this.#onDrain);
    source.on('data', this.#onData);
    source.on('end', this.#onEnd);
    source.on('error', this.#onError);
    source.on('close', this.#onClose);
    this.#keepAlive = setTimeout(this.#onKeepAlive, keepAliveMs);
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#bytesIn += chunk.length;
    if (this.#done || this.#ending) {
      this.#dropRest();
      return;
    }
    if (this.#bytesIn > this.#options.responseBytes) {
      this.#cut(new GatewayError('upstream_too_large'));
      return;
    }
    const { events, fault } = this.#options.frames.push(chunk);
    this.#step(() => this.#push(events));
    if (fault) this.#cut(fault);
  };

  #push(events: readonly StreamEvent[]): readonly GuardCommand[] {
    for (const event of events) {
      this.#execute(this.#options.guard.push(event, this.#now()));
      if (this.#done) break;
    }
    return [];
  }

  /** After a clean end the rest is read so that the connection lives on, unless there is much of it. */
  #dropRest(): void {
    const { source, responseBytes } = this.#options;
    if (this.#bytesIn > responseBytes) source.destroy();
  }

  readonly #onEnd = (): void => {
    if (this.#done) return;
    const { guard, frames } = this.#options;
    if (!frames.end()) {
      this.#cut(new GatewayError('upstream_cut'));
      return;
    }
    this.#step(() => guard.end(this.#now()));
  };

  readonly #onError = (cause: unknown): void => this.#cut(upstreamFault(cause, 'upstream_cut'));

  readonly #onClose = (): void => {
    if (!this.#options.source.readableEnded) this.#cut(new GatewayError('upstream_cut'));
  };

  #cut(error: GatewayError): void {
    this.#step(() => this.#options.guard.cut(error, this.#now()));
  }

  /** Asks the guard and does what it commands; a guard that throws fails the stream, never the process. */
  #step(ask: () => readonly GuardCommand[]): void {
    if (this.#done || this.#ending) return;
    try {
      this.#execute(ask());
    } catch (cause) {
      this.#fail(new GatewayError('internal', { cause }));
      return;
    }
    this.#settle();
  }

  #execute(commands: readonly GuardCommand[]): void {
    for (const [index, command] of commands.entries()) {
      if (this.#done || this.#ending) return;
      if (command.type === 'judge') this.#judge(command.ticket, command.call);
      else if (command.type === 'send' && !command.last) this.#write(writeEvents(command.events));
      else this.#conclude(commands.slice(index)).catch(this.#onFault);
    }
  }

  /** The last events and the end; what they amount to is told before, and must be taken down first. */
  async #conclude(commands: readonly GuardCommand[]): Promise<void> {
    const finish = commands.find((command) => command.type === 'finish');
    if (finish === undefined) return;
    const { ending } = finish;
    this.#ending = true;
    // At once, before anything is written: nothing of a refused answer is paid for or read on.
    if (ending.outcome !== 'clean') this.#options.source.destroy();
    try {
      await this.#options.onEnding(ending);
    } catch (cause) {
      this.#fail(cause instanceof GatewayError ? cause : new GatewayError('internal', { cause }));
      return;
    }
    if (this.#done) return;
    for (const command of commands) if (command.type === 'send') this.#sendLast(command.events, ending);
    this.#finish(ending);
  }

  #sendLast(events: readonly StreamEvent[], ending: StreamEnding): void {
    const note = writeComment(writeStreamNote(ending.note));
    this.#write(writeEvents(events.slice(0, -1)) + note + writeEvents(events.slice(-1)));
  }

  #judge(ticket: number, call: ScanCall): void {
    const { guard, scan } = this.#options;
    scan(call).then(
      (reply) => this.#step(() => guard.judged(ticket, reply, this.#now())),
      (cause: unknown) => this.#fail(new GatewayError('internal', { cause })),
    );
  }

  #finish(ending: StreamEnding): void {
    const { sink } = this.#options;
    if (ending.outcome === 'clean' || this.#started) {
      this.#write(endingText(ending));
      sink.end();
    }
    this.#close(ending);
  }

  /** The guard itself is not to be trusted any more: what was sent stays visibly broken. */
  #fail(error: GatewayError): void {
    if (this.#done) return;
    const { sink, source } = this.#options;
    source.destroy();
    if (this.#started) sink.destroy();
    const note: SideNote = { state: 'unscanned', reason: 'uninspectable' };
    this.#close({ outcome: 'failed', class: 'uninspectable', error, tail: [], note, traces: [] });
  }

  readonly #onFault = (cause: unknown): void => this.#fail(new GatewayError('internal', { cause }));

  readonly #leave = (): void => {
    if (this.#done) return;
    this.#options.source.destroy();
    this.#close(undefined);
  };

  #close(ending: StreamEnding | undefined): void {
    this.#done = true;
    clearTimeout(this.#keepAlive);
    clearTimeout(this.#wake);
    clearTimeout(this.#slowClient);
    this.#options.signal.removeEventListener('abort', this.#leave);
    if (!this.#options.source.destroyed) this.#options.source.resume();
    this.#resolve({ ending, started: this.#started, bytesIn: this.#bytesIn });
  }

  #write(text: string): void {
    const { sink, clientIdleMs } = this.#options;
    if (!this.#started) {
      this.#started = true;
      sink.start();
    }
    if (text === '') return;
    this.#lastWriteMs = this.#now();
    if (sink.write(text) || this.#blockedByClient) return;
    this.#blockedByClient = true;
    this.#slowClient = setTimeout(() => sink.destroy(), clientIdleMs);
  }

  readonly #onDrain = (): void => {
    this.#blockedByClient = false;
    clearTimeout(this.#slowClient);
    if (!this.#done) this.#settle();
  };

  /** After each step: reading goes on or pauses, and the guard's next wake is set. */
  #settle(): void {
    if (this.#done) return;
    const { guard, source, heldCharsMax } = this.#options;
    const isFull = guard.judging && guard.heldChars > heldCharsMax;
    if (this.#blockedByClient || isFull) source.pause();
    else if (source.isPaused()) source.resume();
    if (guard.wakeAt !== undefined && this.#wake === undefined) this.#setWake(guard.wakeAt);
  }

  #setWake(atMs: number): void {
    this.#wake = setTimeout(this.#onWake, Math.max(1, Math.ceil(atMs - this.#now())));
  }

  readonly #onWake = (): void => {
    this.#wake = undefined;
    const { guard } = this.#options;
    const { wakeAt } = guard;
    if (this.#done || wakeAt === undefined) return;
    if (wakeAt > this.#now()) this.#setWake(wakeAt);
    else this.#step(() => guard.wake(this.#now()));
  };

  readonly #onKeepAlive = (): void => {
    const { guard, keepAliveMs } = this.#options;
    const restMs = this.#lastWriteMs + keepAliveMs - this.#now();
    if (restMs <= 0) {
      if (guard.heldChars > 0) this.#write(writeComment('sallyport keep-alive'));
      this.#lastWriteMs = this.#now();
    }
    if (!this.#done) this.#keepAlive = setTimeout(this.#onKeepAlive, restMs > 0 ? restMs : keepAliveMs);
  };

  #now(): number {
    return this.#options.monotonicMs();
  }
}

/** A failed or refused stream tells its result before the last of its ending events. */
const endingText = (ending: StreamEnding): string => {
  if (ending.outcome === 'clean') return '';
  const note = writeComment(writeStreamNote(ending.note));
  return writeEvents(ending.tail.slice(0, -1)) + note + writeEvents(ending.tail.slice(-1));
};
