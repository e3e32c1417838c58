/**
 * Sorts a request's parts into the groups that are scanned apart: trusted, untrusted, tool results (DESIGN
 * §5).
 */
import type { Part, Role } from '../core/part.ts';
import { joinParts, type Passage } from './passage.ts';

/** How a group is sent: as a prompt, or as the output of a tool. */
export interface PartGroup {
  readonly kind: 'trusted' | 'untrusted' | 'tool-result';
  /** Tool results: the tool's name, where known. */
  readonly tool?: string;
  /** In body order; cleared ones included. */
  readonly parts: readonly Part[];
}

/** How much of what precedes new parts goes before them, so that a split attack is seen warm or cold. */
const LEAD_CHARS = 1024;

const isExact = (part: Part): boolean => part.kind === 'opaque' || part.kind === 'number';

/** Parts that meet keyword and checksummed rules only, as one text. */
export function joinExact(parts: readonly Part[]): string {
  const values = new Set<string>();
  for (const part of parts) if (isExact(part) && part.text !== '') values.add(part.text);
  return [...values].join('\n');
}

/**
 * The groups of a request that hold any text; the untrusted group comes last and is there for query values
 * too.
 */
export function groupParts(parts: readonly Part[], trustedRoles: readonly Role[]): readonly PartGroup[] {
  const trusted: Part[] = [];
  const untrusted: Part[] = [];
  const tools = new Map<string, Part[]>();
  for (const part of parts) {
    if (isExact(part) || part.text === '') continue;
    if (part.role === 'tool-result') {
      const name = part.tool ?? '';
      const known = tools.get(name);
      if (known) known.push(part);
      else tools.set(name, [part]);
    } else if (trustedRoles.includes(part.role)) {
      trusted.push(part);
    } else {
      untrusted.push(part);
    }
  }
  const groups: PartGroup[] = [];
  if (trusted.length > 0) groups.push({ kind: 'trusted', parts: trusted });
  for (const [tool, results] of tools) {
    groups.push({ kind: 'tool-result', parts: results, ...(tool === '' ? {} : { tool }) });
  }
  if (untrusted.length > 0) groups.push({ kind: 'untrusted', parts: untrusted });
  return groups;
}

/** A run of parts to judge together, led by the end of what stands before them in their group. */
export interface JudgedRun {
  readonly passage: Passage;
  /** Parts judged whole: an allow clears them. */
  readonly fresh: readonly Part[];
  /** Where the first fresh part stands in the group. */
  readonly at: number;
}

/**
 * Cuts a group into the runs that have to be judged: maximal stretches of parts that are not cleared, each
 * with up to 1 KB of what precedes it.
 */
export function judgedRuns(parts: readonly Part[], isCleared: (part: Part) => boolean): readonly JudgedRun[] {
  const runs: JudgedRun[] = [];
  let at = 0;
  while (at < parts.length) {
    const first = parts[at];
    if (first === undefined) break;
    if (isCleared(first)) {
      at += 1;
      continue;
    }
    let end = at + 1;
    for (let part = parts[end]; part !== undefined && !isCleared(part); part = parts[end]) end += 1;
    const fresh = parts.slice(at, end);
    runs.push({ passage: withLead(parts, at, fresh), fresh, at });
    at = end;
  }
  return runs;
}

const withLead = (parts: readonly Part[], at: number, fresh: readonly Part[]): Passage => {
  let from = at;
  let chars = 0;
  while (from > 0 && chars < LEAD_CHARS) {
    from -= 1;
    chars += parts[from]?.text.length ?? 0;
  }
  // The first part of the lead is cut at its front; never within a surrogate pair.
  const first = parts[from];
  let cut = from < at && chars > LEAD_CHARS ? chars - LEAD_CHARS : 0;
  if (cut > 0 && first !== undefined && isLowSurrogate(first.text.charCodeAt(cut))) cut -= 1;
  return joinParts([...parts.slice(from, at), ...fresh], cut);
};

const isLowSurrogate = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;
