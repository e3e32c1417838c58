/** Measures the output guard over long streams: framing, reading, windows and the engine, without sockets. */
import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { readModels } from '../src/compose-models.ts';
import type { ScanService } from '../src/core/scan-service.ts';
import { compile } from '../src/engine/compile.ts';
import { Clearance } from '../src/inspection/clearance.ts';
import { createInspector } from '../src/inspection/inspector.ts';
import { OpenAiChatStream } from '../src/protocols/openai-chat-stream.ts';
import { createFrameReader } from '../src/proxy/frames.ts';
import { runStream } from '../src/proxy/stream.ts';
import { createEmbeddedService } from '../src/scan/embedded.ts';
import { englishText, PROFILE } from './engine.ts';
import { median } from './harness/percentile.ts';

const EVENT_CHARS = 100;
const CHUNK_BYTES = 65_536;
const BYTES_MAX = 64_000_000;
const JSON_LIMITS = { depthMax: 64, keysMax: 300_000 };
const FEW_EVENTS = 1_000;
const MANY_EVENTS = 10_000;

export interface StreamCost {
  /** 100 KB in 1,000 events. */
  readonly fewMs: number;
  /** 1 MB in 10,000 events. */
  readonly manyMs: number;
}

/** Medians of so many rounds, the two sizes in turn. */
export async function benchStreamCost(rounds: number): Promise<StreamCost> {
  const policy = compile(PROFILE, { now: () => performance.now(), models: readModels() });
  const service = createEmbeddedService({
    policies: { byName: () => policy, byId: () => policy },
    newUuid: randomUUID,
    unixMs: Date.now,
  });
  const few: number[] = [];
  const many: number[] = [];
  // The first round warms up.
  for (let round = 0; round <= rounds; round += 1) {
    const times = [
      await timeStream(service, FEW_EVENTS, round),
      await timeStream(service, MANY_EVENTS, round),
    ];
    if (round === 0) continue;
    few.push(times[0] ?? Number.NaN);
    many.push(times[1] ?? Number.NaN);
  }
  return { fewMs: median(few), manyMs: median(many) };
}

async function timeStream(service: ScanService, events: number, round: number): Promise<number> {
  const wire = wireOf(englishText(events * EVENT_CHARS, events + round + 1));
  const context = {
    trId: 'sp_bench',
    profile: 'bench',
    upstream: 'bench',
    metadata: { app_name: 'bench' },
    signal: new AbortController().signal,
  };
  const inspector = createInspector({
    service,
    settings: {
      onUnavailable: 'block',
      images: 'block',
      upstreamState: 'block',
      stream: 'window',
      scanOnce: true,
      blockDetail: 'none',
      rulesOf: () => ({ trustedRoles: [], maskOnBlock: false }),
    },
    clearance: new Clearance({ key: Buffer.alloc(32), entriesMax: 10, ttlMs: 1000, now: () => 0 }),
    now: () => performance.now(),
    windows: { firstChars: 200, maxChars: 4096, waitMs: 250 },
  });
  const from = performance.now();
  const { ending } = await runStream({
    guard: inspector.guardStream(new OpenAiChatStream(), 'question', context),
    frames: createFrameReader({ eventChars: BYTES_MAX, json: JSON_LIMITS }),
    source: Readable.from(wire),
    sink: {
      start: () => undefined,
      write: () => true,
      end: () => undefined,
      destroy: () => undefined,
      onDrain: () => undefined,
    },
    scan: (call) => inspector.scan(call),
    onEnding: async () => undefined,
    monotonicMs: () => performance.now(),
    responseBytes: BYTES_MAX,
    heldCharsMax: 1_048_576,
    keepAliveMs: 60_000,
    clientIdleMs: 60_000,
    signal: context.signal,
  });
  if (ending?.outcome !== 'clean') throw new Error(`the stream ended ${ending?.outcome}`);
  return performance.now() - from;
}

/** The stream on the wire, in chunks as a socket would hand it over. */
function wireOf(text: string): readonly Buffer[] {
  const frames: string[] = [];
  for (let at = 0; at < text.length; at += EVENT_CHARS) {
    frames.push(frameOf({ content: text.slice(at, at + EVENT_CHARS) }, null));
  }
  const wire = Buffer.from(`${frames.join('')}${frameOf({}, 'stop')}data: [DONE]\n\n`);
  const chunks: Buffer[] = [];
  for (let at = 0; at < wire.length; at += CHUNK_BYTES) chunks.push(wire.subarray(at, at + CHUNK_BYTES));
  return chunks;
}

const frameOf = (delta: object, finish: string | null): string => {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const chunk = { id: 'c1', object: 'chat.completion.chunk', created: 1, model: 'm', choices };
  return `data: ${JSON.stringify(chunk)}\n\n`;
};

if (import.meta.main) console.table(await benchStreamCost(5));
