/** The inspector: decides on requests, responses and streams through one scan service. */
import type { Part } from '../core/part.ts';
import type { ScanCall, ScanReply } from '../core/scan-service.ts';
import type { RequestReading, ResponseReading } from '../protocols/protocol.ts';
import { BodyInspection, type BodyInspectionOptions, refuseUnscannable } from './body-inspection.ts';
import type { BodyVerdict, Inspector, StreamGuard, WindowSizes } from './inspection.ts';
import { createStreamGuard } from './stream-guard.ts';

export interface InspectorOptions extends BodyInspectionOptions {
  readonly windows: WindowSizes;
}

/** Makes the inspector of a gateway; it keeps no state but the clearances handed in. */
export function createInspector(options: InspectorOptions): Inspector {
  const { settings } = options;
  return {
    async inspectRequest(reading, source, query, context): Promise<BodyVerdict> {
      const refused =
        refuseUnscannable(reading.binaries, settings.images === 'allow', 'binary_refused') ??
        refuseUnscannable(reading.upstreamState, settings.upstreamState === 'allow', 'state_refused');
      if (refused) return refused;
      const parts = query.length === 0 ? reading.parts : [...reading.parts, ...queryParts(query)];
      const verdict = await new BodyInspection(options, 'prompt', context).request(parts, source);
      return withSkipped(verdict, reading);
    },

    async inspectResponse(reading, source, prompt, context): Promise<BodyVerdict> {
      const refused = refuseUnscannable(reading.binaries, settings.images === 'allow', 'upstream_invalid');
      if (refused) return refused;
      const inspection = new BodyInspection(options, 'response', context);
      return withSkipped(await inspection.response(reading.parts, prompt, source), reading);
    },

    guardStream(reader, prompt, context, waitFactor): StreamGuard {
      const windows = waitFactor === undefined ? options.windows : stretched(options.windows, waitFactor);
      return createStreamGuard({ ...options, windows, reader, prompt, context });
    },

    scan: (call: ScanCall): Promise<ScanReply> => options.service.scan(call),

    lastUserText,
  };
}

const stretched = ({ firstChars, maxChars, waitMs }: WindowSizes, factor: () => number): WindowSizes => ({
  firstChars,
  maxChars,
  get waitMs() {
    return waitMs * factor();
  },
});

/** The last message of the user in the request: all its texts together. */
const lastUserText = (reading: RequestReading): string => {
  let unit: number | undefined;
  const texts: string[] = [];
  for (let at = reading.parts.length - 1; at >= 0; at -= 1) {
    const part = reading.parts[at];
    if (part === undefined || part.role !== 'user' || part.kind !== 'text') continue;
    if (unit !== undefined && part.unit !== unit) break;
    unit = part.unit;
    texts.push(part.text);
  }
  return texts.reverse().join('');
};

const queryParts = (query: readonly string[]): readonly Part[] =>
  query.map((text, index) => ({
    role: 'other',
    kind: 'query',
    text,
    place: 'query',
    unit: -1 - index,
    newest: true,
    edit: { type: 'none' },
  }));

/** Content that was let through unread is said in the header and the record. */
const withSkipped = (verdict: BodyVerdict, reading: Pick<ResponseReading, 'binaries'>): BodyVerdict => {
  const skipped = reading.binaries[0];
  if (skipped === undefined || verdict.error || verdict.note.state === 'unscanned') return verdict;
  return { ...verdict, note: { state: 'partial', skipped: skipped.what } };
};
