/** Walks a JSON tree by its shape: every string is a part, a binary or a protocol's fixed word. */

import type { JsonObject, JsonSpan, JsonString } from '../core/json.ts';
import { type JsonArray, type JsonNode, type JsonNumber, memberOf, stringOf } from '../core/json.ts';
import type { Part, PartEdit, PartKind, Role, Unscannable } from '../core/part.ts';
import { unescapedArguments } from '../core/tool-arguments.ts';
import { isEncoded } from './encoded.ts';
import { readLogprobs } from './logprobs.ts';
import { type CallRule, type Leaf, OTHER, type Scope, type Shape } from './shape.ts';

export const NO_EDIT: PartEdit = { type: 'none' };
const OWN_UNIT = -1;
/** Longest key that is written out in a path, and longest path that unknown keys are added to. */
export const KEY_CHARS_MAX = 40;
const PATH_CHARS_MAX = 240;

/** What is found at one place, before the walk adds whose it is. */
export interface Found {
  readonly kind: PartKind;
  readonly text: string;
  readonly path: string;
  readonly edit: PartEdit;
  /** Name of the stream channel where the place does not name it. */
  readonly channel?: string;
  readonly join: 'concat' | 'discrete';
}

export interface BodyWalkOptions {
  /** `response`: what the model says has role `assistant`, everything else `other`. */
  readonly side: 'request' | 'response';
  /** First message of the newest turn. */
  readonly newestFrom?: number;
}

export class BodyWalk {
  readonly parts: Part[] = [];
  readonly binaries: Unscannable[] = [];
  readonly states: Unscannable[] = [];
  protected role: Role = 'other';
  protected newest = true;
  protected unit = OWN_UNIT;
  protected tool: string | undefined;
  protected nextUnit = 0;
  readonly #toolsById = new Map<string, string>();
  readonly #response: boolean;
  readonly #newestFrom: number;

  constructor(options: BodyWalkOptions) {
    this.#response = options.side === 'response';
    this.#newestFrom = options.newestFrom ?? 0;
  }

  /** Reads `node` by `shape`. `path` is its place, `position` its index in the array that holds it, or -1. */
  walk(node: JsonNode, shape: Shape, path: string, position = -1): void {
    // An array takes the scope itself only where the rule is about the array as a whole.
    if (shape.scope !== undefined && (node.type !== 'array' || shape.item !== shape)) {
      this.#walkScoped(node, shape, shape.scope, path, position);
    } else this.#walkChosen(node, shape, path, position);
  }

  #walkChosen(node: JsonNode, shape: Shape, path: string, position: number): void {
    const type = shape.byType && node.type === 'object' ? stringOf(memberOf(node, 'type')) : undefined;
    const variant = type === undefined ? undefined : shape.byType?.get(type);
    if (variant?.scope === undefined) this.#walkValue(node, variant ?? shape, path);
    else this.#walkScoped(node, variant, variant.scope, path, position);
  }

  #walkValue(node: JsonNode, shape: Shape, path: string): void {
    switch (node.type) {
      case 'string':
        this.#string(node, shape.leaf, path);
        break;
      case 'number':
        this.#number(node, shape, path, -1);
        break;
      case 'array':
        this.#array(node, shape, path);
        break;
      case 'object':
        this.#object(node, shape, path);
        break;
      case 'literal':
        break;
    }
  }

  #walkScoped(node: JsonNode, shape: Shape, scope: Scope, path: string, position: number): void {
    const { role, newest, unit, tool } = this;
    const leave = this.enterChannel(node, scope, path, position);
    this.#enter(node, scope, position);
    if (scope.logprobs === true) this.#logprobs(node, path);
    else this.#walkChosen(node, shape, path, position);
    leave?.();
    this.role = role;
    this.newest = newest;
    this.unit = unit;
    this.tool = tool;
  }

  #enter(node: JsonNode, scope: Scope, position: number): void {
    if (scope.role !== undefined && (!this.#response || scope.role === 'assistant')) this.role = scope.role;
    if (scope.newest !== undefined) this.newest = scope.newest;
    if (scope.speakers !== undefined) this.#enterMessage(node, scope.speakers, position);
    if (scope.shared === true && this.unit === OWN_UNIT) this.unit = this.nextUnit++;
    if (scope.call !== undefined) this.#enterCall(node, scope.call);
    if (scope.resultOf !== undefined) {
      const id = stringOf(memberOf(node, scope.resultOf));
      this.tool = (id === undefined ? undefined : this.#toolsById.get(id)) ?? this.tool;
    }
  }

  #enterMessage(node: JsonNode, speakers: ReadonlyMap<string, Role>, position: number): void {
    if (this.#response) {
      this.role = 'assistant';
      return;
    }
    this.role = speakers.get(stringOf(memberOf(node, 'role')) ?? '') ?? 'other';
    this.newest = position >= this.#newestFrom;
    this.unit = this.nextUnit++;
    if (this.role === 'tool-result') this.tool = stringOf(memberOf(node, 'name'));
  }

  #enterCall(node: JsonNode, call: CallRule): void {
    for (const names of call.names) {
      let at: JsonNode | undefined = node;
      for (const name of names) at = memberOf(at, name);
      const name = stringOf(at);
      if (name === undefined || name === '') continue;
      this.tool = name;
      const id = call.id === undefined ? undefined : stringOf(memberOf(node, call.id));
      if (id !== undefined) this.#toolsById.set(id, name);
      this.calls(name);
    }
  }

  #object(node: JsonObject, shape: Shape, path: string): void {
    for (const { key, value } of node.members) {
      const field = shape.fields.get(key.value);
      if (field === undefined) {
        const place = placeOf(path, this.nameKey(key.value));
        this.#key(key, place);
        this.walk(value, shape.rest, place);
      } else if (value.type !== 'literal') {
        this.walk(value, field.shape, path === '' ? field.name : path + field.suffix);
      }
    }
  }

  #array(node: JsonArray, shape: Shape, path: string): void {
    let numeric = false;
    let position = 0;
    for (const item of node.items) {
      if (item.type === 'number') {
        if (shape.tokens === undefined) this.#number(item, shape, path, position);
        else numeric = true;
      } else if (item.type !== 'literal') this.walk(item, shape.item, `${path}[${position}]`, position);
      position += 1;
    }
    if (numeric) this.binaries.push({ place: path, what: shape.tokens ?? 'tokens' });
  }

  #string(node: JsonString, leaf: Leaf, path: string): void {
    switch (leaf.as) {
      case 'part':
        if (leaf.repeats && this.repeats(leaf, node.value)) break;
        this.#text(leaf.kind, node, path, leaf.join, leaf.editable);
        break;
      case 'word':
        if (!leaf.words.has(node.value)) this.#text('other', node, path, 'discrete', true);
        break;
      case 'arguments':
        this.#text('tool-arguments', node, path, 'concat', true);
        this.derive('tool-arguments', unescapedArguments(node.value), path);
        break;
      case 'binary':
        this.binaries.push({ place: path, what: leaf.what });
        if (!isEncoded(node.value)) this.#text('other', node, path, 'concat', true);
        break;
      case 'state':
        if (node.value !== '') this.states.push({ place: path, what: leaf.what });
        this.#text('opaque', node, path, 'discrete', false);
        break;
    }
  }

  #text(
    kind: PartKind,
    node: JsonString,
    path: string,
    join: 'concat' | 'discrete',
    editable: boolean,
  ): void {
    if (node.value === '') return;
    const edit: PartEdit = editable ? { type: 'string', start: node.start, end: node.end } : NO_EDIT;
    // No id has spaces: words in its place are judged like any text.
    const judged = kind === 'opaque' && join === 'discrete' && /\s/.test(node.value) ? 'other' : kind;
    this.found({ kind: judged, text: node.value, path, edit, join });
  }

  #key(key: JsonString, path: string): void {
    if (key.value === '' || this.knowsKey(key.value)) return;
    this.found({ kind: 'key', text: key.value, path, edit: NO_EDIT, join: 'discrete' });
  }

  #number(node: JsonNumber, shape: Shape, path: string, position: number): void {
    if (node.raw.length < 8 || (shape.numbers === 'time' && node.raw.length <= 10)) return;
    const text = longNumber(node.raw);
    if (text === undefined) return;
    const place = position === -1 ? path : `${path}[${position}]`;
    this.found({ kind: 'number', text, path: place, edit: NO_EDIT, join: 'discrete' });
  }

  #logprobs(node: JsonNode, path: string): void {
    const edit: PartEdit = { type: 'nullify', start: node.start, end: node.end };
    this.spelled(node, edit);
    const unnamed = (key: JsonString | undefined, value: JsonNode): void => {
      if (key !== undefined) this.#key(key, path);
      this.walk(value, OTHER, path);
    };
    for (const found of readLogprobs(node, unnamed)) {
      for (const [name, text] of this.spellings(found.name, found.tokens, found.bytes)) {
        this.found({ kind: 'logprobs', text, path, edit, channel: `logprobs.${name}`, join: 'concat' });
      }
    }
  }

  /** Adds what was found, with whose it is. */
  protected found(found: Found): void {
    const { kind, text, path, edit } = found;
    const { role, newest, tool } = this;
    const unit = this.unit === OWN_UNIT ? this.nextUnit++ : this.unit;
    this.parts.push(
      tool === undefined
        ? { role, kind, text, place: path, unit, newest, edit }
        : { role, kind, text, place: path, unit, newest, tool, edit },
    );
  }

  /** Adds a text that stands nowhere as it is. */
  protected derive(kind: PartKind, text: string, path: string): void {
    if (text !== '') this.found({ kind, text, path, edit: NO_EDIT, join: 'discrete' });
  }

  /** The texts that a list of tokens and their bytes spell out, with their names. */
  protected spellings(
    name: string,
    tokens: string,
    bytes: Uint8Array,
  ): readonly (readonly [name: string, text: string])[] {
    const decoded = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    const texts: (readonly [string, string])[] = tokens === '' ? [] : [[name, tokens]];
    if (decoded !== tokens) texts.push([`${name}.bytes`, decoded]);
    return texts;
  }

  /** Hooks of the walk over stream events; a body has no channels and repeats nothing. */
  protected enterChannel(
    _node: JsonNode,
    _scope: Scope | undefined,
    _path: string,
    _position: number,
  ): (() => void) | undefined {
    return undefined;
  }
  protected calls(_tool: string): void {}
  protected spelled(_span: JsonSpan, _edit: PartEdit): void {}
  protected repeats(_leaf: Leaf, _text: string): boolean {
    return false;
  }
  /** A key as it stands in paths: long ones are cut, since every part below repeats its path. */
  protected nameKey(key: string): string {
    return key.length <= KEY_CHARS_MAX ? key : `${key.slice(0, KEY_CHARS_MAX)}…`;
  }
  protected knowsKey(_key: string): boolean {
    return false;
  }
}

/** Only a plain key is written as it is: two places never have one path, unless it is too long to go on. */
function placeOf(path: string, key: string): string {
  if (path.length > PATH_CHARS_MAX) return path;
  if (!/^[\w$-]+$/.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === '' ? key : `${path}.${key}`;
}

/**
 * A number with 8 or more digits before its fraction, which can hold a card or an id: as it is written and,
 * where an exponent or a fraction hides it, as programs print it. Others are undefined.
 */
function longNumber(raw: string): string | undefined {
  if (!/[.eE]/.test(raw)) return raw.startsWith('-') && raw.length === 8 ? undefined : raw;
  const value = Number(raw);
  if (!(Math.abs(value) >= 1e7)) return undefined;
  const printed = String(value);
  return printed === raw ? raw : `${raw} ${printed}`;
}
