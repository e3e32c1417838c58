/** Ids that follow from a name: the same thing has the same id in every database and at every start. */
import { createHash } from 'node:crypto';

/** A name-based UUID in the form of RFC 9562 §5.8 (version 8, SHA-256). */
export function namedId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-');
}
