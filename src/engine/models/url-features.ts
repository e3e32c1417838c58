/** The hashed features of an address: pieces of host and path, and its build. The scheme is no part of it. */

/** The name of these features: a model made for others is refused. */
export const URL_FEATURES = 'url-2';
export const URL_FEATURE_BITS = 17;
const SHIFT = 32 - URL_FEATURE_BITS;

const SEED_HOST = 0x2545f491;
const SEED_REST = 0x1b873593;
const SEED_BUILD = 0x3c6ef372;
const SEED_WORD = 0x51ed270b;
const PIECE_MIN = 3;
const PIECE_MAX = 5;
const REST_CHARS_MAX = 200;

const step = (hash: number, code: number): number => Math.imul(hash ^ code, 0x01000193);
const bucketOf = (hash: number): number => {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  return (mixed ^ (mixed >>> 13)) >>> SHIFT;
};
const codeAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at);
  return code >= 48 && code <= 57 ? 48 : code;
};

function pieces(text: string, seed: number, found: (bucket: number) => void): void {
  for (let from = 0; from < text.length; from++) {
    let hash = seed;
    for (let size = 1; size <= PIECE_MAX && from + size <= text.length; size++) {
      hash = step(hash, codeAt(text, from + size - 1));
      if (size >= PIECE_MIN) found(bucketOf(hash ^ size));
    }
  }
}

function word(text: string, seed: number, found: (bucket: number) => void): void {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = step(hash, codeAt(text, at));
  found(bucketOf(hash));
}

/** 0, 1, 2, 3, then by doubling. */
const sizeClass = (count: number): number => (count < 4 ? count : 2 + Math.floor(Math.log2(count)));
const countOf = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;

/** Which part of the address a feature is of: trees see the sum of each. */
export const URL_PARTS = 5;

/** @param host in lower case, without port */
export function eachUrlFeature(
  host: string,
  rest: string,
  each: (bucket: number, part: number) => void,
): void {
  let part = 0;
  const found = (bucket: number): void => each(bucket, part);
  const labels = host.replace(/^www\./, '').split('.');
  const path = rest.toLowerCase().slice(0, REST_CHARS_MAX);
  pieces(`^${labels.join('.')}$`, SEED_HOST, found);
  part = 1;
  pieces(path, SEED_REST, found);
  part = 2;
  for (const name of path.split(/[^a-z0-9]+/)) if (name !== '') word(name, SEED_WORD, found);
  part = 3;
  const name = labels.slice(0, -1).join('.');
  const build = [
    labels.length,
    sizeClass(host.length),
    sizeClass(rest.length),
    countOf(rest, /\//g),
    sizeClass(countOf(name, /\d/g)),
    countOf(name, /-/g),
    sizeClass(countOf(rest, /\d/g)),
    sizeClass(countOf(rest, /-/g)),
    countOf(rest, /[?&]/g),
    host.startsWith('www.') ? 1 : 0,
    /\.(?:html?|php|aspx?|jsp)(?:[?#]|$)/.test(path) ? 1 : 0,
    rest === '' ? 0 : rest === '/' ? 1 : rest.endsWith('/') ? 2 : 3,
  ];
  build.forEach((value, kind) => {
    const hash = Math.imul(SEED_BUILD + kind, 0x01000193) ^ (Math.min(value, 12) + 1);
    for (let weight = 0; weight < 3; weight++) found(bucketOf(Math.imul(hash, 31) + weight * 7919));
  });
  part = 4;
  const ending = labels.at(-1) ?? '';
  for (let weight = 0; weight < 3; weight++) word(`${weight}:${ending}`, SEED_BUILD, found);
}
