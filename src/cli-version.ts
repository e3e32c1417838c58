/** The version of the program, from its own package file. */
import { readFileSync } from 'node:fs';

/** Works from `src` and from `dist`: both lie beside the package file. */
export function readVersion(): string {
  const parsed: unknown = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
  const version = typeof parsed === 'object' && parsed !== null ? Reflect.get(parsed, 'version') : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
