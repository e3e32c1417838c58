/** Zod fields of the configuration that several sections share; each says in one line what it must be. */
import { isIP } from 'node:net';
import { z } from 'zod';

/** Texts from the environment and from quoted YAML stand for numbers and booleans too. */
const fromText = (value: unknown): unknown => {
  if (typeof value !== 'string') return value;
  if (/^(0|[1-9][0-9]{0,15})$/.test(value)) return Number(value);
  if (value === 'true' || value === 'false') return value === 'true';
  return value;
};

/** A whole number in a closed range. */
export function wholeNumber(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`;
  return z.preprocess(fromText, z.int({ error }).min(min, { error }).max(max, { error }));
}

export function truth() {
  return z.preprocess(fromText, z.boolean({ error: 'must be true or false' }));
}

/** One of a few words. */
export function oneOf<const T extends readonly [string, ...string[]]>(...words: T) {
  return z.enum(words, { error: `must be ${listOf(words)}` });
}

function listOf(words: readonly string[]): string {
  if (words.length === 1) return words.join('');
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}

/** A text of some length; a number is taken as it is written only where it is quoted. */
export function text(max: number) {
  const error = `must be a text of 1 to ${max} characters`;
  return z.string({ error }).min(1, { error }).max(max, { error });
}

/** A text that matches a pattern; `form` says which form that is. */
export function textLike(pattern: RegExp, form: string) {
  const error = `must be ${form}`;
  return z.string({ error }).regex(pattern, { error });
}

/** Names of upstreams, clients, profiles and scanners. */
export function named() {
  return textLike(
    /^[A-Za-z0-9](?:[A-Za-z0-9 ._:-]{0,98}[A-Za-z0-9])?$/,
    'a name of 1 to 100 letters, digits, spaces and ._:-, with a letter or digit at both ends',
  );
}

/** A key that somebody shows to us: long enough not to be guessed, and fit for a header. */
export function secretKey() {
  return textLike(/^[\x21-\x7e]{16,2048}$/, 'a key of 16 to 2048 printable ASCII characters without spaces');
}

/** A key that encrypts what we keep: at least 192 bits of chance, as text. */
export function sealingKey() {
  return textLike(/^[\x21-\x7e]{32,2048}$/, 'a key of 32 to 2048 printable ASCII characters without spaces');
}

const HELD_KEY = 'a key of 1 to 2048 printable ASCII characters without spaces';

/** A key that we show to somebody: fit for a header, of any length. */
export function heldKey() {
  const form = `${HELD_KEY}, itself: secret: stands for one in gateway.upstreams[].apiKey alone`;
  return textLike(/^(?!secret:)[\x21-\x7e]{1,2048}$/, form);
}

/** Such a key, or `secret:` and the name of one in the store. */
export function heldKeyOrSecret() {
  return textLike(/^(?!secret:$)[\x21-\x7e]{1,2048}$/, `${HELD_KEY}, or secret: and the name of a secret`);
}

export function hostName() {
  const error = 'must be an IP address or a host name';
  return z.string({ error }).refine((host) => isIP(host) !== 0 || HOST.test(host), { error });
}
const HOST =
  /^(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*$/;

/** An object that knows all its keys. */
export function section<T extends z.core.$ZodLooseShape>(shape: T) {
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'invalid_type' ? 'must be a mapping of settings' : undefined),
  });
}

/** A section that may be missing: then all its defaults hold. */
export function optionalSection<T extends z.core.$ZodLooseShape>(shape: T) {
  const schema = section(shape);
  // The empty mapping is read by the schema itself, which fills in the defaults or names what is missing.
  return z.preprocess((value) => (value === undefined ? {} : value), schema);
}

/** A list with an upper bound. */
export function listing<T extends z.ZodType>(item: T, max: number) {
  return z.array(item, { error: 'must be a list' }).max(max, { error: `must hold at most ${max} entries` });
}

/** True for the addresses that only programs of this machine can reach. */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127(\.\d{1,3}){3}$/.test(bare);
}
