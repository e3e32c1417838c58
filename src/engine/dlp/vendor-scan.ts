/** Finds vendors' keys: one search for all their anchors, in long runs of characters only. */
import type { DlpRule } from './hit.ts';
import { secret } from './hit.ts';
import { isStandIn } from './stand-ins.ts';
import { isAlnum, leftOf } from './surroundings.ts';
import type { VendorKey } from './vendor-key.ts';
import { APP_KEYS } from './vendor-keys-apps.ts';
import { CLOUD_KEYS } from './vendor-keys-cloud.ts';

export const VENDOR_KEYS: readonly VendorKey[] = [...CLOUD_KEYS, ...APP_KEYS];
const CONTEXT_CHARS = 80;
/**
 * A key whose vendor is named in an assignment may stand in a shorter run: the run begins that much
 * earlier.
 */
const NAME_CHARS = 40;

/** One-letter anchors would stop the search everywhere: their keys are looked for by their dots. */
const DISCORD = VENDOR_KEYS.filter((rule) => rule.anchors.some((anchor) => anchor.length === 1));

interface Anchored {
  readonly anchor: string;
  readonly rules: readonly VendorKey[];
}

/**
 * Anchors, longest first; a rule of a shorter anchor is also tried where a longer one that begins with it
 * stands.
 */
function byAnchor(): ReadonlyMap<string, Anchored> {
  const anchors = [...new Set(VENDOR_KEYS.flatMap((rule) => rule.anchors))].filter((a) => a.length > 1);
  const made = anchors.map((anchor): [string, Anchored] => {
    const rules = VENDOR_KEYS.filter((rule) =>
      rule.anchors.some((a) => a.length > 1 && anchor.startsWith(a)),
    );
    return [anchor, { anchor, rules }];
  });
  return new Map(made);
}
const ANCHORED = byAnchor();
const literal = (text: string): string => text.replace(/[.$^*+?()[\]{}|\\/]/g, '\\$&');
/** All anchors at once, longest first. */
export const ANCHOR = new RegExp(
  [...ANCHORED.keys()]
    .sort((a, b) => b.length - a.length)
    .map(literal)
    .join('|'),
  'g',
);
export const DISCORD_DOTS = /\.[A-Za-z\d_-]{6}\./g;

interface Match {
  readonly rule: VendorKey;
  readonly start: number;
  readonly end: number;
}

/** A key stands free: what continues a token on either side makes it another. */
function tryRule(text: string, rule: VendorKey, at: number): Match | undefined {
  const longest = rule.back ?? 0;
  for (let back = longest; back >= Math.max(0, longest - 2); back--) {
    const start = at - back;
    if (start < 0) continue;
    if (isAlnum(text.charCodeAt(start)) && isAlnum(text.charCodeAt(start - 1))) continue;
    rule.pattern.lastIndex = start;
    const match = rule.pattern.exec(text);
    if (match === null) continue;
    const end = start + match[0].length;
    if (isAlnum(text.charCodeAt(end)) || isStandIn(match[0])) continue;
    if (rule.context !== undefined && !rule.context.test(leftOf(text, start, CONTEXT_CHARS))) continue;
    return { rule, start, end };
  }
  return undefined;
}

function bestAt(text: string, rules: readonly VendorKey[], at: number): Match | undefined {
  let best: Match | undefined;
  for (const rule of rules) {
    const match = tryRule(text, rule, at);
    if (match !== undefined && (best === undefined || match.end > best.end)) best = match;
  }
  return best;
}

export const findVendorKeys: DlpRule = (view, report) => {
  const { text, census } = view;
  const { chunks } = census;
  let done = 0;
  for (let i = 0; i + 1 < chunks.length; i += 2) {
    const from = Math.max(done, (chunks[i] ?? 0) - NAME_CHARS);
    const to = chunks[i + 1] ?? 0;
    const part = text.slice(from, to);
    ANCHOR.lastIndex = 0;
    for (let found = ANCHOR.exec(part); found !== null; found = ANCHOR.exec(part)) {
      const at = from + found.index;
      const match = bestAt(text, ANCHORED.get(found[0])?.rules ?? [], at);
      ANCHOR.lastIndex = match === undefined ? found.index + 1 : Math.max(found.index + 1, match.end - from);
      if (match !== undefined) report(secret(match.rule.name, match.start, match.end));
    }
    for (const dot of part.matchAll(DISCORD_DOTS)) {
      for (const rule of DISCORD) {
        const starts = [24, 25, 26, 27, 28].map((size) => from + dot.index - size);
        const match = starts
          .map((start) => (start < 0 ? undefined : tryRule(text, rule, start)))
          .find(Boolean);
        if (match !== undefined) report(secret(rule.name, match.start, match.end));
      }
    }
    done = to;
  }
};
