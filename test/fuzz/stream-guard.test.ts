/** Whatever the chunks: the verdict is that of the whole answer, and nothing leaves before it is judged (DESIGN §7). */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { codePoint } from '../support/code-point.ts';
import { fakeScanService, maskDigits } from '../support/fake-scan-service.ts';
import { DONE, plainEvent, runGuard, textOf } from '../support/guard-run.ts';
import { runs } from '../support/runs.ts';

const fragment = fc.oneof(
  { weight: 6, arbitrary: fc.string({ unit: fc.constantFrom(...'abc de.f\n"\\é€😀'), maxLength: 30 }) },
  { weight: 3, arbitrary: fc.stringMatching(/^[0-9]{1,9}$/) },
  { weight: 1, arbitrary: fc.constantFrom('FORBID', 'DEN', 'FORBIDDE ', 'FORB IDDEN') },
  { weight: 1, arbitrary: fc.constant('lorem ipsum dolor sit amet. '.repeat(40)) },
);
const answer = fc.array(fragment, { maxLength: 40 }).map((list) => list.join(''));

const cut = (text: string, sizes: readonly number[]): string[] => {
  const chunks: string[] = [];
  let at = 0;
  for (let index = 0; at < text.length; index += 1) {
    const to = at + (sizes[index % sizes.length] ?? 1);
    const end = text.charCodeAt(to) >= 0xdc00 && text.charCodeAt(to) <= 0xdfff ? to + 1 : to;
    chunks.push(text.slice(at, end));
    at = end;
  }
  return chunks;
};

const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

describe('stream guard', () => {
  it('judges any chunking of an answer as the answer at once', async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        sizes,
        fc.integer({ min: 0, max: 5 }),
        fc.integer({ min: 1, max: 300 }),
        async (text, cuts, lag, stepMs) => {
          const events = [...cut(text, cuts).map((chunk) => plainEvent({ t: chunk })), DONE];
          const blocked = text.includes('FORBIDDEN');
          const run = await runGuard(fakeScanService(), events, {
            lag,
            stepMs,
            onStep: ({ sent }) => {
              const seen = textOf(sent, 't');
              expect(seen).not.toContain('FORBIDDEN');
              expect(maskDigits(text).startsWith(seen)).toBe(true);
            },
          });
          expect(run.ending?.outcome).toBe(blocked ? 'refused' : 'clean');
          if (blocked) {
            const before = maskDigits(text).split('FORBIDDEN')[0] ?? '';
            expect(before.startsWith(run.text('t'))).toBe(true);
          } else {
            expect(run.text('t')).toBe(maskDigits(text));
          }
        },
      ),
      { numRuns: runs(300) },
    );
  });

  it('keeps channels apart and in order', async () => {
    await fc.assert(
      fc.asyncProperty(
        answer,
        answer,
        sizes,
        fc.integer({ min: 0, max: 3 }),
        async (left, right, cuts, lag) => {
          fc.pre(!left.includes('FORBIDDEN') && !right.includes('FORBIDDEN'));
          const a = cut(left, cuts);
          const b = cut(right, cuts.toReversed());
          const events = Array.from({ length: Math.max(a.length, b.length) }, (_, index) =>
            plainEvent({
              ...(a[index] === undefined ? {} : { a: a[index] }),
              ...(b[index] === undefined ? {} : { b: b[index] }),
            }),
          );
          const run = await runGuard(fakeScanService(), [...events, DONE], { lag });
          expect(run.ending?.outcome).toBe('clean');
          expect(run.text('a')).toBe(maskDigits(left));
          expect(run.text('b')).toBe(maskDigits(right));
        },
      ),
      { numRuns: runs(100) },
    );
  });

  it('sends clean events as they came, byte for byte', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.string({ unit: codePoint, maxLength: 20 }).map((text) => text.replaceAll(/[0-9]/g, 'x')),
          { maxLength: 50 },
        ),
        async (texts) => {
          const events = texts.map((text) => plainEvent({ t: text }));
          const run = await runGuard(fakeScanService(), [...events, DONE]);
          expect(run.sent.map((event) => event.data)).toEqual([
            ...events.map((event) => event.data),
            '[DONE]',
          ]);
        },
      ),
      { numRuns: runs(100) },
    );
  });
});
