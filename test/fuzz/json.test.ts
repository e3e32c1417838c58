/** The strict JSON reader against the engine's own, on documents written in every way and on broken ones. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonError, type JsonNode, readJson } from '../../src/core/json.ts';
import { codePoint } from '../support/code-point.ts';
import { runs } from '../support/runs.ts';

const LIMITS = { depthMax: 64, keysMax: 10_000 };

/** The value a node stands for; `__proto__` stays an ordinary key. */
function toValue(node: JsonNode): unknown {
  switch (node.type) {
    case 'string':
    case 'literal':
      return node.value;
    case 'number':
      return Number(node.raw);
    case 'array':
      return node.items.map(toValue);
    case 'object':
      return Object.fromEntries(node.members.map(({ key, value }) => [key.value, toValue(value)]));
  }
}

function everyNode(node: JsonNode): readonly JsonNode[] {
  if (node.type === 'array') return [node, ...node.items.flatMap(everyNode)];
  if (node.type !== 'object') return [node];
  return [node, ...node.members.flatMap(({ key, value }) => [key, ...everyNode(value)])];
}

/** Short and long ones in UTF-8, ASCII as often as all others. */
const character = fc.oneof(
  fc.nat(0x7f).map((point) => String.fromCodePoint(point)),
  codePoint,
);

/** A document with any legal spaces between its tokens. */
const spelled = fc
  .tuple(fc.jsonValue({ maxDepth: 6, stringUnit: character }), fc.constantFrom('', ' ', '\n\t', '  \r\n'))
  .map(([value, space]) => {
    const text = JSON.stringify(value, undefined, space === '' ? undefined : 1);
    // Line feeds stand between tokens only: in strings they are escaped.
    return space === '' ? text : `${space}${text.replaceAll(/\n */g, space)}${space}`;
  });

const escapedString = fc
  .array(fc.tuple(fc.string({ unit: character, maxLength: 3 }), fc.boolean()))
  .map((pieces) => ({
    value: pieces.map(([piece]) => piece).join(''),
    token: `"${pieces
      .map(([piece, escaped]) =>
        escaped
          ? Array.from({ length: piece.length }, (_, at) => {
              const hex = piece.charCodeAt(at).toString(16).padStart(4, '0');
              return `\\u${at % 2 === 0 ? hex : hex.toUpperCase()}`;
            }).join('')
          : JSON.stringify(piece).slice(1, -1),
      )
      .join('')}"`,
  }));

describe('readJson', () => {
  it('reads what JSON.parse reads, whatever the spaces', () => {
    fc.assert(
      fc.property(spelled, (text) => {
        expect(toValue(readJson(text, LIMITS))).toEqual(JSON.parse(text));
      }),
      { numRuns: runs(500) },
    );
  });

  it('tells exactly where each value stands', () => {
    fc.assert(
      fc.property(spelled, (text) => {
        for (const node of everyNode(readJson(text, LIMITS))) {
          expect(toValue(node)).toEqual(JSON.parse(text.slice(node.start, node.end)));
        }
      }),
      { numRuns: runs(200) },
    );
  });

  it('undoes every escape, in keys too', () => {
    fc.assert(
      fc.property(escapedString, ({ value, token }) => {
        expect(toValue(readJson(token, LIMITS))).toBe(value);
        expect(toValue(readJson(`{${token}:${token}}`, LIMITS))).toEqual(JSON.parse(`{${token}:${token}}`));
      }),
      { numRuns: runs(500) },
    );
  });

  it('accepts no document that JSON.parse refuses, and refuses few that it accepts', () => {
    const mutated = fc
      .tuple(
        spelled,
        fc.nat(),
        fc.constantFrom(...'{}[]",:\\0123eE+-.ntf \n\t\u0000\u001f\ufeff\u00a0\ud800u'),
      )
      .map(([text, at, insert]) => {
        const cut = at % (text.length + 1);
        return at % 3 === 0
          ? text.slice(0, cut) + text.slice(cut + 1)
          : text.slice(0, cut) + insert + text.slice(cut);
      });
    fc.assert(
      fc.property(mutated, (text) => {
        let parsed: { value: unknown } | undefined;
        try {
          parsed = { value: JSON.parse(text) };
        } catch {
          parsed = undefined;
        }
        try {
          const value = toValue(readJson(text, LIMITS));
          expect(parsed).toEqual({ value });
        } catch (error) {
          if (!(error instanceof JsonError)) throw error;
          // What only we refuse: doubled keys and lone surrogates.
          if (parsed !== undefined) expect(['duplicate-key', 'lone-surrogate']).toContain(error.fault);
        }
      }),
      { numRuns: runs(2000) },
    );
  });

  it('refuses a key that is doubled anywhere, however it is spelled', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ maxLength: 4 }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        fc.nat(8),
        (keys, pick, depth) => {
          const key = keys[pick % keys.length] ?? '';
          const escaped = Array.from(
            { length: key.length },
            (_, at) => `\\u${key.charCodeAt(at).toString(16).padStart(4, '0')}`,
          ).join('');
          const members = [...keys.map((each) => `${JSON.stringify(each)}:1`), `"${escaped}":2`];
          const text = `${'[{"in":'.repeat(depth)}{${members.join()}}${'}]'.repeat(depth)}`;
          expect(() => readJson(text, LIMITS)).toThrow('duplicate key');
        },
      ),
    );
  });
});
