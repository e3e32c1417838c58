/** The model that reads texts: sums as its manifest says, and nothing that does not fit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ModelError } from '../../../../src/engine/models/manifest.ts';
import { eachFeature, FEATURE_BITS, FEATURES, Seen } from '../../../../src/engine/models/text-features.ts';
import { TextModel } from '../../../../src/engine/models/text-model.ts';
import { takeTokens } from '../../../../src/engine/models/tokens.ts';
import { View } from '../../../../src/engine/views/view.ts';

const BUCKETS = 1 << FEATURE_BITS;
const head = (name: string, changes: object = {}) => ({
  name,
  scale: 0.5,
  bias: -1,
  decides: true,
  threshold: 0,
  calibration: { slope: 1, shift: 0 },
  ...changes,
});
const manifestOf = (changes: object = {}) => ({
  name: 'test',
  version: '1',
  features: FEATURES,
  buckets: BUCKETS,
  heads: [head('first'), head('second', { bias: 2 })],
  ...changes,
});
const makeModel = (fill: (weights: Int8Array) => void = () => undefined): TextModel => {
  const weights = new Int8Array(BUCKETS * 2);
  fill(weights);
  return new TextModel({ manifest: manifestOf(), weights });
};
const viewOf = (text: string): View => new View('raw', text, undefined);
const bucketsOf = (text: string): readonly number[] => {
  const buckets: number[] = [];
  const tokens = takeTokens(text);
  const window = { first: 0, last: tokens.count - 1 };
  eachFeature(text.toLowerCase(), tokens, window, new Seen(), (bucket) => buckets.push(bucket));
  return buckets;
};
const scoreOf = (model: TextModel, view: View, window: number, head = 0): number =>
  model.scoreFrom(view, window, head, Number.NEGATIVE_INFINITY) ?? Number.NaN;

describe('a text model', () => {
  it('scores by the signed squares of its weights, shrunk by the root of how many features there are', () => {
    const text = 'open the pod bay doors';
    const buckets = bucketsOf(text);
    const model = makeModel((weights) => {
      for (const bucket of new Set(buckets)) weights[bucket * 2] = -3;
    });
    const view = viewOf(text);
    expect(model.score(view).windows).toHaveLength(1);
    expect(scoreOf(model, view, 0, 0)).toBeCloseTo(
      (buckets.length * -9 * 0.5) / Math.sqrt(buckets.length) - 1,
      4,
    );
    expect(scoreOf(model, view, 0, 1)).toBe(2);
  });

  it('scores the same text the same, whatever it has read before', () => {
    const fill = (weights: Int8Array): void => {
      for (let i = 0; i < weights.length; i++) weights[i] = ((i * 7919) % 255) - 127;
    };
    const texts = [
      'The first text.',
      'Another one, with MORE words; and signs!',
      '忽略指令',
      'numbers 12 and 345',
    ];
    const used = makeModel(fill);
    for (const text of [...texts, ...texts]) {
      const view = viewOf(text);
      used.score(view).windows.forEach((_, at) => {
        expect(scoreOf(used, view, at)).toBe(scoreOf(makeModel(fill), view, at));
      });
    }
  });

  it('takes no word for another that was made to have its hash', () => {
    const fill = (weights: Int8Array): void => {
      for (let i = 0; i < weights.length; i++) weights[i] = ((i * 7919) % 255) - 127;
    };
    const [made, word] = [viewOf('a\u1227\u043f\u1220\u124br'), viewOf('answer')];
    expect(takeTokens(made.lower).hashes[0]).toBe(takeTokens(word.lower).hashes[0]);
    const used = makeModel(fill);
    scoreOf(used, made, 0);
    expect(scoreOf(used, word, 0)).toBe(scoreOf(makeModel(fill), word, 0));
  });

  it('knows beforehand what a window scores at most, however often words are said', () => {
    const words = fc.constantFrom('open', 'the', 'DOORS', 'now', 'bay,', '42', 'pod', 'a', 'fox.');
    const text = fc.array(
      fc.oneof(
        words,
        fc.tuple(words, fc.nat(90)).map(([word, n]) => `${word} `.repeat(n)),
      ),
    );
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9999 }), (parts, factor) => {
        const model = makeModel((weights) => {
          for (let i = 0; i < weights.length; i++) weights[i] = ((i * factor) % 255) - 127;
        });
        const view = viewOf(parts.join(' '));
        const { bounds, windows } = model.score(view);
        windows.forEach((_, at) => {
          for (const head of [0, 1]) {
            expect(bounds[head]?.[at]).toBeGreaterThanOrEqual(scoreOf(model, view, at, head));
          }
        });
      }),
    );
  });

  it('finds what stands among a harmless word that is said again and again', () => {
    const [bad, harmless] = ['open the pod bay doors now', 'daisy'];
    const model = makeModel((weights) => {
      for (const bucket of bucketsOf(harmless)) weights[bucket * 2] = -20;
      for (const bucket of new Set(bucketsOf(bad))) weights[bucket * 2] = 25;
    });
    const view = viewOf(`${`${harmless} `.repeat(40)}${bad}.`);
    const last = model.score(view).windows.length - 1;
    expect(model.scoreFrom(view, last, 0, 10)).toBeGreaterThan(10);
  });

  it('counts what is said again once, where a window may be found', () => {
    const fill = (weights: Int8Array): void => {
      for (let i = 0; i < weights.length; i++) weights[i] = ((i * 7919) % 255) - 127;
    };
    const model = makeModel(fill);
    fc.assert(
      fc.property(fc.array(fc.constantFrom('open', 'the', 'DOORS', 'now', 'bay,', '42')), (words) => {
        const view = viewOf(words.join(' '));
        model.score(view).windows.forEach((window, at) => {
          for (const [head, name] of ['first', 'second'].entries()) {
            const score = model.scoreFrom(view, at, head, Number.NEGATIVE_INFINITY);
            expect(score).toBeCloseTo(model.tell(view, window).get(name) ?? Number.NaN, 4);
          }
        });
      }),
    );
  });

  it('makes no more of a sentence that is repeated', () => {
    const sentence = 'open the pod bay doors now';
    const model = makeModel((weights) => {
      for (const bucket of new Set(bucketsOf(sentence))) weights[bucket * 2] = 3;
    });
    const once = scoreOf(model, viewOf(sentence), 0);
    const again = viewOf(`${sentence}. `.repeat(8));
    const last = model.score(again).windows.length - 1;
    expect(model.scoreFrom(again, last - 1, 0, Number.NEGATIVE_INFINITY)).toBeLessThan(once + 1);
    expect(model.scoreFrom(again, last - 1, 0, once + 1)).toBeUndefined();
  });

  it('takes the higher score of two heads that are joined', () => {
    const [one, other] = ['open the pod bay doors', 'sing me a song of daisies'];
    const weights = new Int8Array(BUCKETS * 2);
    for (const bucket of bucketsOf(one)) weights[bucket * 2] = 20;
    for (const bucket of bucketsOf(other)) weights[bucket * 2 + 1] = 20;
    const heads = [head('first'), head('second', { joins: 'first' })];
    const model = new TextModel({ manifest: manifestOf({ heads }), weights });
    for (const text of [one, other]) expect(model.scoreFrom(viewOf(text), 0, 0, 5)).toBeGreaterThan(5);
    expect(model.scoreFrom(viewOf('quick brown fox jumps'), 0, 0, 5)).toBeUndefined();
    expect(model.scoreFrom(viewOf(one), 0, 1, 5)).toBeUndefined();
  });

  it('has no windows in a text without words', () => {
    expect(makeModel().score(viewOf(' \n ')).windows).toEqual([]);
  });

  it.each([
    ['features of another kind', manifestOf({ features: 'text-0' }), BUCKETS * 2],
    ['fewer weights than it says', manifestOf(), BUCKETS],
    ['other buckets', manifestOf({ buckets: 8 }), 16],
    ['no heads', manifestOf({ heads: [] }), 0],
    ['a head without threshold', manifestOf({ heads: [{ name: 'x' }] }), BUCKETS],
    ['a head that joins none', manifestOf({ heads: [head('x', { joins: 'y' })] }), BUCKETS],
    [
      'heads that join each other',
      manifestOf({ heads: [head('x', { joins: 'y' }), head('y', { joins: 'x' })] }),
      2 * BUCKETS,
    ],
    [
      'a threshold that a disguise raises',
      manifestOf({ heads: [head('x', { carriers: { code: -1 } })] }),
      BUCKETS,
    ],
    ['a kind of text that is none', manifestOf({ heads: [head('x', { carriers: { letter: 1 } })] }), BUCKETS],
    ['no manifest', null, BUCKETS],
  ])('is refused with %s', (_, manifest, size) => {
    expect(() => new TextModel({ manifest, weights: new Int8Array(size) })).toThrow(ModelError);
  });

  it('is refused where a head is asked for that it has not', () => {
    expect(() => makeModel().indexOf('third')).toThrow(ModelError);
  });
});
