/** What the registry refuses: the caller's fault, told with the place of it. */

export type RegistryFault = 'not_found' | 'conflict' | 'invalid' | 'forbidden';

export class RegistryError extends Error {
  readonly fault: RegistryFault;
  /** Of `invalid`: the way to the value within what was sent, e.g. `['config', 'pattern']`. */
  readonly path: readonly (string | number)[];

  constructor(
    fault: RegistryFault,
    message: string,
    path: readonly (string | number)[] = [],
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'RegistryError';
    this.fault = fault;
    this.path = path;
  }
}

export const notFound = (what: string): RegistryError => new RegistryError('not_found', `${what} not found`);
export const conflict = (message: string): RegistryError => new RegistryError('conflict', message);
export const forbidden = (message: string): RegistryError => new RegistryError('forbidden', message);
export const invalid = (path: readonly (string | number)[], message: string): RegistryError =>
  new RegistryError('invalid', message, path);
