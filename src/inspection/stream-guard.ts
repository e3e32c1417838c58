/** The output guard: fed with the decoded events of a stream, it tells which frames may go (DESIGN §7). */
import { GatewayError } from '../core/errors.ts';
import type { ScanCall, ScanReply } from '../core/scan-service.ts';
import type { StreamEvent } from '../core/sse.ts';
import type { ScanTrace, SideNote } from '../core/verdict.ts';
import type { StreamReader } from '../protocols/protocol.ts';
import type { BodyInspectionOptions } from './body-inspection.ts';
import type { Channel } from './channel.ts';
import { ChannelSet } from './channel-set.ts';
import { findMaskSpans, type MaskSpan, moveSpan, spareEscapes } from './edits.ts';
import { HeldEvents, maskEvent } from './held-events.ts';
import type { ExchangeContext, GuardCommand, StreamEnding, StreamGuard, WindowSizes } from './inspection.ts';
import { type Decision, decide, rulesOf, stop, traceReply, unreadable } from './judge.ts';
import { responseContents, writeScanRequest } from './scan-request.ts';
import { splitText } from './split.ts';
import { joinChannels, type WholeAnswer } from './whole-answer.ts';

export interface StreamGuardOptions extends BodyInspectionOptions {
  readonly windows: WindowSizes;
  readonly reader: StreamReader;
  /** The request's last user text. */
  readonly prompt: string;
  readonly context: ExchangeContext;
}

/** A question that a ticket stands for; `text` is the judged text, `at` its place in channel or answer. */
interface AskedText {
  readonly text: string;
  readonly at: number;
  readonly startedMs: number;
}
interface AskedWindow extends AskedText {
  readonly channel: Channel;
  readonly partial: boolean;
}
type Asked = AskedText | AskedWindow;
type Stop = Extract<Decision, { kind: 'stop' }>;

const UNINSPECTABLE: SideNote = { state: 'unscanned', reason: 'uninspectable' };

/** Makes the guard of one streamed answer. */
export function createStreamGuard(options: StreamGuardOptions): StreamGuard {
  return new Guard(options);
}

class Guard implements StreamGuard {
  readonly #options: StreamGuardOptions;
  readonly #channels: ChannelSet;
  readonly #held = new HeldEvents();
  readonly #asked = new Map<number, Asked>();
  readonly #traces: ScanTrace[] = [];
  readonly #wholeSpans: MaskSpan[] = [];
  #commands: GuardCommand[] = [];
  #tickets = 0;
  #whole: WholeAnswer | undefined;
  #ended = false;
  #done = false;
  #masked = false;
  #skipped: string | undefined;
  #unscanned: SideNote | undefined;

  constructor(options: StreamGuardOptions) {
    this.#options = options;
    this.#channels = new ChannelSet(options.windows.firstChars);
  }

  get heldChars(): number {
    return this.#held.chars;
  }

  get judging(): boolean {
    return this.#asked.size > 0;
  }

  get wakeAt(): number | undefined {
    if (this.#done || this.#ended) return undefined;
    return this.#channels.dueAt(this.#options.windows.waitMs);
  }

  push(event: StreamEvent, nowMs: number): readonly GuardCommand[] {
    if (this.#done || this.#ended) return [];
    const { reader, settings } = this.#options;
    const reading = reader.read(event);
    if (reading.invalid !== undefined) return this.#fail(new GatewayError('upstream_invalid'), UNINSPECTABLE);
    const refused = reading.binaries.find((item) => item.what === 'tokens' || settings.images === 'block');
    if (refused) return this.#fail(unreadable(refused), UNINSPECTABLE);
    this.#skipped ??= reading.binaries[0]?.what;
    const pieces = this.#channels.append(reading.deltas, nowMs);
    if (pieces === undefined) return this.#fail(new GatewayError('upstream_invalid'), UNINSPECTABLE);
    const closed = this.#channels.close(reading.closes ?? []);
    this.#held.push(event, reading, pieces);
    if (reader.closed) return this.end(nowMs);
    if (settings.stream === 'window') {
      for (const { channel } of pieces) this.#consider(channel, nowMs);
      for (const channel of closed) this.#consider(channel, nowMs);
    }
    this.#release();
    return this.#take();
  }

  end(nowMs: number): readonly GuardCommand[] {
    if (this.#done || this.#ended) return [];
    if (!this.#options.reader.finished) return this.cut(new GatewayError('upstream_cut'), nowMs);
    this.#ended = true;
    this.#askWhole(nowMs);
    return this.#take();
  }

  cut(error: GatewayError, _nowMs: number): readonly GuardCommand[] {
    return this.#done ? [] : this.#fail(error, this.#note());
  }

  wake(nowMs: number): readonly GuardCommand[] {
    if (this.#done || this.#ended) return [];
    for (const channel of this.#channels.takeDue(nowMs, this.#options.windows.waitMs)) {
      this.#consider(channel, nowMs);
    }
    this.#release();
    return this.#take();
  }

  judged(ticket: number, reply: ScanReply, nowMs: number): readonly GuardCommand[] {
    const asked = this.#asked.get(ticket);
    if (asked === undefined || this.#done) return [];
    this.#asked.delete(ticket);
    const { settings, service, context } = this.#options;
    const rules = rulesOf(context, settings);
    const chars = asked.text.length;
    const decision = decide(reply, { trusted: false, rules, settings, chars });
    // Windows are parts of the whole that is judged last: the record keeps that, or where it stopped.
    const kept = 'channel' in asked && decision.kind === 'pass' ? undefined : asked.text;
    this.#traces.push(traceReply(reply, 'response', service.name, nowMs - asked.startedMs, kept));
    if (decision.kind === 'stop') return this.#stop(decision);
    this.#unscanned = decision.unscanned ?? this.#unscanned;
    const found = decision.masked === undefined ? [] : findMaskSpans(asked.text, decision.masked);
    const spans = 'channel' in asked && asked.channel.isArguments ? spareEscapes(asked.text, found) : found;
    if (spans === undefined) return this.#stop(this.#unmaskable());
    const moved = spans.map((span) => moveSpan(span, asked.at));
    const settled =
      'channel' in asked
        ? this.#settleWindow(asked, moved, asked.partial ? decision.openFrom : chars, nowMs)
        : this.#settleWhole(moved);
    if (!settled) return this.#stop(this.#unmaskable());
    if (this.#ended && this.#whole === undefined) this.#askWhole(nowMs);
    this.#release();
    return this.#take();
  }

  #settleWindow(asked: AskedWindow, spans: readonly MaskSpan[], openFrom: number, nowMs: number): boolean {
    const { windows, service } = this.#options;
    const { channel, at, text } = asked;
    channel.judging = false;
    if (!channel.accept(spans, at + text.length, at + openFrom, service.overlapChars)) return false;
    channel.windowChars = Math.min(channel.windowChars * 2, windows.maxChars);
    channel.waitingSince = channel.pending > 0 ? nowMs : undefined;
    if (!this.#ended) this.#consider(channel, nowMs);
    return true;
  }

  #settleWhole(spans: readonly MaskSpan[]): boolean {
    for (const span of spans) this.#wholeSpans.push(span);
    if (this.#asked.size > 0 || this.#whole === undefined) return true;
    return this.#whole.settle(this.#wholeSpans, this.#options.service.overlapChars);
  }

  /** Asks about a channel when its window is full, its sentence ended, or its text has waited long enough. */
  #consider(channel: Channel, nowMs: number): void {
    const { windows, service } = this.#options;
    if (!channel.isDue(nowMs, windows.waitMs)) {
      this.#channels.wait(channel);
      return;
    }
    const { text, at } = channel.window(service.overlapChars);
    // Texts over the service's limit are left to the last judgement, which is split.
    if (splitText(text, service.requestBytesMax).length > 1) return;
    this.#channels.ask(channel);
    const partial = channel.kind === 'text' && !(channel.closed && at + text.length === channel.length);
    const asked: AskedWindow = { channel, text, at, partial, startedMs: nowMs };
    if (text.trim() === '') this.#settleWindow(asked, [], text.length, nowMs);
    else if (channel.isExact) this.#ask(asked, { partial, judged: '', exact: text.trimEnd() });
    else this.#ask(asked, { partial, judged: text, exact: '', judgedTo: channel.final - at });
  }

  /** Before the last event goes, the whole answer is judged once, as if it had not been streamed. */
  #askWhole(nowMs: number): void {
    if (this.#asked.size > 0) return;
    const whole = joinChannels(this.#channels.all());
    this.#whole = whole;
    const judged = whole.text.trim() === '' ? '' : whole.text;
    if (judged === '' && whole.exact === '') {
      whole.settle([], 0);
      this.#release();
      return;
    }
    splitText(judged, this.#options.service.requestBytesMax).forEach(({ text, at }, index) => {
      const asked: AskedText = { text, at, startedMs: nowMs };
      this.#ask(asked, { partial: false, judged: text, exact: index === 0 ? whole.exact : '' });
    });
  }

  #ask(
    asked: Asked,
    what: {
      readonly partial: boolean;
      readonly judged: string;
      readonly exact: string;
      readonly judgedTo?: number;
    },
  ): void {
    const { context, prompt } = this.#options;
    this.#tickets += 1;
    this.#asked.set(this.#tickets, asked);
    const call: ScanCall = {
      request: writeScanRequest(responseContents(prompt, what.judged), context),
      side: 'response',
      partial: what.partial,
      signal: context.signal,
      ...(context.policy === undefined ? {} : { policy: context.policy }),
      ...(what.exact === '' ? {} : { opaque: what.exact }),
      ...(what.judgedTo === undefined || what.judgedTo === 0 ? {} : { judgedTo: what.judgedTo }),
    };
    this.#commands.push({ type: 'judge', ticket: this.#tickets, call });
  }

  /** Sends the events at the head of the queue whose texts are final, and ends when the whole is judged. */
  #release(): void {
    if (this.#done) return;
    const wholeJudged = this.#whole !== undefined && this.#asked.size === 0;
    const events: StreamEvent[] = [];
    for (const held of this.#held.takeReady(wholeJudged)) {
      const masked = maskEvent(held.event, held.pieces, held.logprobs);
      if (masked === undefined) {
        this.#send(events, false);
        this.#refuse(this.#unmaskable());
        return;
      }
      if (masked !== held.event) this.#masked = true;
      if (!held.plain) this.#options.reader.sent(held.event);
      events.push(masked);
    }
    this.#send(events, wholeJudged);
    if (!wholeJudged) return;
    this.#finish({ outcome: 'clean', class: 'allow', note: this.#note(), tail: [], traces: this.#traces });
  }

  #send(events: readonly StreamEvent[], last: boolean): void {
    if (events.length > 0) this.#commands.push({ type: 'send', events, last });
  }

  #stop(decision: Stop): readonly GuardCommand[] {
    this.#refuse(decision);
    return this.#take();
  }
  #fail(error: GatewayError, note: SideNote): readonly GuardCommand[] {
    return this.#stop({ kind: 'stop', class: 'uninspectable', error, note });
  }

  #refuse(decision: Stop): void {
    const { error, category, note } = decision;
    const { reader, context } = this.#options;
    const shown = error.toPublic(context.trId, category);
    const blocked = decision.class === 'block';
    this.#finish({
      outcome: blocked ? 'refused' : 'failed',
      class: decision.class,
      error,
      note,
      tail: blocked ? reader.refuse(shown) : reader.fail(shown),
      traces: this.#traces,
      ...(category === undefined ? {} : { category }),
    });
  }

  #finish(ending: StreamEnding): void {
    this.#done = true;
    this.#held.drop();
    this.#commands.push({ type: 'finish', ending });
  }

  #note(): SideNote {
    if (this.#unscanned) return this.#unscanned;
    if (this.#skipped !== undefined) return { state: 'partial', skipped: this.#skipped };
    if (this.#traces.length === 0) return { state: 'none' };
    return { state: this.#masked ? 'masked' : 'scanned' };
  }

  #unmaskable(): Stop {
    return stop('unmaskable', this.#options.settings, ['dlp']);
  }

  #take(): readonly GuardCommand[] {
    const commands = this.#commands;
    this.#commands = [];
    if (commands.length < 2) return commands;
    // An answer that comes at once must find that everything released before it was asked has been sent.
    const asks = this.#done ? [] : commands.filter((command) => command.type === 'judge');
    return [...commands.filter((command) => command.type !== 'judge'), ...asks];
  }
}
