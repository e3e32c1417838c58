/** Walks stream events by their shape: every string is a delta of a channel that lasts over the stream. */
import { type JsonNode, type JsonSpan, memberOf } from '../core/json.ts';
import type { Delta, PartEdit, PartKind } from '../core/part.ts';
import type { StreamEvent } from '../core/sse.ts';
import { BodyWalk, type Found, KEY_CHARS_MAX, NO_EDIT } from './body-walk.ts';
import type { EventReading } from './protocol.ts';
import type { Leaf, Scope, Shape } from './shape.ts';

/** Places of named channels are shorter than this: longer ones need not be looked up. */
const NAMED_PLACE_CHARS_MAX = 60;

/** Positions from the tenth on share a channel: a long list is no thousand texts that grow. */
const FAR_POSITION = /\[\d{2,}\]/g;
const POSITIONS = /\[\d+\]/g;
const LAST_POSITION = /\[\d+\]$/;

/** The literal after the last event of a stream. */
export const END_MARK = '[DONE]';
type Spelled = EventReading['logprobs'][number];

/** Units of deltas that belong to no choice or block start here. */
const OWN_UNITS_FROM = 1_000_000;

/** The bytes of one channel's tokens, decoded over event borders. */
class SpelledBytes {
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  readonly #decoded: string[] = [];
  /** Tokens that the bytes have not spelled yet. */
  #ahead = '';
  #diverged = false;

  /**
   * What the bytes add to the channel: nothing while they say what the tokens say; once they differ, all
   * that they spelled so far, and from then on every piece.
   */
  push(tokens: string, bytes: Uint8Array): string {
    const piece = this.#decoder.decode(bytes, { stream: true });
    if (this.#diverged) return piece;
    this.#decoded.push(piece);
    this.#ahead += tokens;
    if (this.#ahead.startsWith(piece)) {
      this.#ahead = this.#ahead.slice(piece.length);
      return '';
    }
    this.#diverged = true;
    return this.#decoded.join('');
  }
}

export class EventWalk extends BodyWalk {
  #deltas: Delta[] = [];
  #logprobs: Spelled[] = [];
  #channel = '';
  #channelAt = 0;
  readonly #channels: ReadonlyMap<string, string>;
  readonly #flows: ReadonlySet<string>;
  /** Texts of the event by place, positions left out. */
  readonly #lists = new Map<string, Delta[]>();
  readonly #lastValues = new Map<Leaf, string>();
  readonly #keys = new Set<string>();
  readonly #longKeys = new Map<string, number>();
  readonly #tools = new Map<string, string>();
  readonly #bytes = new Map<string, SpelledBytes>();

  /**
   * `channels`: names by place below the choice or block; places of one name are one text. `flows`: names
   * whose texts run on from block to block.
   */
  constructor(channels: ReadonlyMap<string, string>, flows: ReadonlySet<string> = new Set()) {
    super({ side: 'response' });
    this.#channels = channels;
    this.#flows = flows;
    this.nextUnit = OWN_UNITS_FROM;
  }

  /**
   * Reads one event. `names` are the protocol's own event names: any other is a delta, and so is a literal
   * that is no end mark. `isPlain`: that it was sent need not be told.
   */
  event(
    event: StreamEvent,
    shape: Shape,
    names: ReadonlySet<string>,
    ending: boolean,
    isPlain = false,
  ): EventReading {
    const deltas: Delta[] = [];
    const logprobs: Spelled[] = [];
    this.#deltas = deltas;
    this.#logprobs = logprobs;
    this.binaries.length = 0;
    this.#lists.clear();
    if (event.name !== undefined && !names.has(event.name)) this.derive('other', event.name, 'event');
    if (event.json !== undefined) this.walk(event.json, shape, '');
    else if (event.data !== END_MARK) this.derive('other', event.data, 'data');
    for (const list of this.#lists.values()) if (list.length > 1) deltas.push(inOne(list));
    const binaries = this.binaries.length === 0 ? NONE : [...this.binaries];
    const spelled = logprobs.length === 0 ? NONE : logprobs;
    return isPlain
      ? { deltas, binaries, ending, logprobs: spelled, plain: true }
      : { deltas, binaries, ending, logprobs: spelled };
  }

  protected override found(found: Found): void {
    const { kind, text, path, edit, join } = found;
    const name = found.channel ?? this.#channelName(path);
    const channel = this.#channel === '' ? name : `${this.#channel}.${name}`;
    const unit = this.unit === -1 ? this.nextUnit++ : this.unit;
    const { role } = this;
    const tool = this.tool ?? (this.#tools.size === 0 ? undefined : this.#tools.get(this.#channel));
    const delta: Delta =
      tool === undefined
        ? { role, kind, text, place: path, unit, newest: true, edit, channel, join }
        : { role, kind, text, place: path, unit, newest: true, tool, edit, channel, join };
    this.#deltas.push(this.#flows.has(name) ? { ...delta, flow: name } : delta);
    if (join === 'concat' && kind !== 'number' && found.channel === undefined) this.#noteItem(delta, name);
  }

  /** Items of a list that no rule names: a client may show them as one text, as parts of a whole body are. */
  #noteItem(delta: Delta, name: string): void {
    if (!name.startsWith('other.') || !name.includes('[')) return;
    const place = `${this.#channel} ${delta.place.replaceAll(POSITIONS, '[]')}`;
    const list = this.#lists.get(place);
    if (list === undefined) this.#lists.set(place, [delta]);
    else list.push(delta);
  }

  /** Each place is a channel of its own, but those that the protocol joins: their arrays are one text. */
  #channelName(path: string): string {
    const place = path.slice(this.#channelAt);
    if (place.length > NAMED_PLACE_CHARS_MAX) {
      return `other.${place.replace(LAST_POSITION, '[+]')}`;
    }
    if (!place.includes('[')) return this.#channels.get(place) ?? `other.${place}`;
    const joined = this.#channels.get(place.replaceAll(/\[\d+\]/g, ''));
    return joined ?? `other.${place.replaceAll(FAR_POSITION, '[+]')}`;
  }

  /** Arguments come in pieces: whoever joins the channel undoes their escapes. */
  protected override derive(kind: PartKind, text: string, path: string): void {
    if (kind !== 'tool-arguments') super.derive(kind, text, path);
  }

  protected override enterChannel(
    node: JsonNode,
    scope: Scope | undefined,
    path: string,
    position: number,
  ): (() => void) | undefined {
    if (scope?.channel === undefined) return undefined;
    const indexed = scope.channel === '' || scope.channel.endsWith('.');
    const index = indexed ? (indexOf(node) ?? (position === -1 ? undefined : position)) : '';
    if (index === undefined) return undefined;
    const channel = this.#channel;
    const channelAt = this.#channelAt;
    this.#channel = channel === '' ? `${scope.channel}${index}` : `${channel}.${scope.channel}${index}`;
    this.#channelAt = path === '' ? 0 : path.length + 1;
    if (channel === '' && typeof index === 'number') this.unit = index;
    return () => {
      this.#channel = channel;
      this.#channelAt = channelAt;
    };
  }

  protected override calls(tool: string): void {
    this.#tools.set(this.#channel, tool);
  }

  protected override spelled(span: JsonSpan, _edit: PartEdit): void {
    this.#logprobs.push({ start: span.start, end: span.end, channel: `${this.#channel}.text` });
  }

  protected override spellings(
    name: string,
    tokens: string,
    bytes: Uint8Array,
  ): readonly (readonly [name: string, text: string])[] {
    const channel = `${this.#channel}.${name}`;
    let spelled = this.#bytes.get(channel);
    if (spelled === undefined) {
      spelled = new SpelledBytes();
      this.#bytes.set(channel, spelled);
    }
    const decoded = spelled.push(tokens, bytes);
    const texts: (readonly [string, string])[] = tokens === '' ? [] : [[name, tokens]];
    if (decoded !== '') texts.push([`${name}.bytes`, decoded]);
    return texts;
  }

  protected override repeats(leaf: Leaf, text: string): boolean {
    if (this.#lastValues.get(leaf) === text) return true;
    this.#lastValues.set(leaf, text);
    return false;
  }

  /** Channels must not meet where long keys begin alike: such keys are told apart by a number. */
  protected override nameKey(key: string): string {
    if (key.length <= KEY_CHARS_MAX) return key;
    const number = this.#longKeys.get(key) ?? this.#longKeys.size;
    this.#longKeys.set(key, number);
    return `${super.nameKey(key)}${number}`;
  }

  /** A key that an earlier event of the stream had was judged there. */
  protected override knowsKey(key: string): boolean {
    if (this.#keys.has(key)) return true;
    this.#keys.add(key);
    return false;
  }
}

const NONE: readonly never[] = [];

/** The index by which a client files the value: `0`, `0.0`, `-0` and `"0"` are one. */
export function indexOf(node: JsonNode): number | undefined {
  const index = memberOf(node, 'index');
  if (index?.type === 'number') return Number(index.raw) + 0;
  return index?.type === 'string' && /^\d+$/.test(index.value) ? Number(index.value) : undefined;
}

function inOne(items: readonly Delta[]): Delta {
  const [first] = items;
  if (first === undefined) throw new TypeError('a list of nothing');
  const text = items.map((item) => item.text).join('');
  return { ...first, text, edit: NO_EDIT, channel: `${first.channel} list`, join: 'discrete', items };
}
