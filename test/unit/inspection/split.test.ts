/** Texts over a service's limit are cut into pieces that fit and overlap; nothing is left out. */
import { describe, expect, it } from 'vitest';
import { splitText } from '../../../src/inspection/split.ts';

/** Less the envelope, 34,464 bytes are left for a text in JSON. */
const BYTES_MAX = 100_000;
const ROOM = BYTES_MAX - 65_536;
const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify(text));

describe('splitText', () => {
  it('leaves a text whole that just fits', () => {
    const whole = 'a'.repeat(ROOM - 2);
    expect(splitText(whole, BYTES_MAX)).toEqual([{ text: whole, at: 0 }]);
    expect(splitText(`${whole}a`, BYTES_MAX)).toHaveLength(2);
    expect(splitText('', 0)).toEqual([{ text: '', at: 0 }]);
  });

  it('counts bytes as they are sent: escapes and UTF-8', () => {
    expect(splitText('\u0001'.repeat(6000), BYTES_MAX)).toHaveLength(2);
    expect(splitText('é'.repeat(17_232), BYTES_MAX)).toHaveLength(2);
    expect(splitText('é'.repeat(17_231), BYTES_MAX)).toHaveLength(1);
  });

  it.each([
    ['plain text', 'abcdefghij'.repeat(12_000)],
    ['escapes', '"\\\n\u0001'.repeat(20_000)],
    ['pairs', '😀'.repeat(50_000)],
    ['pairs at odd places', `a${'😀'.repeat(50_000)}`],
    ['pairs at every third place', 'a😀'.repeat(40_000)],
    ['the first and the last pairs', 'a\u{10000}\u{103ff}'.repeat(30_000)],
    ['units that are no pairs', '\uffff\ue000'.repeat(40_000)],
    ['all of them', `${'a'.repeat(40_000)}${'\u0002'.repeat(20_000)}${'😀é'.repeat(20_000)}`],
  ])('cuts %s into full pieces that fit, with a kilobyte in common', (_what, text) => {
    const pieces = splitText(text, BYTES_MAX);
    expect(pieces[0]?.at).toBe(0);
    let end = 0;
    for (const [index, piece] of pieces.entries()) {
      expect(bytesOf(piece.text)).toBeLessThanOrEqual(ROOM);
      expect(piece.text.isWellFormed()).toBe(true);
      expect(text.slice(piece.at, piece.at + piece.text.length)).toBe(piece.text);
      const inPair = /[\udc00-\udfff]/.test(text.charAt(end - 1024));
      if (index > 0) expect(end - piece.at).toBe(inPair ? 1025 : 1024);
      end = piece.at + piece.text.length;
      // No smaller than need be: the pieces of one kind of text are full.
      if (end < text.length) expect(bytesOf(piece.text)).toBeGreaterThan(ROOM / 2);
    }
    expect(end).toBe(text.length);
  });

  it('cuts no pair in two, whatever the room', () => {
    for (let more = 0; more < 8; more += 1) {
      const [first] = splitText(`a${'😀'.repeat(20_000)}`, BYTES_MAX + more);
      expect(first?.text.isWellFormed()).toBe(true);
    }
  });

  it('fills each piece of plain text to a few bytes', () => {
    const [first] = splitText('a'.repeat(ROOM * 2), BYTES_MAX);
    expect(first?.text.length).toBeGreaterThan(ROOM - 10);
  });

  it('never cuts to less than four overlaps, whatever the limit', () => {
    const pieces = splitText('a'.repeat(30_000), 0);
    expect(pieces).toHaveLength(2);
    expect(pieces[0]?.text.length).toBeGreaterThan(24_000);
  });
});
