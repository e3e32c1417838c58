/** What the header and the comment of a stream say of each side (DESIGN §6; RFC 8941). */
import { describe, expect, it } from 'vitest';
import { type SideNote, writeNote, writeScanHeader, writeStreamNote } from '../../../src/core/verdict.ts';

const NOTES: readonly (readonly [SideNote, string])[] = [
  [{ state: 'none' }, 'none'],
  [{ state: 'scanned' }, 'scanned'],
  [{ state: 'masked' }, 'masked'],
  [{ state: 'blocked' }, 'blocked'],
  [{ state: 'streamed' }, 'streamed'],
  [{ state: 'unscanned', reason: 'timeout' }, 'unscanned;reason=timeout'],
  [{ state: 'partial', skipped: 'image' }, 'partial;skipped=image'],
];

describe('the note of a side', () => {
  it.each(NOTES)('%j is written %s', (note, text) => {
    expect(writeNote(note)).toBe(text);
  });

  it('stands for each side in the header, in one order', () => {
    const header = writeScanHeader({ state: 'masked' }, { state: 'unscanned', reason: 'route' });
    expect(header).toBe('prompt=masked, response=unscanned;reason=route');
  });

  it('stands alone in the comment that ends a stream', () => {
    expect(writeStreamNote({ state: 'scanned' })).toBe('sallyport response=scanned');
  });
});
