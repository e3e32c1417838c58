/** Sends many streams at a steady rate from one timer and keeps when each event left. */
import type { ServerResponse } from 'node:http';
import { sharedNowMs } from '../harness/shared-clock.ts';
import { createWordSource, type WordSource } from '../harness/word-source.ts';
import { endEvents, roleEvent, textEvent } from './mock-answers.ts';

export interface PacedPlan {
  readonly name: string;
  readonly perSecond: number;
  readonly events: number;
}

/** What was sent on one stream; times by the shared clock in milliseconds. */
export interface SentEvents {
  readonly sentAtMs: number[];
  /** Which event follows the first end of a sentence; -1: none did. */
  nextSentence: number;
}

interface PacedStream extends PacedPlan {
  readonly id: number;
  readonly words: WordSource;
  readonly response: ServerResponse;
  readonly sent: SentEvents;
  dueMs: number;
}

const ROUND_MS = 1;

export class PacedStreams {
  readonly #seed: number;
  readonly #open = new Set<PacedStream>();
  readonly #sent = new Map<string, SentEvents>();
  #ids = 0;
  #timer: NodeJS.Timeout | undefined;

  /** @param seed of the texts; each stream has sentences of its own */
  constructor(seed: number) {
    this.#seed = seed;
  }

  add(plan: PacedPlan, response: ServerResponse): void {
    this.#ids += 1;
    const gapMs = 1000 / plan.perSecond;
    // Each stream has a phase of its own; else all would speak at once.
    const dueMs = sharedNowMs() + gapMs * Math.random();
    const sent: SentEvents = { sentAtMs: [], nextSentence: -1 };
    const words = createWordSource(this.#seed + this.#ids);
    const stream: PacedStream = { ...plan, id: this.#ids, words, response, sent, dueMs };
    this.#sent.set(plan.name, sent);
    response.write(roleEvent(stream.id));
    response.on('close', () => this.#open.delete(stream));
    this.#open.add(stream);
    this.#timer ??= setTimeout(() => this.#round(), ROUND_MS);
  }

  /** What was sent on each stream, by its name; forgets it. */
  takeSent(): Readonly<Record<string, SentEvents>> {
    const taken = Object.fromEntries(this.#sent);
    this.#sent.clear();
    return taken;
  }

  #round(): void {
    const now = sharedNowMs();
    for (const stream of this.#open) if (stream.dueMs <= now) this.#send(stream);
    this.#timer = this.#open.size > 0 ? setTimeout(() => this.#round(), ROUND_MS) : undefined;
  }

  #send(stream: PacedStream): void {
    const { sent, response } = stream;
    stream.dueMs += 1000 / stream.perSecond;
    const word = stream.words.word();
    const count = sent.sentAtMs.push(Math.round(sharedNowMs() * 100) / 100);
    if (sent.nextSentence < 0 && word.endsWith('.')) sent.nextSentence = count;
    const event = textEvent(stream.id, ` ${word}`);
    if (count < stream.events) {
      response.write(event);
      return;
    }
    this.#open.delete(stream);
    response.end(event + endEvents(stream.id));
  }
}
