/** The loads that the load generator and the stream client can be asked for. */
import { z } from 'zod';
import type { Worker } from './children.ts';
import type { RunningMock, Target } from './targets.ts';

const Faults = { faults: z.number(), firstFault: z.string() };
const ClosedLoad = z.object({
  /** Answers with status 200 in a second. */
  perSecond: z.number(),
  requests: z.number(),
  p50Ms: z.number(),
  p99Ms: z.number(),
  ...Faults,
});
const OpenLoad = z.object({ timesMs: z.array(z.array(z.number())), ...Faults });
const Conversations = z.object({
  freshMs: z.array(z.number()),
  againMs: z.array(z.number()),
  directMs: z.array(z.number()),
  ...Faults,
});
const ReadStream = z.object({
  arrivedMs: z.array(z.number()),
  endedMs: z.number(),
  clean: z.boolean(),
  fault: z.string(),
});
const SentEvents = z.object({ sentAtMs: z.array(z.number()), nextSentence: z.number() });

export type ClosedLoad = z.infer<typeof ClosedLoad>;
/** One stream as it was sent by the upstream and as it was read by the client; times by one clock. */
export type StreamRun = z.infer<typeof ReadStream> & z.infer<typeof SentEvents>;

const addressOf = ({ origin, headers }: Target): Target => ({ origin, headers });

/** As many requests as `connections` connections carry in `ms` milliseconds. */
export function runClosed(
  generator: Worker,
  target: Target,
  load: { readonly connections: number; readonly ms: number; readonly seed: number },
): Promise<ClosedLoad> {
  return generator.call({ kind: 'closed', target: addressOf(target), ...load }, ClosedLoad);
}

/** `perSecond` requests a second to each target in turn, whether answers come or not. */
export function runOpen(
  generator: Worker,
  targets: readonly Target[],
  load: { readonly perSecond: number; readonly ms: number; readonly seed: number },
): Promise<z.infer<typeof OpenLoad>> {
  return generator.call({ kind: 'open', targets: targets.map(addressOf), ...load }, OpenLoad);
}

/** Conversations that are new, the same ones again, and the same ones without a gateway. */
export function runConversations(
  generator: Worker,
  target: Target,
  direct: Target,
  load: { readonly rounds: number; readonly messages: number; readonly seed: number },
): Promise<z.infer<typeof Conversations>> {
  const job = { kind: 'conversations', target: addressOf(target), direct: addressOf(direct), ...load };
  return generator.call(job, Conversations);
}

/** `streams` streams at once, each of `events` tokens at a steady rate. */
export async function runStreams(
  client: Worker,
  mock: RunningMock,
  target: Target,
  load: {
    readonly streams: number;
    readonly perSecond: number;
    readonly events: number;
    readonly seed: number;
  },
): Promise<readonly StreamRun[]> {
  const { streams, ...rest } = load;
  const names = Array.from({ length: streams }, (_, at) => `s${at}`);
  const job = { kind: 'paced', target: addressOf(target), names, ...rest };
  const reads = await client.call(job, z.record(z.string(), ReadStream));
  const sent = await mock.worker.call({ kind: 'sent' }, z.record(z.string(), SentEvents));
  return names.map((name) => ({
    ...(sent[name] ?? { sentAtMs: [], nextSentence: -1 }),
    ...(reads[name] ?? { arrivedMs: [], endedMs: 0, clean: false, fault: 'not sent' }),
  }));
}

/** A note for a row whose load met answers that are not a success; empty without any. */
export const faultNote = (loads: readonly { faults: number; firstFault: string }[]): string => {
  const count = loads.reduce((sum, load) => sum + load.faults, 0);
  return count === 0 ? '' : `${count} failed: ${loads.find((load) => load.faults > 0)?.firstFault}`;
};
