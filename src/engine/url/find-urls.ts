/** Finds addresses in a text: with a scheme, with a defanged one, or bare where a feed knows the host. */

export interface FoundUrl {
  /** Lower-case scheme, `hxxp` read as `http`; empty for bare hosts. */
  readonly scheme: string;
  /** What stands between `//` and `@`, without the `@`. */
  readonly userinfo: string;
  /** Lower-case, without port, `[.]` read as `.`. */
  readonly host: string;
  readonly port: string;
  /** Path, query and fragment as written. */
  readonly rest: string;
  readonly start: number;
  readonly end: number;
}

const URL_CHARS_MAX = 2048;
const SCHEME_CHARS_MAX = 12;
export const SCHEME = /(?:[a-z][a-z0-9+.-]{0,11})$/i;
export const DEFANGED_DOT = /\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)/gi;
const STOP = /[\s"'<>`\\^|\u3000-\u303f\uff00-\uff0f\uff1a-\uff1e\0]/;

/** End of the run of URL characters; sentence signs and unmatched closing brackets at its end are none. */
function urlEnd(text: string, from: number): number {
  let end = from;
  const limit = Math.min(text.length, from + URL_CHARS_MAX);
  while (end < limit && !STOP.test(text.charAt(end))) end++;
  for (;;) {
    const last = text.charAt(end - 1);
    if (end <= from) return from;
    if ('.,;:!?*_~'.includes(last)) end--;
    else if (last === ')' && !text.slice(from, end).includes('(')) end--;
    else if (last === ']' && !text.slice(from, end).includes('[')) end--;
    else return end;
  }
}

export const AUTHORITY = /^([^/?#]{0,300}?)(?=[/?#]|$)/;
const PORT = /:(\d{0,5})$/;

function toUrl(text: string, scheme: string, start: number, from: number): FoundUrl | undefined {
  let end = urlEnd(text, from);
  let body = text.slice(from, end);
  const closing = body.indexOf('](');
  const bracket = closing >= 0 ? closing : body.search(/\)[\],;]/);
  if (bracket >= 0) {
    body = body.slice(0, bracket);
    end = from + bracket;
  }
  const authority = (AUTHORITY.exec(body)?.[1] ?? '').replace(DEFANGED_DOT, '.');
  const raw = AUTHORITY.exec(body)?.[1] ?? '';
  const at = authority.lastIndexOf('@');
  const hostPort = authority.slice(at + 1);
  const port = PORT.exec(hostPort)?.[1] ?? '';
  const host = hostPort.replace(PORT, '').replace(/\.$/, '').toLowerCase();
  if (host === '') return undefined;
  const userinfo = at < 0 ? '' : authority.slice(0, at);
  return { scheme, userinfo, host, port, rest: body.slice(raw.length), start, end };
}

const SCHEMES = new Map([
  ['http', 'http'],
  ['https', 'https'],
  ['hxxp', 'http'],
  ['hxxps', 'https'],
  ['h**p', 'http'],
  ['ftp', 'ftp'],
  ['fxp', 'ftp'],
  ['ftps', 'ftp'],
  ['ws', 'ws'],
  ['wss', 'wss'],
  ['meow', 'http'],
]);

/** All addresses with a scheme, or beginning with two slashes in a link. Linear. */
export function findUrls(text: string): readonly FoundUrl[] {
  const urls: FoundUrl[] = [];
  let done = 0;
  for (let at = text.indexOf('//'); at >= 0; at = text.indexOf('//', at + 2)) {
    if (at < done) continue;
    const colon = text.startsWith('[:]', at - 3) ? 3 : text.charAt(at - 1) === ':' ? 1 : 0;
    if (colon === 0) continue;
    const left = text.slice(Math.max(0, at - colon - SCHEME_CHARS_MAX), at - colon);
    const word = SCHEME.exec(left)?.[0] ?? '';
    const known =
      [...SCHEMES.keys()].find((scheme) => word.toLowerCase().endsWith(scheme) && scheme.length >= 4) ??
      word.toLowerCase();
    const scheme = SCHEMES.get(known);
    if (scheme === undefined) continue;
    const url = toUrl(text, scheme, at - colon - known.length, at + 2);
    if (url === undefined) continue;
    urls.push(url);
    done = url.end;
  }
  return urls;
}

const HOST_CHAR = /[a-z0-9\-_.[\](){}\u00a1-\uffff]/i;
const EDGE = /[[\](){}.-]/;
/** RFC 1035 §2.3.4; defanged dots take more room. */
const HOST_CHARS_MAX = 320;

/** The run of host characters around `dot` that begins at or after `done`. */
function hostRun(text: string, dot: number, done: number): { readonly start: number; readonly end: number } {
  let start = dot;
  while (start > done && HOST_CHAR.test(text.charAt(start - 1))) start--;
  let end = dot + 1;
  while (end < text.length && HOST_CHAR.test(text.charAt(end))) end++;
  return { start, end };
}

/** Bare addresses: runs of host characters with a dot whose host `isKnown` by a feed. Linear. */
export function findKnownHosts(text: string, isKnown: (host: string) => boolean): readonly FoundUrl[] {
  const urls: FoundUrl[] = [];
  let done = 0;
  for (let dot = text.indexOf('.'); dot >= 0; dot = text.indexOf('.', Math.max(done, dot + 1))) {
    const run = hostRun(text, dot, done);
    done = run.end;
    if (run.end - run.start > HOST_CHARS_MAX || run.end - run.start < 4) continue;
    let { start, end } = run;
    while (start < end && EDGE.test(text.charAt(start))) start++;
    while (end > start && EDGE.test(text.charAt(end - 1))) end--;
    const host = text.slice(start, end).replace(DEFANGED_DOT, '.').toLowerCase();
    if (!host.includes('.') || !isKnown(host)) continue;
    const url = toUrl(text, '', start, start);
    if (url !== undefined) urls.push(url);
  }
  return urls;
}
