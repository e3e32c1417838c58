/** The unescaped view: percent-encoding, HTML entities and JSON or C escapes read as what they stand for. */
import { decodeHTML } from 'entities';
import { SEEN } from './census.ts';
import { composeMaps, View, ViewBuilder } from './view.ts';

const PERCENTS = '(?:%[0-9a-f]{2})+';
const ENTITY = '&(?:#x[0-9a-f]{1,6};?|#[0-9]{1,7};?|[a-z][a-z0-9]{1,30};)';
const BACKSLASH =
  '\\\\(?:u[0-9a-f]{4}|u\\{[0-9a-f]{1,6}\\}|U[0-9a-f]{8}|x[0-9a-f]{2}|[0-7]{3}|[nrtbf"\'/\\\\])';
export const ESCAPE = new RegExp(`${PERCENTS}|${ENTITY}|${BACKSLASH}`, 'gi');
const SIMPLE: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };

const fromPoint = (point: number): string =>
  point > 0x10ffff || Number.isNaN(point) ? '\ufffd' : String.fromCodePoint(point);

function readBackslash(sign: string): string {
  const kind = sign.charAt(1);
  if (sign.length === 2) return SIMPLE[kind.toLowerCase()] ?? kind;
  if (kind === 'x' || kind === 'X') return fromPoint(Number.parseInt(sign.slice(2), 16));
  if (kind === 'u' || kind === 'U') return fromPoint(Number.parseInt(sign.replace(/[^0-9a-f]/gi, ''), 16));
  return fromPoint(Number.parseInt(sign.slice(1), 8));
}

/** Bytes of one UTF-8 sequence by its first byte; 1 for what cannot begin one. */
const sequenceLength = (byte: number): number => (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1);
const decoder = new TextDecoder('utf-8');

function addPercents(out: ViewBuilder, run: string, start: number): void {
  const count = run.length / 3;
  for (let i = 0; i < count; ) {
    const first = Number.parseInt(run.slice(i * 3 + 1, i * 3 + 3), 16);
    const size = Math.min(sequenceLength(first), count - i);
    const bytes = Uint8Array.from({ length: size }, (_, k) =>
      Number.parseInt(run.slice((i + k) * 3 + 1, (i + k) * 3 + 3), 16),
    );
    out.add(
      first < 0x80 ? String.fromCharCode(first) : decoder.decode(bytes),
      start + i * 3,
      start + (i + size) * 3,
    );
    i += size;
  }
}

const ESCAPE_SIGNS = SEEN.percent | SEEN.ampersand | SEEN.backslash;

/** The view with all escapes read once, or undefined where there are none. Linear. */
export function unescapeView(source: View): View | undefined {
  if ((source.census.seen & ESCAPE_SIGNS) === 0) return undefined;
  const text = source.text;
  ESCAPE.lastIndex = 0;
  let match = ESCAPE.exec(text);
  if (match === null) return undefined;
  const out = new ViewBuilder(text.length);
  let done = 0;
  for (; match !== null; match = ESCAPE.exec(text)) {
    const sign = match[0];
    const at = match.index;
    out.copy(text, done, at);
    done = at + sign.length;
    if (sign.startsWith('%')) addPercents(out, sign, at);
    else out.add(sign.startsWith('&') ? decodeHTML(sign) : readBackslash(sign), at, done);
  }
  out.copy(text, done, text.length);
  const made = out.finish();
  return made.text === text ? undefined : new View('unescaped', made.text, composeMaps(made.map, source.map));
}
