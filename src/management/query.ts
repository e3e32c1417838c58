/** Reads a query string strictly; what is no number, truth, time or known word is a 422 with its place. */
import { microsOf } from '../registry/versions.ts';
import { ApiError, invalidAt } from './api-error.ts';

export class Query {
  readonly #values: URLSearchParams;

  /** @throws ApiError 422 for text that no answer could repeat */
  constructor(search: string) {
    this.#values = new URLSearchParams(search);
    for (const [name, value] of this.#values) {
      if (value.includes('\0') || value.includes('\ufffd'))
        throw invalidAt(['query', name.slice(0, 50)], 'must be well-formed text');
    }
  }

  /** The last one counts where it is there more than once. */
  text(name: string): string | undefined {
    return this.#values.getAll(name).at(-1);
  }

  texts(name: string): readonly string[] | undefined {
    const all = [...this.#values.getAll(name), ...this.#values.getAll(`${name}[]`)];
    return all.length === 0 ? undefined : all;
  }

  truth(name: string): boolean | undefined {
    const value = this.text(name)?.toLowerCase();
    if (value === undefined) return undefined;
    if (value === 'true' || value === '1') return true;
    if (value === 'false' || value === '0') return false;
    throw invalidAt(['query', name], 'Input should be a valid boolean', 'bool_parsing');
  }

  whole(name: string, min: number, max: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const number = /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    throw invalidAt(['query', name], `Input should be a whole number from ${min} to ${max}`, 'int_parsing');
  }

  /** Unix microseconds. */
  time(name: string): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const at = microsOf(value);
    if (at === undefined) throw invalidAt(['query', name], 'Input should be a time', 'datetime_parsing');
    return at;
  }

  uuid(name: string): string | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (!UUID.test(value)) throw invalidAt(['query', name], 'Input should be a UUID', 'uuid_parsing');
    return value.toLowerCase();
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name);
    return value === undefined ? undefined : pick(name, value, allowed);
  }

  someOf<T extends string>(name: string, allowed: readonly T[]): readonly T[] | undefined {
    return this.texts(name)?.map((value) => pick(name, value, allowed));
  }
}

export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

function pick<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((it) => it === value);
  if (found !== undefined) return found;
  throw new ApiError(422, [
    { loc: ['query', name], msg: `Input should be one of ${allowed.join(', ')}`, type: 'enum' },
  ]);
}
