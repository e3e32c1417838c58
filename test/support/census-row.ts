/** Rows of the census of fields: a place in a body, written as a path, and the body that has a text there. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT } from './tidy-source.ts';

export interface CensusRow {
  /** `messages[0]{"role":"user"}.content[0]{"type":"text"}.text`; a name `!` stands for the text as a key. */
  readonly path: string;
  /** `refused`: the gateway takes no value there unless opted in; `always`: whatever is opted in. */
  readonly flags: ReadonlySet<string>;
}

const FOLDER = join(PROJECT, 'test/golden/census');

/** The rows of one table; `name` is `protocol.direction`. */
export function readRows(name: string): readonly CensusRow[] {
  return readFileSync(join(FOLDER, `${name}.txt`), 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [path = '', ...flags] = line.split(' ');
      return { path, flags: new Set(flags) };
    });
}

export const tableNames = (): readonly string[] =>
  readdirSync(FOLDER).map((file) => file.replace(/\.txt$/, ''));

interface Step {
  readonly name: string;
  /** Positions in arrays of arrays. */
  readonly at: readonly number[];
  readonly more: Readonly<Record<string, unknown>>;
}

const STEP = /^([^.[\]{}]*)((?:\[\d+\])*)(\{[^{}]*\})?$/;

function stepsOf(path: string): readonly Step[] {
  return path.split('.').map((text) => {
    const [, name, positions = '', more] = STEP.exec(text) ?? [];
    if (name === undefined) throw new Error(`no step: ${text} of ${path}`);
    const at = [...positions.matchAll(/\d+/g)].map(Number);
    return { name, at, more: more === undefined ? {} : JSON.parse(more) };
  });
}

/** The names of a path, without positions and variants: `messages.content.text`. */
export const namesOf = (path: string): string =>
  stepsOf(path)
    .map(({ name }) => name)
    .filter((name) => name !== '')
    .join('.');

export type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy of `base` with `value` at the row's place; what stands in its way is replaced. */
export function bodyWith(base: Json, path: string, value: unknown): Json {
  const body = structuredClone(base);
  let at: Json = body;
  const steps = stepsOf(path);
  for (const [index, { name, at: positions, more }] of steps.entries()) {
    const last = index === steps.length - 1;
    if (name === '') {
      Object.assign(at, more);
      continue;
    }
    if (name === '!') {
      at[String(value)] = 1;
      break;
    }
    let held: unknown = last ? value : { ...(isObject(at[name]) ? at[name] : {}), ...more };
    if (positions.length > 0) {
      const [first = 0] = positions;
      const list = Array.isArray(at[name]) ? [...at[name]] : [];
      const old: unknown = list[first];
      if (!last && isObject(old)) held = { ...old, ...more };
      let placed = held;
      for (const position of positions.slice(1).reverse()) {
        const inner: unknown[] = [];
        inner[position] = placed;
        placed = inner;
      }
      list[first] = placed;
      at[name] = list;
    } else at[name] = held;
    if (!last) at = held as Json;
  }
  return body;
}
