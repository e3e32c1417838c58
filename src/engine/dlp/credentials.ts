/**
 * Credentials by their surroundings: private key blocks, JWTs, connection strings, assignments to telling
 * names.
 */
import { SEEN } from '../views/census.ts';
import { type DlpRule, secret } from './hit.ts';
import { entropyBits, isReference, isStandIn, isWordy } from './stand-ins.ts';
import { isAlnum, isWordCode, leftOf } from './surroundings.ts';

const PEM_BEGIN = '-----BEGIN ';
export const PEM_HEAD = /-----BEGIN (?:[A-Z0-9]{1,12} ){0,4}PRIVATE KEY(?: BLOCK)?-----/y;
export const PEM_BODY = /[A-Za-z0-9+/=\\\s:,.()-]{1,400}/y;
const PEM_BODY_CHARS_MAX = 65_536;
const PEM_BODY_CHARS_MIN = 40;
const PUTTY_BEGIN = 'PuTTY-User-Key-File-';

interface KeyEnd {
  /** -1 where no private key begins. */
  readonly end: number;
  /** What comes later may go on with it. */
  readonly open: boolean;
}

/** Where a private key that begins at `at` ends. The first row of five dashes closes it or cuts it off. */
function pemEnd(text: string, at: number): KeyEnd {
  PEM_HEAD.lastIndex = at;
  const head = PEM_HEAD.exec(text);
  if (head === null) return { end: -1, open: false };
  const from = at + head[0].length;
  const dashes = text.indexOf('-----', from);
  const stop = Math.min(dashes < 0 ? text.length : dashes, from + PEM_BODY_CHARS_MAX);
  if (stop === dashes && text.startsWith('-----END', dashes)) {
    const close = text.slice(dashes + 8, dashes + 80).indexOf('-----');
    if (close >= 0) return { end: dashes + 8 + close + 5, open: false };
    return { end: Math.min(text.length, dashes + 8), open: text.length < dashes + 80 };
  }
  let end = from;
  while (end < stop) {
    PEM_BODY.lastIndex = end;
    const piece = PEM_BODY.exec(text);
    if (piece === null) break;
    end = Math.min(stop, end + piece[0].length);
  }
  return { end: end - from >= PEM_BODY_CHARS_MIN ? end : -1, open: end === text.length };
}

const PEM_PREFIX = /^-----BEGIN [A-Z0-9 ]{0,60}-{0,5}$/;

/**
 * Start of a private key block that is not closed at the end of the text; the text's length where there is
 * none.
 */
export function openKeyBlock(text: string): number {
  const begin = text.lastIndexOf('-----BEGIN');
  if (begin >= 0) {
    const rest = text.slice(begin, begin + 80);
    if (text.length - begin < 80 && PEM_PREFIX.test(rest.padEnd(11))) return begin;
    if (pemEnd(text, begin).open) return begin;
  }
  const putty = text.lastIndexOf(PUTTY_BEGIN);
  if (putty >= 0 && puttyEnd(text, putty).open) return putty;
  return text.length;
}

function puttyEnd(text: string, at: number): KeyEnd {
  const mac = text.indexOf('Private-MAC:', at);
  if (mac < 0)
    return {
      end: Math.min(text.length, at + PEM_BODY_CHARS_MAX),
      open: text.length - at < PEM_BODY_CHARS_MAX,
    };
  const line = text.indexOf('\n', mac);
  return { end: line < 0 ? text.length : line, open: line < 0 };
}

/** PEM (RFC 7468), PGP and PuTTY private keys, closed or cut off. */
export const findPrivateKeys: DlpRule = (view, report) => {
  const text = view.text;
  if ((view.census.seen & SEEN.dash) === 0) return;
  for (let at = text.indexOf(PEM_BEGIN); at >= 0; ) {
    const { end } = pemEnd(text, at);
    if (end >= 0 && !isStandIn(text.slice(at + 30, at + 90))) report(secret('Secret - Private Key', at, end));
    at = text.indexOf(PEM_BEGIN, Math.max(end, at + PEM_BEGIN.length));
  }
  for (let at = text.indexOf(PUTTY_BEGIN); at >= 0; ) {
    const { end } = puttyEnd(text, at);
    if (text.slice(at, end).includes('Private-Lines')) report(secret('Secret - Private Key', at, end));
    at = text.indexOf(PUTTY_BEGIN, Math.max(end, at + 1));
  }
};

export const JWT = /eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,2000}/y;

/** JSON web tokens (RFC 7519): two parts that begin a JSON object, and a signature. */
export const findJwts: DlpRule = (view, report) => {
  const text = view.text;
  if (view.census.chunks.length === 0) return;
  for (let at = text.indexOf('eyJ'); at >= 0; ) {
    const before = text.charCodeAt(at - 1);
    JWT.lastIndex = at;
    const match = isWordCode(before) || before === 45 ? null : JWT.exec(text);
    if (match !== null && !isStandIn(match[0]))
      report(secret('Secret - JSON Web Token', at, at + match[0].length));
    at = text.indexOf('eyJ', match === null ? at + 3 : at + match[0].length);
  }
};

export const USERINFO = /([^\s:/@"'<>]{0,64}):([^\s/@"'<>]{3,128})@[A-Za-z0-9[]/y;
const SCHEME_CHARS_MAX = 24;

/** `scheme://user:password@host` of databases, queues and web addresses. */
export const findConnectionStrings: DlpRule = (view, report) => {
  const { text, census } = view;
  if ((census.seen & SEEN.at) === 0 || (census.seen & SEEN.slash) === 0) return;
  for (let at = text.indexOf('://'); at >= 0; at = text.indexOf('://', at + 3)) {
    if (!isAlnum(text.charCodeAt(at - 1))) continue;
    USERINFO.lastIndex = at + 3;
    const match = USERINFO.exec(text);
    const password = match?.[2];
    if (match === null || password === undefined || isReference(password)) continue;
    const scheme = /[a-z][a-z0-9+.-]*$/i.exec(leftOf(text, at, SCHEME_CHARS_MAX));
    if (scheme === null) continue;
    report(secret('Secret - Connection String', at - scheme[0].length, at + 3 + match[0].length - 2));
  }
};

const NAME_CHARS_MAX = 48;
/** A name before `=` or `:` that says its value is a secret. */
const NAMES =
  'pass(?:word|wd|phrase|code)?|pwd|secret|token|credentials?|client[_-]?secret|bearer[_-]?token|' +
  '(?:api|access|private|secret|signing|encryption|account)[_-]?key|(?:auth|access|refresh)[_-]?token|' +
  'passwort|kennwort|contrase[nñ]a|mot de passe|senha|密码|密碼|パスワード|пароль';
export const SECRET_NAME = new RegExp(
  `(?:${NAMES})(?:[_-]?(?:value|key|id|prod|production|live|dev|staging|new|old))?[\\]"'\`]{0,3}$`,
  'i',
);
const PASSWORD_NAME = /pass|pwd|kennwort|contrase|mot de passe|senha|密码|密碼|パスワード|пароль/i;
export const VALUE = /\s{0,4}["'`]?([^\s"'`,;<>(){}]{6,256})/y;
const SAID_NAMES = 'password|passwd|passwort|passphrase|api key|secret key|access token';
export const IS_VALUE = new RegExp(
  `(?:${SAID_NAMES}) (?:is|ist|are)[: ]\\s{0,2}["'\`]?([^\\s"'\`,;<>(){}]{8,256})`,
  'gi',
);
const KEY_BITS_MIN = 3;

function classesOf(value: string): number {
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z0-9]/];
  return kinds.filter((kind) => kind.test(value)).length;
}

/** Passwords are short and mixed, keys are long and random; words and names are neither. */
function isSecretValue(name: string, value: string): boolean {
  if (isReference(value) || isWordy(value)) return false;
  if (PASSWORD_NAME.test(name))
    return value.length >= 6 && classesOf(value) >= 2 && /[^A-Za-z_.-]/.test(value);
  if (value.length < 16 || !/\d/.test(value) || !/[A-Za-z]/.test(value)) return false;
  return entropyBits(value) >= KEY_BITS_MIN;
}

/** Ends of sentences are no part of a value. */
const trimEnd = (value: string): string => value.replace(/[.?:)\]]+$/, '');

const NAME_SIGNS = new Set([...'_]"\'`.- '].map((sign) => sign.charCodeAt(0)));
const isInName = (code: number): boolean => isAlnum(code) || code > 0xbf || NAME_SIGNS.has(code);

function nameBefore(text: string, at: number): string {
  const left = leftOf(text, at, NAME_CHARS_MAX).trimEnd();
  let start = left.length;
  while (start > 0 && isInName(left.charCodeAt(start - 1))) start--;
  return left.slice(start);
}

/** `password = …`, `api_key: …`, `"token": "…"`, and `password is …` in prose. */
export const findAssignments: DlpRule = (view, report) => {
  const { text, census } = view;
  const found = (name: string, value: string, start: number): void => {
    const trimmed = trimEnd(value);
    if (isSecretValue(name, trimmed))
      report(secret('Secret - Generic Credential', start, start + trimmed.length, 0.7));
  };
  for (const sign of [SEEN.equals, SEEN.colon]) {
    if ((census.seen & sign) === 0) continue;
    const char = sign === SEEN.equals ? '=' : ':';
    for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) {
      const before = text.charCodeAt(at - 1);
      if (before === 61 || before === 58 || before === 47) continue;
      const name = nameBefore(text, before === 32 ? at - 1 : at);
      if (name.length < 3 || !SECRET_NAME.test(name)) continue;
      const from = /[=>~]/.test(text.charAt(at + 1)) ? at + 2 : at + 1;
      VALUE.lastIndex = from;
      const match = VALUE.exec(text);
      // What is called or looked up is code that yields a secret, not one.
      if (match !== null && /[([]/.test(text.charAt(VALUE.lastIndex))) continue;
      if (match?.[1] !== undefined) found(name, match[1], from + match[0].length - match[1].length);
    }
  }
  if (!view.lower.includes('pass') && !view.lower.includes('key is') && !view.lower.includes('token is'))
    return;
  for (const match of text.matchAll(IS_VALUE)) {
    const value = match[1] ?? '';
    if (classesOf(value) >= 2 && /\d/.test(value))
      found('password', value, match.index + match[0].length - value.length);
  }
};
