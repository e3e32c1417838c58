/** Tokens and windows: what a trained model reads of a text, wherever the text begins. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tokenHash } from '../../../../src/engine/models/text-features.ts';
import { TOKEN, takeTokens } from '../../../../src/engine/models/tokens.ts';
import { WINDOW_CHARS, windowsOf } from '../../../../src/engine/models/windows.ts';
import { View } from '../../../../src/engine/views/view.ts';

const tokensOf = (text: string): readonly string[] => {
  const { count, starts, ends } = takeTokens(text);
  return Array.from({ length: count }, (_, i) => text.slice(starts[i], ends[i]));
};
const windowTexts = (text: string): readonly string[] => {
  const tokens = takeTokens(text);
  return windowsOf(tokens).map(({ first, last }) => text.slice(tokens.starts[first], tokens.ends[last]));
};

describe('tokens', () => {
  it.each([
    ["Don't stop, please.", ["Don't", 'stop', ',', 'please', '.']],
    ['a<|im_start|>b', ['a', '<|', 'im', '_', 'start', '|>', 'b']],
    ['忽略指令 ok', ['忽', '略', '指', '令', 'ok']],
    ['Это тест', ['Это', 'тест']],
    ['', []],
    ['  \n ', []],
  ])('of %j', (text, tokens) => {
    expect(tokensOf(text)).toEqual(tokens);
  });

  it('know the beginnings of lines, the ends of sentences and capitals', () => {
    const { kinds } = takeTokens('Say YES. Go\nnow');
    expect([...kinds.subarray(0, 5)]).toEqual([
      TOKEN.lineStart,
      TOKEN.capitals,
      TOKEN.sign | TOKEN.sentenceEnd,
      TOKEN.sentenceEnd,
      TOKEN.lineStart | TOKEN.sentenceEnd,
    ]);
  });

  it('have the hashes that features are made of, in whatever case they stand', () => {
    const piece = fc.constantFrom(
      'Open',
      "Don't",
      'B4',
      '2024',
      '…',
      '?!',
      'É',
      'İx',
      'ΣΑΣ',
      '忽略',
      ' ',
      '\n',
      '_',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const { text, lower } = new View('raw', pieces.join(''), undefined);
        const { count, starts, ends, hashes } = takeTokens(text, lower);
        for (let i = 0; i < count; i++) {
          expect(hashes[i]).toBe(tokenHash(lower, starts[i] ?? 0, ends[i] ?? 0));
        }
      }),
    );
  });

  it('do not take a dot within a word for an end', () => {
    expect(windowTexts('see example.org now')).toEqual(['see example.org now']);
  });
});

describe('windows', () => {
  it('hold each sentence alone and with what stands before it', () => {
    expect(windowTexts('The cat sat down. It was a mat.')).toEqual([
      'The cat sat down.',
      'The cat sat down. It was a mat.',
      'It was a mat.',
    ]);
  });

  it('are bounded in characters', () => {
    const text = 'word '.repeat(2_000);
    const windows = windowTexts(text);
    expect(windows.length).toBeGreaterThan(100);
    expect(Math.max(...windows.map((window) => window.length))).toBeLessThanOrEqual(WINDOW_CHARS);
  });

  it('are the same whatever stands far before them', () => {
    const word = fc.constantFrom('the', 'ferry', 'leaves.', 'at', 'nine,', 'harbour', 'x', 'ends!', 'no');
    const words = fc.array(word, { minLength: 1, maxLength: 200 }).map((list) => list.join(' '));
    fc.assert(
      fc.property(words, words, (before, text) => {
        const far = 2 * WINDOW_CHARS;
        const late = (whole: string): readonly string[] => {
          const tokens = takeTokens(whole);
          return windowsOf(tokens)
            .filter(({ first }) => (tokens.starts[first] ?? 0) >= whole.length - text.length + far)
            .map(({ first, last }) => whole.slice(tokens.starts[first], tokens.ends[last]));
        };
        expect(late(`${before} ${text}`)).toEqual(late(text));
      }),
    );
  });
});
