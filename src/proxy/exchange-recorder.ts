/** Records the decisions of an exchange, each side before it takes effect (DESIGN §10). */
import { GatewayError } from '../core/errors.ts';
import type { Side } from '../core/part.ts';
import type { RecordEntry, RecordedScan, RecordedText } from '../core/record.ts';
import { type ScanTrace, writeNote } from '../core/verdict.ts';
import type { ExchangeState } from './exchange-state.ts';
import type { GatewayClock, RecordSettings } from './options.ts';

export interface ExchangeRecorder {
  /** Before the request is forwarded or its block is answered. @throws GatewayError `record_unavailable` */
  prompt(exchange: ExchangeState): Promise<void>;
  /** Before the answer's last byte. @throws GatewayError `record_unavailable` */
  answer(exchange: ExchangeState): Promise<void>;
  /** At the end: what nobody could decide any more, since the client had left or the answer was not read. */
  close(exchange: ExchangeState): Promise<void>;
}

/** Longest text that a record keeps of one scan, UTF-16 units. */
const TEXT_CHARS_MAX = 262_144;
const WORD_CHARS_MAX = 200;

/** Without settings nothing is recorded. */
export function createRecorder(settings: RecordSettings | undefined, clock: GatewayClock): ExchangeRecorder {
  if (settings === undefined) return SILENT;
  const { store, content } = settings;
  const append = async (exchange: ExchangeState, side: Side): Promise<void> => {
    if (exchange.recorded[side]) return;
    exchange.recorded[side] = true;
    try {
      const entry = entryOf(exchange, side, content, clock);
      exchange.forgetTexts();
      await store.append(entry);
    } catch (cause) {
      throw new GatewayError('record_unavailable', { cause, headers: { 'Retry-After': '1' } });
    }
  };
  return {
    prompt: (exchange) => append(exchange, 'prompt'),
    answer: (exchange) => append(exchange, 'response'),
    async close(exchange) {
      const isLate = exchange.signal.aborted || exchange.forwarded;
      const side = exchange.forwarded ? 'response' : 'prompt';
      if (!isLate || exchange.route === undefined) return;
      // Nothing waits for it any more: where it cannot be written, the log line still tells the exchange.
      await append(exchange, side).catch(() => undefined);
    },
  };
}

const SILENT: ExchangeRecorder = {
  prompt: async (exchange) => exchange.forgetTexts(),
  answer: async () => undefined,
  close: async () => undefined,
};

function entryOf(
  exchange: ExchangeState,
  side: Side,
  content: RecordSettings['content'],
  clock: GatewayClock,
): RecordEntry {
  const isPrompt = side === 'prompt';
  const traces = exchange.traces.filter((trace) => trace.side === side);
  const line = exchange.line(clock.monotonicMs());
  return {
    kind: side,
    at: clock.unixMs(),
    trId: exchange.trId,
    requestId: exchange.requestId ?? null,
    session: exchange.sessionId ?? null,
    client: line.client ?? null,
    upstream: line.upstream ?? null,
    profile: line.profile ?? null,
    project: exchange.policy?.profile.id ?? null,
    operation: line.operation ?? null,
    model: exchange.model?.slice(0, WORD_CHARS_MAX) ?? null,
    stream: line.stream,
    verdict: (isPrompt ? exchange.promptClass : exchange.answerClass) ?? null,
    note: writeNote(isPrompt ? exchange.prompt : exchange.answer),
    outcome: line.outcome,
    error: line.error ?? null,
    scans: traces.map(scanOf),
    status: exchange.error?.status ?? line.status ?? null,
    upstreamStatus: exchange.upstreamStatus ?? null,
    upstreamMs: rounded(exchange.upstreamMs),
    totalMs: rounded(line.total_ms) ?? 0,
    bytesIn: line.bytes_in,
    bytesOut: line.bytes_out,
    content: content === 'none' ? null : textsOf(traces, content),
  };
}

const rounded = (ms: number | undefined): number | null =>
  ms === undefined ? null : Math.round(ms * 100) / 100;

const scanOf = (trace: ScanTrace): RecordedScan => ({
  service: trace.service,
  scanId: trace.scanId ?? null,
  action: trace.action ?? null,
  category: trace.category ?? null,
  detected: trace.detected,
  fired: trace.fired ?? [],
  secondStage: (trace.secondStage ?? []).map((note) => ({ ...note, ms: rounded(note.ms) ?? 0 })),
  revision: trace.revision ?? null,
  ms: rounded(trace.ms) ?? 0,
});

function textsOf(traces: readonly ScanTrace[], content: 'masked' | 'full'): readonly RecordedText[] {
  return traces.flatMap(({ judged }): readonly RecordedText[] => {
    if (judged === undefined) return [];
    const text = content === 'full' ? judged.text : (judged.masked ?? judged.text);
    if (text.length <= TEXT_CHARS_MAX) return [{ text: text.toWellFormed(), cut: false }];
    return [{ text: text.slice(0, TEXT_CHARS_MAX).toWellFormed(), cut: true }];
  });
}
