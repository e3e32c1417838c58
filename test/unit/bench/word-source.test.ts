/** The texts that the benchmark sends: varying, repeatable, of the asked size. */
import { describe, expect, it } from 'vitest';
import { createWordSource } from '../../../bench/harness/word-source.ts';

const texts = (seed: number, count: number): string[] => {
  const words = createWordSource(seed);
  return Array.from({ length: count }, () => words.text(512));
};

describe('the word source', () => {
  it('gives the same texts for the same seed', () => {
    expect(texts(7, 20)).toEqual(texts(7, 20));
  });
  it('never repeats a text, within a seed and between seeds', () => {
    const all = Array.from({ length: 40 }, (_, seed) => texts(seed, 50)).flat();
    expect(new Set(all).size).toBe(all.length);
  });
  it('keeps to the size it was asked for', () => {
    const sizes = texts(1, 200).map((text) => text.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(512);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(500);
  });
  it('writes sentences of whole words', () => {
    for (const text of texts(3, 50)) expect(text).toMatch(/^([A-Z][a-z]*( [a-z]+)*\. ?)+$/);
  });
  it('gives single words that end a sentence now and then', () => {
    const words = createWordSource(5);
    const many = Array.from({ length: 100 }, () => words.word());
    expect(many.filter((word) => word.endsWith('.')).length).toBeGreaterThan(5);
  });
});
