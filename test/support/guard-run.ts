/** Runs a stream guard over a list of events as the data plane would, without sockets and clocks. */
import { randomBytes } from 'node:crypto';
import { readJson, stringOf } from '../../src/core/json.ts';
import type { Delta } from '../../src/core/part.ts';
import type { ScanService } from '../../src/core/scan-service.ts';
import type { StreamEvent } from '../../src/core/sse.ts';
import { Clearance } from '../../src/inspection/clearance.ts';
import type {
  ExchangeContext,
  GuardCommand,
  InspectionSettings,
  StreamEnding,
  StreamGuard,
} from '../../src/inspection/inspection.ts';
import { createStreamGuard } from '../../src/inspection/stream-guard.ts';
import type { EventReading, StreamReader } from '../../src/protocols/protocol.ts';

export const SETTINGS: InspectionSettings = {
  onUnavailable: 'block',
  images: 'block',
  upstreamState: 'block',
  stream: 'window',
  scanOnce: true,
  blockDetail: 'none',
  rulesOf: () => ({ trustedRoles: ['system', 'developer', 'tool-definition'], maskOnBlock: false }),
};

export const CONTEXT: ExchangeContext = {
  trId: 'sp_test',
  profile: 'default',
  upstream: 'main',
  metadata: { app_name: 'test' },
  signal: new AbortController().signal,
};

export const newClearance = (): Clearance =>
  new Clearance({ key: randomBytes(32), entriesMax: 1000, ttlMs: 3_600_000, now: () => 1 });

/** Events `{"<channel>": "text"}`: each member is a piece of the channel of that name. `[DONE]` ends. */
export class PlainReader implements StreamReader {
  finished = false;
  closed = false;
  readonly sentEvents: StreamEvent[] = [];

  read(event: StreamEvent): EventReading {
    if (event.json === undefined) {
      this.finished = true;
      this.closed = true;
      return { deltas: [], binaries: [], ending: true, logprobs: [] };
    }
    const members = event.json.type === 'object' ? event.json.members : [];
    const deltas = members.map((member): Delta => {
      const { start, end } = member.value;
      const text = stringOf(member.value) ?? '';
      const edit = { type: 'string', start, end } as const;
      const name = member.key.value;
      return {
        role: 'assistant',
        kind: 'text',
        text,
        place: name,
        unit: 0,
        newest: true,
        edit,
        channel: name,
        join: 'concat',
      };
    });
    return { deltas, binaries: [], ending: false, logprobs: [] };
  }

  sent(event: StreamEvent): void {
    this.sentEvents.push(event);
  }
  refuse(): readonly StreamEvent[] {
    return [{ data: '{"refused":true}' }];
  }
  fail(): readonly StreamEvent[] {
    return [{ data: '{"failed":true}' }];
  }
}

export const plainEvent = (members: Readonly<Record<string, string>>): StreamEvent => {
  const data = JSON.stringify(members);
  return { data, json: readJson(data, { depthMax: 64, keysMax: 1000 }) };
};

export const DONE: StreamEvent = { data: '[DONE]' };

export interface GuardRun {
  readonly sent: readonly StreamEvent[];
  readonly ending: StreamEnding | undefined;
  /** Text of the channel as the client saw it. */
  readonly text: (channel: string) => string;
}

export interface RunOptions {
  readonly settings?: Partial<InspectionSettings>;
  /** After how many events the answers of open questions come in: 0 = at once. */
  readonly lag?: number;
  /** Milliseconds between two events. */
  readonly stepMs?: number;
  /** Called after each event. */
  readonly onStep?: (run: { readonly sent: readonly StreamEvent[]; readonly guard: StreamGuard }) => void;
}

/** Pushes all events, answers every question, wakes the guard when it asks for it. */
export async function runGuard(
  service: ScanService,
  events: readonly StreamEvent[],
  options: RunOptions = {},
): Promise<GuardRun> {
  const guard = createStreamGuard({
    service,
    settings: { ...SETTINGS, ...options.settings },
    clearance: newClearance(),
    now: () => 0,
    windows: { firstChars: 200, maxChars: 4096, waitMs: 200 },
    reader: new PlainReader(),
    prompt: 'question',
    context: CONTEXT,
  });
  const sent: StreamEvent[] = [];
  const open: Extract<GuardCommand, { type: 'judge' }>[] = [];
  let ending: StreamEnding | undefined;
  let nowMs = 0;
  const run = (commands: readonly GuardCommand[]): void => {
    for (const command of commands) {
      if (ending) throw new Error('a command after the end');
      if (command.type === 'send') sent.push(...command.events);
      else if (command.type === 'judge') open.push(command);
      else ending = command.ending;
    }
  };
  const answer = async (keep: number): Promise<void> => {
    while (open.length > keep) {
      const asked = open.shift();
      if (asked) run(guard.judged(asked.ticket, await service.scan(asked.call), nowMs));
    }
  };
  for (const event of events) {
    nowMs += options.stepMs ?? 20;
    run(guard.push(event, nowMs));
    await answer(options.lag ?? 0);
    if (guard.wakeAt !== undefined && guard.wakeAt <= nowMs) run(guard.wake(nowMs));
    await answer(options.lag ?? 0);
    options.onStep?.({ sent, guard });
  }
  await answer(0);
  if (!ending) run(guard.end(nowMs));
  await answer(0);
  return { sent, ending, text: (channel) => textOf(sent, channel) };
}

export const textOf = (sent: readonly StreamEvent[], channel: string): string =>
  sent
    .filter((event) => event.data !== '[DONE]')
    .map((event) => (JSON.parse(event.data) as Record<string, string>)[channel] ?? '')
    .join('');
