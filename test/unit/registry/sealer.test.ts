/** Sealed values open in their own place with their own key, and nowhere else. */
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSealer } from '../../../src/registry/sealer.ts';

const newKey = (): string => randomBytes(32).toString('base64url');
const sealer = createSealer(newKey(), randomBytes);
const PLACE = { id: 'a', name: 'vendor' };

describe('a sealed value', () => {
  it('opens to what it was, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.string(), (value, id, name) => {
        const text = value.toWellFormed();
        expect(sealer.open({ id, name }, sealer.seal({ id, name }, text))).toBe(text);
      }),
    );
  });

  it('looks different each time', () => {
    const sealed = new Set(Array.from({ length: 100 }, () => sealer.seal(PLACE, 'same')));
    expect(sealed.size).toBe(100);
  });

  it('opens neither under another id, nor under another name, nor with another key', () => {
    const sealed = sealer.seal(PLACE, 'value');
    expect(sealer.open({ ...PLACE, id: 'b' }, sealed)).toBeUndefined();
    expect(sealer.open({ ...PLACE, name: 'other' }, sealed)).toBeUndefined();
    const other = createSealer(newKey(), randomBytes);
    expect(other.open(PLACE, sealed)).toBeUndefined();
    expect(other.fingerprint).not.toBe(sealer.fingerprint);
  });

  it('does not open when any byte was changed, or some are missing', () => {
    const bytes = Buffer.from(sealer.seal(PLACE, 'value'), 'base64');
    for (const [index, byte] of bytes.entries()) {
      const changed = Buffer.from(bytes);
      changed[index] = byte ^ 1;
      expect(sealer.open(PLACE, changed.toString('base64'))).toBeUndefined();
      expect(sealer.open(PLACE, bytes.subarray(0, index).toString('base64'))).toBeUndefined();
    }
    expect(sealer.open(PLACE, 'not base64 at all')).toBeUndefined();
  });
});
