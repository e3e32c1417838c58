/** Puts logprobs together: their tokens, and the bytes of their tokens, spell the answer once more. */
import { itemsOf, type JsonArray, type JsonNode, type JsonObject, type JsonString } from '../core/json.ts';

/** One list of tokens: the chosen ones of `content`, `refusal` …, or the alternatives of one rank. */
export interface SpelledList {
  /** `content`, `refusal`; `content.top.0` for the alternatives of the first rank. */
  readonly name: string;
  readonly tokens: string;
  readonly bytes: Uint8Array;
}

/** Called for every key that is no field of logprobs, and for values that are not what the field holds. */
export type Unnamed = (key: JsonString | undefined, value: JsonNode) => void;

const ENCODER = new TextEncoder();

class Spelling {
  readonly #tokens: string[] = [];
  readonly #bytes: number[] = [];

  add(token: string, bytes: JsonNode | undefined): void {
    this.#tokens.push(token);
    if (bytes?.type === 'array') {
      for (const item of bytes.items) if (item.type === 'number') this.#bytes.push(Number(item.raw));
    } else for (const byte of ENCODER.encode(token)) this.#bytes.push(byte);
  }

  listed(name: string): SpelledList {
    return { name, tokens: this.#tokens.join(''), bytes: Uint8Array.from(this.#bytes) };
  }
}

/** One token entry's token, bytes and alternatives; everything else goes to `unnamed`. */
function readEntry(
  entry: JsonObject,
  unnamed: Unnamed,
): { token: string; bytes?: JsonArray; top?: JsonArray } {
  const read: { token: string; bytes?: JsonArray; top?: JsonArray } = { token: '' };
  for (const { key, value } of entry.members) {
    if (key.value === 'token' && value.type === 'string') read.token = value.value;
    else if (key.value === 'bytes' && value.type === 'array') {
      read.bytes = value;
      for (const item of value.items) if (item.type !== 'number') unnamed(undefined, item);
    } else if (key.value === 'top_logprobs' && value.type === 'array') read.top = value;
    else unnamed(NAMES.has(key.value) ? undefined : key, value);
  }
  return read;
}

const NAMES: ReadonlySet<string> = new Set(['token', 'bytes', 'logprob', 'top_logprobs']);
const LISTS: ReadonlySet<string> = new Set(['content', 'refusal', 'tokens']);

function readList(name: string, list: JsonNode, unnamed: Unnamed): readonly SpelledList[] {
  const chosen = new Spelling();
  const ranks: Spelling[] = [];
  for (const item of itemsOf(list)) {
    if (item.type === 'string') chosen.add(item.value, undefined);
    else if (item.type !== 'object') unnamed(undefined, item);
    else {
      const { token, bytes, top } = readEntry(item, unnamed);
      chosen.add(token, bytes);
      let rank = 0;
      for (const other of itemsOf(top)) {
        if (other.type !== 'object') {
          unnamed(undefined, other);
          continue;
        }
        const alternative = readEntry(other, unnamed);
        if (alternative.top !== undefined) unnamed(undefined, alternative.top);
        let spelling = ranks[rank];
        if (spelling === undefined) {
          spelling = new Spelling();
          ranks.push(spelling);
        }
        spelling.add(alternative.token, alternative.bytes);
        rank += 1;
      }
    }
  }
  return [chosen.listed(name), ...ranks.map((rank, at) => rank.listed(`${name}.top.${at}`))];
}

/** Every text that a logprobs value spells out, `content` and `refusal` apart. */
export function readLogprobs(node: JsonNode, unnamed: Unnamed): readonly SpelledList[] {
  if (node.type !== 'object') {
    unnamed(undefined, node);
    return [];
  }
  const found: SpelledList[] = [];
  for (const { key, value } of node.members) {
    if (LISTS.has(key.value) && value.type === 'array') found.push(...readList(key.value, value, unnamed));
    else unnamed(LISTS.has(key.value) ? undefined : key, value);
  }
  return found;
}
