/** With the gate scanners find exactly what they find without it, whatever the patterns and texts. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { PolicyError, type ScannerSnapshot } from '../../src/core/policy.ts';
import { compile } from '../../src/engine/compile.ts';
import { JudgedText } from '../../src/engine/judged-text.ts';
import { NEAR, Sentences, toTopic } from '../../src/engine/topics/topic-match.ts';
import { nearness, vectorOf } from '../../src/engine/topics/topic-vectors.ts';
import { makeProfile, makeScanner, STILL } from '../unit/engine/profile.ts';

/** Few letters, so that patterns meet their texts; among them those that are others with case ignored. */
const CHARS = [...'abksSK019 -_.\n', 'ſ', '\u212a', 'İ', 'ß', 'ς', 'é', '京', '𝒜', '\u200b'];
const char = fc.constantFrom(...CHARS);
const word = fc.string({ unit: char, minLength: 1, maxLength: 7 });

const { pattern } = fc.letrec<{ pattern: string; branch: string; piece: string }>((tie) => ({
  pattern: fc.array(tie('branch'), { minLength: 1, maxLength: 3 }).map((branches) => branches.join('|')),
  branch: fc.array(tie('piece'), { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(word, fc.constantFrom('', '', '?', '*', '+', '{2}', '{0,1}'))
      .map(([text, times]) => text.replaceAll('.', '\\.') + times),
    fc.constantFrom('[a-b]', '[^a]', '\\d', '\\w+', '\\s?', '.', '\\b', '^', '$', '(?:)', '[k]'),
    fc
      .tuple(
        fc.constantFrom('(', '(?:', '(?i:'),
        tie('pattern'),
        fc.constantFrom('', '?', '+', '{0}', '{1,2}'),
      )
      .map(([open, inside, times]) => `${open}${inside})${times}`),
  ),
}));

const scanner: fc.Arbitrary<ScannerSnapshot> = fc.oneof(
  pattern.map((it) => makeScanner({ name: it, type: 'regex', pattern: it })),
  fc
    .array(
      word.filter((it) => it.replaceAll('\u200b', '').trim() !== ''),
      { minLength: 1, maxLength: 4 },
    )
    .map((words) => makeScanner({ name: words.join(), words })),
);

/** A text that holds pieces of what is looked for, among others. */
const textOf = (scanners: readonly ScannerSnapshot[]): fc.Arbitrary<string> => {
  const known = scanners.flatMap(({ words, pattern: it }) => words ?? it?.split(/[^\p{L}\p{N} -]+/u) ?? []);
  const pieces = known.flatMap((it) => [it, it.toUpperCase(), it.slice(0, 3), it.slice(1)]);
  return fc
    .array(fc.oneof(fc.constantFrom(...pieces, ' '), char, word), { maxLength: 12 })
    .map((parts) => parts.join(''));
};

const cases = fc
  .array(scanner, { minLength: 1, maxLength: 5 })
  .chain((scanners) => fc.tuple(fc.constant(scanners), textOf(scanners)));

function policiesOf(scanners: readonly ScannerSnapshot[]) {
  try {
    const profile = makeProfile({ scanners });
    const make = (gate: boolean) => compile(profile, STILL, { detectors: [], gate });
    return [make(true), make(false)] as const;
  } catch (cause) {
    // Not every row of signs is a pattern.
    if (cause instanceof PolicyError) return undefined;
    throw cause;
  }
}

describe('the gate before scanners', () => {
  it('changes nothing of what is found', async () => {
    let hits = 0;
    await fc.assert(
      fc.asyncProperty(cases, fc.boolean(), async ([scanners, prompt], partial) => {
        const policies = policiesOf(scanners);
        fc.pre(policies !== undefined && prompt.isWellFormed());
        const [gated, whole] = policies;
        const contents = [{ prompt }];
        const without = await whole.scan({ contents }, { partial });
        expect(await gated.scan({ contents }, { partial })).toEqual(without);
        hits += without.findings.length;
      }),
      { numRuns: 1_500 },
    );
    expect(hits).toBeGreaterThan(200);
  }, 120_000);

  it('finds matches across letters that are one with case ignored', async () => {
    const scanners = [
      makeScanner({ name: 'r', type: 'regex', pattern: 'task-[0-9]' }),
      makeScanner({ name: 'k', words: ['ſtop the \u212aey'] }),
    ];
    const [gated, whole] = policiesOf(scanners) ?? [];
    for (const prompt of ['TAſ\u212a-7', 'taſk-1', 'ſtop the key', 'STOP THE KEY', 'ſTOP THE \u212aEY']) {
      const found = await gated?.scan({ contents: [{ prompt }] });
      expect(found).toEqual(await whole?.scan({ contents: [{ prompt }] }));
    }
    expect((await gated?.scan({ contents: [{ prompt: 'TAſ\u212a-7' }] }))?.findings).toHaveLength(1);
  });
});

describe('the bound before sentences are measured', () => {
  const WORDS = [
    'refund',
    'refunds',
    'invoice',
    'the',
    'of',
    'your',
    'asking',
    'flies',
    'S',
    'Überweisung',
    '退款',
    '7',
  ];
  const text = fc
    .array(fc.constantFrom(...WORDS, '. ', '\n'), { minLength: 1, maxLength: 20 })
    .map((it) => it.join(' '));
  it('changes nothing of which are near', () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 4 }), text, (examples, judged) => {
        const topic = toTopic('topic', examples);
        const near = Sentences.of(new JudgedText(judged)).near(topic);
        const plain = new JudgedText(judged).plain.text;
        for (const { start, end, score } of near) {
          const own = vectorOf(plain.slice(start, end));
          expect(score).toBe(Math.max(...topic.vectors.map((vector) => nearness(own, vector))));
        }
        const all = { ...topic, shared: { nearestMost: () => 1 } };
        expect(near).toEqual(Sentences.of(new JudgedText(judged)).near(all));
        expect(near.every(({ score }) => score >= NEAR)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  }, 60_000);
});
