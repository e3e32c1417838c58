/** Reads a profile's JSON value by value and remembers what was read, so that the rest can be told. */

/** What one import shares: the values that were read, and what they lose. */
export interface ReadingLog {
  readonly read: Set<string>;
  readonly losses: string[];
}

const REST_MAX = 200;

/** One value of the document, under its path. */
export class Reading {
  readonly path: string;
  readonly value: unknown;
  readonly #log: ReadingLog;

  constructor(value: unknown, path = '', log: ReadingLog = { read: new Set(), losses: [] }) {
    this.value = value;
    this.path = path;
    this.#log = log;
  }

  /** A member of an object; undefined inside where there is none. */
  at(key: string): Reading {
    const { value } = this;
    const member = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return this.#child(member, this.path === '' ? key : `${this.path}.${key}`);
  }

  /** The elements of a list; none where there is no list. */
  items(): readonly Reading[] {
    const { value } = this;
    return Array.isArray(value) ? value.map((item, at) => this.#child(item, `${this.path}[${at}]`)) : [];
  }

  /** The keys of an object. */
  keys(): readonly string[] {
    return isObject(this.value) ? Object.keys(this.value) : [];
  }

  text(): string | undefined {
    return this.#take((value) => typeof value === 'string');
  }

  number(): number | undefined {
    return this.#take((value) => typeof value === 'number');
  }

  isTrue(): boolean {
    return this.#take((value) => typeof value === 'boolean') ?? false;
  }

  /** Everything below is known and says nothing that would be lost. */
  skip(): void {
    this.#log.read.add(this.path);
  }

  /** Tells what our words cannot hold; everything below counts as read. */
  lose(message: string): void {
    this.skip();
    this.note(message);
  }

  /** Tells it, and what stands below goes on being read. */
  note(message: string): void {
    const line = this.path === '' ? message : `${this.path}: ${message}`;
    if (!this.#log.losses.includes(line)) this.#log.losses.push(line);
  }

  get losses(): readonly string[] {
    return this.#log.losses;
  }

  /** The paths of values below that nobody read; empty ones say nothing. */
  unread(): readonly string[] {
    const paths: string[] = [];
    collect(this, this.#log.read, paths);
    return paths;
  }

  #child(value: unknown, path: string): Reading {
    return new Reading(value, path, this.#log);
  }

  /** A value of another type is left unread. */
  #take<T>(isKind: (value: unknown) => boolean): T | undefined {
    if (!isKind(this.value)) return undefined;
    this.#log.read.add(this.path);
    return this.value as T;
  }
}

function collect(reading: Reading, read: ReadonlySet<string>, paths: string[]): void {
  const { value, path } = reading;
  if (read.has(path) || paths.length > REST_MAX) return;
  if (value === null || value === undefined || value === '') return;
  if (Array.isArray(value)) for (const item of reading.items()) collect(item, read, paths);
  else if (isObject(value)) for (const key of reading.keys()) collect(reading.at(key), read, paths);
  else paths.push(path);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
