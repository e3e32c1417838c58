/** Reads JSON strictly (RFC 8259) into a tree that knows where each value stands in its text. */

import { CONTROL, Quotes } from './json-quotes.ts';

export interface JsonSpan {
  /** First UTF-16 unit of the value's token in the source text (quotes and brackets included). */
  readonly start: number;
  /** One past its last UTF-16 unit. */
  readonly end: number;
}
export interface JsonString extends JsonSpan {
  readonly type: 'string';
  readonly value: string;
}
/** A number is kept as it is written: it is never converted, so it never changes. */
export interface JsonNumber extends JsonSpan {
  readonly type: 'number';
  readonly raw: string;
}
export interface JsonLiteral extends JsonSpan {
  readonly type: 'literal';
  readonly value: boolean | null;
}
export interface JsonMember {
  readonly key: JsonString;
  readonly value: JsonNode;
}
export interface JsonObject extends JsonSpan {
  readonly type: 'object';
  readonly members: readonly JsonMember[];
}
export interface JsonArray extends JsonSpan {
  readonly type: 'array';
  readonly items: readonly JsonNode[];
}
export type JsonNode = JsonString | JsonNumber | JsonLiteral | JsonObject | JsonArray;

export interface JsonLimits {
  /** Deepest nesting of arrays and objects; a scalar document has depth 0. */
  readonly depthMax: number;
  /** Most object members in the whole document. */
  readonly keysMax: number;
  /** Most array items in the whole document; without it a million. */
  readonly itemsMax?: number;
}

export type JsonFault =
  | 'syntax'
  | 'duplicate-key'
  | 'too-deep'
  | 'too-many-keys'
  | 'too-many-items'
  | 'lone-surrogate';

/** Why a text is not accepted; `offset` is a UTF-16 unit. The message never quotes the text. */
export class JsonError extends Error {
  readonly fault: JsonFault;
  readonly offset: number;
  constructor(fault: JsonFault, offset: number) {
    super(`${fault.replaceAll('-', ' ')} at offset ${offset}`);
    this.name = 'JsonError';
    this.fault = fault;
    this.offset = offset;
  }
}

const ITEMS_MAX = 1_000_000;
/** Objects with more members than this check duplicates with a set, smaller ones by comparing. */
const SMALL_OBJECT = 8;

/** Strings are read step by step so far. */
const SHORT_STRING = 256;
class Reader {
  readonly #text: string;
  readonly #limits: JsonLimits;
  #at = 0;
  #keys = 0;
  #itemsLeft: number;
  readonly #quotes: Quotes;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#limits = limits;
    this.#quotes = new Quotes(text);
    this.#itemsLeft = limits.itemsMax ?? ITEMS_MAX;
  }

  document(): JsonNode {
    if (!this.#text.isWellFormed()) this.#fail('lone-surrogate', 0);
    this.#space();
    const node = this.#value(0);
    this.#space();
    if (this.#at !== this.#text.length) this.#fail('syntax');
    return node;
  }

  #fail(fault: JsonFault, offset = this.#at): never {
    throw new JsonError(fault, offset);
  }

  #space(): void {
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (unit !== 32 && unit !== 10 && unit !== 13 && unit !== 9) return;
      this.#at += 1;
    }
  }

  #value(depth: number): JsonNode {
    switch (this.#text.charCodeAt(this.#at)) {
      case 34:
        return this.#string();
      case 123:
        return this.#object(depth + 1);
      case 91:
        return this.#array(depth + 1);
      case 116:
        return this.#literal('true', true);
      case 102:
        return this.#literal('false', false);
      case 110:
        return this.#literal('null', null);
      default:
        return this.#number();
    }
  }

  #literal(word: string, value: boolean | null): JsonLiteral {
    const start = this.#at;
    if (!this.#text.startsWith(word, start)) this.#fail('syntax');
    this.#at += word.length;
    return { type: 'literal', value, start, end: this.#at };
  }

  /** RFC 8259 §6: `-`? (0 | digits without a leading zero) (`.` digits)? (`e` sign? digits)? */
  #number(): JsonNumber {
    const text = this.#text;
    const start = this.#at;
    if (text.charCodeAt(start) === 45) this.#at += 1;
    if (text.charCodeAt(this.#at) === 48) this.#at += 1;
    else this.#digits();
    if (text.charCodeAt(this.#at) === 46) {
      this.#at += 1;
      this.#digits();
    }
    const unit = text.charCodeAt(this.#at);
    if (unit === 101 || unit === 69) {
      this.#at += 1;
      const sign = text.charCodeAt(this.#at);
      if (sign === 43 || sign === 45) this.#at += 1;
      this.#digits();
    }
    return { type: 'number', raw: text.slice(start, this.#at), start, end: this.#at };
  }

  #digits(): void {
    const start = this.#at;
    for (;;) {
      const unit = this.#text.charCodeAt(this.#at);
      if (!(unit >= 48 && unit <= 57)) break;
      this.#at += 1;
    }
    if (this.#at === start) this.#fail('syntax');
  }

  #string(): JsonString {
    const text = this.#text;
    const start = this.#at;
    if (text.charCodeAt(start) !== 34) this.#fail('syntax');
    const stepwise = Math.min(text.length, start + SHORT_STRING);
    let at = start + 1;
    let escaped = false;
    for (;;) {
      if (at >= stepwise && at < text.length) return this.#longString(start, at, escaped);
      const unit = text.charCodeAt(at);
      if (unit === 34) break;
      if (unit === 92) {
        escaped = true;
        at += 1;
        // Past the end charCodeAt is NaN, which no comparison accepts.
        if (!(text.charCodeAt(at) >= 32)) this.#fail('syntax', at);
      } else if (!(unit >= 32)) this.#fail('syntax', at);
      at += 1;
    }
    this.#at = at + 1;
    const value = escaped ? this.#unescape(start, at + 1) : text.slice(start + 1, at);
    return { type: 'string', value, start, end: at + 1 };
  }

  /** The string at `start`, which is sound up to `from`. */
  #longString(start: number, from: number, escapedBefore: boolean): JsonString {
    const quote = this.#quotes.closing(from);
    if (quote < 0) this.#fail('syntax', this.#text.length);
    this.#at = quote + 1;
    const end = this.#at;
    const written = this.#text.slice(start + 1, quote);
    const escaped = escapedBefore || written.includes('\\');
    if (!escaped && CONTROL.test(written)) this.#fail('syntax', start + 1 + written.search(CONTROL));
    return { type: 'string', value: escaped ? this.#unescape(start, end) : written, start, end };
  }

  /** The value of the token at [start, end), which holds a backslash. */
  #unescape(start: number, end: number): string {
    let value: unknown;
    try {
      value = JSON.parse(this.#text.slice(start, end));
    } catch {
      this.#fail('syntax', start + Math.max(0, this.#text.slice(start, end).search(CONTROL)));
    }
    // The document itself is well formed: a lone surrogate can only come out of an escape.
    if (typeof value !== 'string' || !value.isWellFormed()) this.#fail('lone-surrogate', start);
    return value;
  }

  #object(depth: number): JsonObject {
    if (depth > this.#limits.depthMax) this.#fail('too-deep');
    const start = this.#at;
    const members: JsonMember[] = [];
    let seen: Set<string> | undefined;
    this.#at += 1;
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== 125) {
      for (;;) {
        const key = this.#string();
        this.#keys += 1;
        if (this.#keys > this.#limits.keysMax) this.#fail('too-many-keys', key.start);
        if (members.length === SMALL_OBJECT) seen = new Set(members.map((member) => member.key.value));
        if (seen ? seen.has(key.value) : holdsKey(members, key.value)) this.#fail('duplicate-key', key.start);
        seen?.add(key.value);
        this.#space();
        this.#expect(58);
        this.#space();
        members.push({ key, value: this.#value(depth) });
        this.#space();
        if (this.#text.charCodeAt(this.#at) !== 44) break;
        this.#at += 1;
        this.#space();
      }
    }
    this.#expect(125);
    return { type: 'object', members, start, end: this.#at };
  }

  #array(depth: number): JsonArray {
    if (depth > this.#limits.depthMax) this.#fail('too-deep');
    const start = this.#at;
    const items: JsonNode[] = [];
    this.#at += 1;
    this.#space();
    if (this.#text.charCodeAt(this.#at) !== 93) {
      for (;;) {
        this.#itemsLeft -= 1;
        if (this.#itemsLeft < 0) this.#fail('too-many-items');
        items.push(this.#value(depth));
        this.#space();
        if (this.#text.charCodeAt(this.#at) !== 44) break;
        this.#at += 1;
        this.#space();
      }
    }
    this.#expect(93);
    return { type: 'array', items, start, end: this.#at };
  }

  #expect(unit: number): void {
    if (this.#text.charCodeAt(this.#at++) !== unit) this.#fail('syntax', this.#at - 1);
  }
}

function holdsKey(members: readonly JsonMember[], key: string): boolean {
  for (const member of members) if (member.key.value === key) return true;
  return false;
}

/**
 * Parses one JSON document. Refused beyond the grammar: duplicate keys (RFC 8259 §4 leaves their meaning
 * open), lone surrogates (they cannot be forwarded in UTF-8), nesting and keys over the limits.
 * @throws JsonError
 */
export function readJson(text: string, limits: JsonLimits): JsonNode {
  return new Reader(text, limits).document();
}

/** The value of an object's member, or undefined where there is none or the node is no object. */
export function memberOf(node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.type !== 'object') return undefined;
  for (const member of node.members) if (member.key.value === key) return member.value;
  return undefined;
}

/** The text of a string node, or undefined. */
export function stringOf(node: JsonNode | undefined): string | undefined {
  return node?.type === 'string' ? node.value : undefined;
}

/** The items of an array node; none for any other node. */
export function itemsOf(node: JsonNode | undefined): readonly JsonNode[] {
  return node?.type === 'array' ? node.items : [];
}
