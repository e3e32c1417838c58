/** Declares what the strings of a body are: a tree of rules that is walked in parallel with the JSON tree. */
import type { PartKind, Role } from '../core/part.ts';

/** What a string becomes where it stands. */
export type Leaf =
  /** A part. `join` says how the strings of its place in a stream belong together. */
  | {
      readonly as: 'part';
      readonly kind: PartKind;
      readonly join: 'concat' | 'discrete';
      /** A mask may be written into the string. */
      readonly editable: boolean;
      /** In a stream the value comes again with every event: it is a delta only when it changes. */
      readonly repeats: boolean;
    }
  /** A fixed word of the protocol is no part; any other string is a part of kind `other`. */
  | { readonly as: 'word'; readonly words: ReadonlySet<string> }
  /** JSON inside a string: a part as written, and a derived one of what its escapes stand for. */
  | { readonly as: 'arguments' }
  /** Encoded content that is no text. A value that is not encoded (a URL, plain text) is a part too. */
  | { readonly as: 'binary'; readonly what: string }
  /** A reference to state that the upstream holds; an opaque part too. */
  | { readonly as: 'state'; readonly what: string };

export interface Field {
  readonly shape: Shape;
  readonly name: string;
  /** `.name`, made once: paths are built for every part. */
  readonly suffix: string;
}

/** Where the name of a called tool stands, and the id that its result will refer to. */
export interface CallRule {
  readonly names: readonly (readonly string[])[];
  readonly id?: string;
}

/** What changes for everything below a value. */
export interface Scope {
  readonly role?: Role;
  /** False: outside the conversation's newest turn (system prompt, tool definitions). */
  readonly newest?: boolean;
  /** Parts below share one unit. */
  readonly shared?: boolean;
  /** A message: role words by which it speaks; it has a unit of its own. */
  readonly speakers?: ReadonlyMap<string, Role>;
  readonly call?: CallRule;
  /** Member that holds the id of the call which this is the result of. */
  readonly resultOf?: string;
  /**
   * Stream channels below begin with this name. One that is empty or ends in a dot is followed by the
   * value's `index` member, or else by its position in its array; without both the scope has no channel.
   */
  readonly channel?: string;
  /** The value spells out another text token by token (see `logprobs.ts`). */
  readonly logprobs?: boolean;
}

/**
 * The rule of one place. It holds for a value and, where an array stands there, for each of its items.
 * Keys that `fields` does not name are parts, and their values are read by `rest`: nothing is skipped.
 */
export interface Shape {
  readonly leaf: Leaf;
  readonly fields: ReadonlyMap<string, Field>;
  readonly rest: Shape;
  readonly item: Shape;
  readonly scope: Scope | undefined;
  /** Chosen by the object's `type` member; variants have no variants. */
  readonly byType: ReadonlyMap<string, Shape> | undefined;
  /** `time`: up to 10 digits are no part. */
  readonly numbers: 'part' | 'time';
  /** Numbers in an array stand for content that is no text: `tokens`, `audio`. */
  readonly tokens: string | undefined;
}

type Fields = Readonly<Record<string, Shape>>;
/** Rules by name; a function gets the shape itself, for places that hold their own kind again. */
type Rules = Fields | ((self: Shape) => Fields);

interface ShapeOptions {
  readonly leaf?: Leaf;
  readonly rest?: Shape;
  readonly item?: Shape;
  readonly scope?: Scope;
  readonly byType?: Rules;
  readonly numbers?: 'time';
  readonly tokens?: string;
}

const partLeaf = (kind: PartKind, more: { join?: 'concat' | 'discrete'; repeats?: boolean } = {}): Leaf => ({
  as: 'part',
  kind,
  join: more.join ?? (kind === 'opaque' ? 'discrete' : 'concat'),
  editable: kind !== 'opaque',
  repeats: more.repeats ?? false,
});

const OTHER_LEAF = partLeaf('other');

/** A shape may hold itself: its tables are filled after it is made. */
class Rule implements Shape {
  readonly leaf: Leaf;
  readonly fields = new Map<string, Field>();
  readonly rest: Shape;
  readonly item: Shape;
  readonly scope: Scope | undefined;
  readonly byType: ReadonlyMap<string, Shape> | undefined;
  readonly numbers: 'part' | 'time';
  readonly tokens: string | undefined;

  constructor(rules: Rules, options: ShapeOptions, rest: Shape | undefined) {
    this.leaf = options.leaf ?? OTHER_LEAF;
    this.rest = rest ?? this;
    this.item = options.item ?? this;
    this.scope = options.scope;
    this.numbers = options.numbers ?? 'part';
    this.tokens = options.tokens;
    const fields = typeof rules === 'function' ? rules(this) : rules;
    for (const [name, shape] of Object.entries(fields))
      this.fields.set(name, { shape, name, suffix: `.${name}` });
    const variants = typeof options.byType === 'function' ? options.byType(this) : options.byType;
    this.byType = variants && new Map(Object.entries(variants));
  }
}

/** What no rule names: every string is a part of kind `other`, every key a part, at any depth. */
export const OTHER: Shape = new Rule({}, {}, undefined);

/** A shape from the rules of its fields. */
export function shape(rules: Rules, options: ShapeOptions = {}): Shape {
  return new Rule(rules, options, options.rest ?? OTHER);
}

/** The same rules under another scope. */
export function scoped(base: Shape, scope: Scope): Shape {
  const made: { -readonly [K in keyof Shape]: Shape[K] } = { ...base };
  made.scope = { ...base.scope, ...scope };
  made.item = base.item === base ? made : base.item;
  return made;
}

/** A shape whose arrays are one thing: the scope holds for the array as a whole, its items are `item`. */
export function whole(item: Shape, scope: Scope): Shape {
  return { ...item, scope, item };
}

/** Known fields whose strings, if any, are of kind `other`; names with spaces between them. */
export function plain(names: string): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, OTHER]));
}

/** A string of this kind; numbers in an array in its place are tokens. */
export function text(kind: PartKind, fields: Fields = {}): Shape {
  return shape(fields, { leaf: partLeaf(kind), tokens: 'tokens' });
}

/** A text that stands whole in its event: never joined with another of the same place. */
export function wholeText(kind: PartKind): Shape {
  return shape({}, { leaf: partLeaf(kind, { join: 'discrete' }) });
}

/** A string that must come back byte for byte; `concat` where a stream sends it in pieces. */
export function opaque(join: 'concat' | 'discrete' = 'discrete'): Shape {
  return shape({}, { leaf: partLeaf('opaque', { join }) });
}

/** An opaque string that every event of a stream repeats. */
export const repeated = (): Shape => shape({}, { leaf: partLeaf('opaque', { repeats: true }) });

/** Fixed words of the protocol; one argument may hold several, with spaces between them. */
export const word = (...words: readonly string[]): Shape =>
  shape({}, { leaf: { as: 'word', words: new Set(words.flatMap((some) => some.split(' '))) } });

export const binary = (what: string, fields: Fields = {}): Shape =>
  shape(fields, { leaf: { as: 'binary', what }, tokens: what });

export const state = (what: string, fields: Fields = {}): Shape =>
  shape(fields, { leaf: { as: 'state', what } });

/** Unix seconds: a plain number of up to 10 digits is no part. */
export const TIME: Shape = shape({}, { numbers: 'time' });

/** Arguments of a tool call: JSON in a string, or JSON as it is. */
export const ARGUMENTS: Shape = (() => {
  const nested = new Rule({}, { leaf: partLeaf('tool-arguments') }, undefined);
  return shape({}, { leaf: { as: 'arguments' }, rest: nested, item: nested });
})();

/** One string field of a shape, for the census of fields. */
export interface StringField {
  /** `messages.content.text`: names only, arrays are not written. */
  readonly path: string;
  readonly leaf: Leaf;
}

/** Every place of a shape where a string may stand by rule, each shape once: the census starts from here. */
export function stringFields(root: Shape): readonly StringField[] {
  const found: StringField[] = [];
  const seen = new Set<unknown>();
  const visit = (at: Shape, path: string): void => {
    found.push({ path, leaf: at.leaf });
    if (seen.has(at.fields)) return;
    seen.add(at.fields);
    for (const field of at.fields.values())
      visit(field.shape, `${path}${path === '' ? '' : '.'}${field.name}`);
    for (const [type, variant] of at.byType ?? []) visit(variant, `${path}(${type})`);
  };
  visit(root, '');
  return found;
}
