/** What the times of streamed events tell: the first token after a sentence, lags and rates. */
import type { StreamRun } from './loads.ts';

/**
 * From the event after the first sentence end at the upstream to the first token at the client, per stream in
 * milliseconds. Negative where the token came before that event.
 */
export function firstTokenMs(runs: readonly StreamRun[]): number[] {
  return runs.flatMap(({ sentAtMs, nextSentence, arrivedMs }) => {
    const [sent, arrived] = [sentAtMs[nextSentence], arrivedMs[0]];
    return sent === undefined || arrived === undefined ? [] : [arrived - sent];
  });
}

/** From sending to reading of each event of one stream, in milliseconds. */
export function lagsMs({ sentAtMs, arrivedMs }: StreamRun): number[] {
  return arrivedMs.flatMap((arrived, at) => {
    const sent = sentAtMs[at];
    return sent === undefined ? [] : [arrived - sent];
  });
}

/**
 * Events a second at the upstream and at the client, while all streams are sending; NaN where no such time is.
 * A gateway that falls behind shows in the second figure and in the lags.
 */
export function plateauRates(runs: readonly StreamRun[]): {
  readonly perSecond: number;
  readonly sentPerSecond: number;
} {
  const from = Math.max(...runs.map((run) => run.sentAtMs[0] ?? Number.NaN));
  const until = Math.min(...runs.map((run) => run.sentAtMs.at(-1) ?? Number.NaN));
  if (!(until > from)) return { perSecond: Number.NaN, sentPerSecond: Number.NaN };
  const rate = (times: (run: StreamRun) => readonly number[]): number => {
    const within = runs.flatMap(times).filter((time) => time >= from && time < until);
    return (within.length / (until - from)) * 1000;
  };
  return { perSecond: rate((run) => run.arrivedMs), sentPerSecond: rate((run) => run.sentAtMs) };
}
