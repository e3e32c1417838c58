/** The decoded view: every run of base64 or hex characters that spells a text, each standing for its run. */
import { hiddenBytesText } from './invisible.ts';
import { composeMaps, View, ViewBuilder } from './view.ts';

/** Decoded runs of one view are kept apart by this character, which no rule matches. */
export const RUN_BREAK = '\0';
/** Decoding shrinks, so no text decodes to more than itself; below this size nothing is left out. */
const DECODED_CHARS_MIN = 65_536;
/** Lines of wrapped base64 are at least this long (RFC 2045 §6.8 writes 76, PEM 64). */
const WRAPPED_LINE_MIN = 40;

const SEXTETS = new Int8Array(128).fill(-1);
[...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].forEach((c, i) => {
  SEXTETS[c.charCodeAt(0)] = i;
});
SEXTETS['-'.charCodeAt(0)] = 62;
SEXTETS['_'.charCodeAt(0)] = 63;

const HEX = /^(?:0x)?(?:[0-9a-f]{2}){6,}$/i;
const HEX_PAIRS_MIN = 8;
export const SPACED_HEX = /(?:[0-9a-f]{2}[ :,]){7,}[0-9a-f]{2}/gi;

function base64Bytes(text: string): number[] {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (let i = 0; i < text.length; i++) {
    const value = SEXTETS[text.charCodeAt(i)] ?? -1;
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((held >> bits) & 0xff);
  }
  return bytes;
}

function hexBytes(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i + 1 < text.length; i += 2) bytes.push(Number.parseInt(text.slice(i, i + 2), 16));
  return bytes;
}

/** Most honest long words fail within their first bytes: tell so before the whole is decoded. */
const HEAD_CHARS = 16;
const readsAsText = (run: string): boolean =>
  run.length <= HEAD_CHARS * 2 ||
  hiddenBytesText(base64Bytes(run.slice(0, HEAD_CHARS)).slice(0, -3)) !== undefined;

function decodeRun(run: string): string | undefined {
  if (HEX.test(run)) {
    const spelt = hiddenBytesText(hexBytes(run.replace(/^0x/i, '')));
    if (spelt !== undefined) return spelt;
  }
  if (run.length % 4 === 1 || !readsAsText(run)) return undefined;
  return hiddenBytesText(base64Bytes(run));
}

/** Runs that only line ends part are one run. */
function joinWrapped(text: string, runs: readonly number[]): [number, number][] {
  const joined: [number, number][] = [];
  for (let i = 0; i + 1 < runs.length; i += 2) {
    const start = runs[i] ?? 0;
    const end = runs[i + 1] ?? start;
    const last = joined.at(-1);
    const gap = last === undefined ? '' : text.slice(last[1], Math.min(start, last[1] + 3));
    const wrapped = last !== undefined && last[1] - last[0] >= WRAPPED_LINE_MIN && start - last[1] <= 2;
    if (wrapped && (gap === '\n' || gap === '\r\n')) last[1] = end;
    else joined.push([start, end]);
  }
  return joined;
}

/** All runs of the view that spell a text, or undefined where none does. Linear. */
export function decodeRuns(source: View): View | undefined {
  const { runs, digits } = source.census;
  const text = source.text;
  const out = new ViewBuilder(16);
  const limit = Math.max(DECODED_CHARS_MIN, text.length);
  const keep = (spelt: string | undefined, start: number, end: number): void => {
    if (spelt === undefined || out.length + spelt.length > limit) return;
    out.add(spelt, start, end);
    out.add(RUN_BREAK, start, end);
  };
  for (const [start, end] of joinWrapped(text, runs)) {
    const padded = text.charAt(end) === '=' ? (text.charAt(end + 1) === '=' ? end + 2 : end + 1) : end;
    keep(decodeRun(text.slice(start, end)), start, padded);
  }
  if (digits >= 6 && source.words.pairs >= HEX_PAIRS_MIN - 2) {
    for (const match of text.matchAll(SPACED_HEX)) {
      const pairs = match[0].replace(/[ :,]/g, '');
      keep(hiddenBytesText(hexBytes(pairs)), match.index, match.index + match[0].length);
    }
  }
  if (out.length === 0) return undefined;
  const made = out.finish();
  return new View('decoded', made.text, composeMaps(made.map, source.map));
}
