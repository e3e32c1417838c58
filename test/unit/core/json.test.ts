/** What the strict JSON reader accepts, what it refuses and where it says things stand. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  itemsOf,
  JsonError,
  type JsonFault,
  type JsonLimits,
  type JsonNode,
  memberOf,
  readJson,
  stringOf,
} from '../../../src/core/json.ts';
import { readEscape } from '../../../src/core/json-escape.ts';

const LIMITS: JsonLimits = { depthMax: 64, keysMax: 10_000 };

function faultOf(text: string, limits: JsonLimits = LIMITS): JsonFault | 'accepted' {
  try {
    readJson(text, limits);
    return 'accepted';
  } catch (error) {
    if (error instanceof JsonError) return error.fault;
    throw error;
  }
}

describe('readJson refuses', () => {
  const SYNTAX: readonly (readonly [string, string])[] = [
    ['nothing', ''],
    ['spaces only', ' \n\t\r '],
    ['a byte order mark', '\ufeff{}'],
    ['a byte order mark inside', '{\ufeff}'],
    ['NaN', 'NaN'],
    ['Infinity', '[Infinity]'],
    ['a negative infinity', '-Infinity'],
    ['undefined', 'undefined'],
    ['a capital True', 'True'],
    ['half a word', 'tru'],
    ['a word that goes on', 'nullx'],
    ['trailing data', '{} {}'],
    ['a trailing word', '1 x'],
    ['a trailing NUL', '1\u0000'],
    ['a trailing comma in an array', '[1,]'],
    ['a trailing comma in an object', '{"a":1,}'],
    ['a leading comma', '[,1]'],
    ['two commas', '[1,,2]'],
    ['a missing comma', '[1 2]'],
    ['a missing colon', '{"a" 1}'],
    ['two colons', '{"a"::1}'],
    ['a missing value', '{"a":}'],
    ['a missing key', '{:1}'],
    ['a bare key', '{a:1}'],
    ['a key whose first quote is missing', '{a":1}'],
    ['a number as a key', '{1:1}'],
    ['single quotes', "['a']"],
    ['a comment', '[1] // x'],
    ['a block comment', '[/* x */1]'],
    ['an open array', '["a"'],
    ['an open object', '{"a":1'],
    ['the wrong bracket', '[1}'],
    ['a leading zero', '[012]'],
    ['two leading zeros', '00'],
    ['a negative leading zero', '-012'],
    ['a leading plus', '+1'],
    ['a minus alone', '-'],
    ['a leading point', '.5'],
    ['a trailing point', '5.'],
    ['a point before the exponent', '5.e1'],
    ['an empty exponent', '1e'],
    ['a signed empty exponent', '1e+'],
    ['an exponent with another sign', '[1e*5]'],
    ['a hexadecimal number', '0x1F'],
    ['a big integer suffix', '1n'],
    ['digits of another script', '١'],
    ['an open string', '"abc'],
    ['a string that ends in a backslash', '"abc\\'],
    ['a string whose quote is escaped', '"abc\\"'],
    ['a raw line feed in a string', '"a\nb"'],
    ['a raw tab in a string', '"a\tb"'],
    ['a raw NUL in a string', '"a\u0000b"'],
    ['the last control character', '"\u001f"'],
    ['a control character after an escape', '"\\n\n"'],
    ['an escaped line feed', '"\\\n"'],
    ['an unknown escape', '"\\x41"'],
    ['an escaped single quote', '"\\\'"'],
    ['a capital U escape', '"\\U0041"'],
    ['a short unicode escape', '"\\u12"'],
    ['a unicode escape with other letters', '"\\u12g4"'],
    ['a braced unicode escape', '"\\u{41}"'],
    ['a no-break space between tokens', '[1,\u00a02]'],
    ['a vertical tab between tokens', '[1,\u000b2]'],
  ];
  it.each(SYNTAX)('%s', (_name, text) => {
    expect(faultOf(text)).toBe('syntax');
  });

  it.each([
    ['"ab\\', 4],
    ['"ab\\\u0001"', 4],
    ['"ab', 3],
    ['[1 2]', 3],
  ])('%j at offset %d', (text, offset) => {
    expect(() => readJson(text, LIMITS)).toThrow(`syntax at offset ${offset}`);
  });

  const DUPLICATES: readonly (readonly [string, string])[] = [
    ['the same key twice', '{"a":1,"a":1}'],
    ['two empty keys', '{"":1,"":2}'],
    ['an escaped spelling', '{"messages":1,"m\\u0065ssages":2}'],
    ['two escaped spellings', '{"\\u0061":1,"\\u0061":2}'],
    ['upper and lower case of an escape', '{"\\u00e9":1,"\\u00E9":2}'],
    ['an escaped slash', '{"a/b":1,"a\\/b":2}'],
    ['a surrogate pair spelled and raw', '{"😀":1,"\\ud83d\\ude00":2}'],
    ['a key at depth', '[{"x":[{"y":{"k":1,"j":2,"k":3}}]}]'],
    ['__proto__ twice', '{"__proto__":1,"__proto__":2}'],
    ['the last of many keys', `{${Array.from({ length: 40 }, (_, i) => `"k${i}":0`).join()},"k3":1}`],
    ['the ninth key', '{"a":0,"b":0,"c":0,"d":0,"e":0,"f":0,"g":0,"h":0,"h":1}'],
  ];
  it.each(DUPLICATES)('duplicate keys: %s', (_name, text) => {
    expect(faultOf(text)).toBe('duplicate-key');
  });

  const SURROGATES: readonly (readonly [string, string])[] = [
    ['a high one alone', '"\\ud800"'],
    ['a low one alone', '"\\udc00"'],
    ['a pair the wrong way round', '"\\ude00\\ud83d"'],
    ['a high one before text', '"\\ud83dabc"'],
    ['in a key', '{"\\ud800":1}'],
    ['raw', '"\ud800"'],
    ['half raw, half escaped', '"\ud83d\\ude00"'],
  ];
  it.each(SURROGATES)('lone surrogates: %s', (_name, text) => {
    expect(faultOf(text)).toBe('lone-surrogate');
  });

  it('nesting over the limit, not at it', () => {
    const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
    const objects = (depth: number): string => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(faultOf(nested(64))).toBe('accepted');
    expect(faultOf(nested(65))).toBe('too-deep');
    expect(faultOf(objects(64))).toBe('accepted');
    expect(faultOf(objects(65))).toBe('too-deep');
    expect(faultOf('1', { ...LIMITS, depthMax: 0 })).toBe('accepted');
    expect(faultOf('[]', { ...LIMITS, depthMax: 0 })).toBe('too-deep');
  });

  it('more keys than the limit in the whole document', () => {
    const few = { ...LIMITS, itemsMax: 3 };
    expect(faultOf('[1,[2],""]', { ...few, itemsMax: 4 })).toBe('accepted');
    expect(faultOf('[1,[2],""]', few)).toBe('too-many-items');
    const limits = { ...LIMITS, keysMax: 3 };
    expect(faultOf('[{"a":1},{"a":1},{"a":1}]', limits)).toBe('accepted');
    expect(faultOf('[{"a":1},{"a":1},{"a":{"b":1}}]', limits)).toBe('too-many-keys');
  });

  it('without quoting the text, but telling where', () => {
    try {
      readJson('{"secret": sesame}', LIMITS);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(JsonError);
      expect(String(error)).not.toContain('sesame');
      expect((error as JsonError).offset).toBe(11);
    }
  });
});

describe('readJson reads long strings', () => {
  const pad = fc.integer({ min: 0, max: 6 }).map((over) => 'x'.repeat(252 + over));
  const piece = fc.constantFrom('"', '\\', '\n', 'é', '😀', 'plain', '\\"', 'y'.repeat(300));
  const long = fc.tuple(pad, fc.array(piece, { maxLength: 8 })).map(([start, rest]) => start + rest.join(''));
  const agrees = (text: string): void => {
    let want: unknown = 'refused';
    try {
      want = JSON.parse(text);
    } catch {}
    const fault = faultOf(text);
    expect(fault).toBe(want === 'refused' ? 'syntax' : 'accepted');
    if (fault === 'accepted') expect(itemsOf(readJson(text, LIMITS)).map(stringOf)).toEqual(want);
  };

  it('as they are, several in one text', () => {
    fc.assert(fc.property(fc.array(long, { maxLength: 4 }), (values) => agrees(JSON.stringify(values))));
  });

  it('or refuses them as any other reader does', () => {
    const broken = fc.constantFrom('\n', '"', '\\', '\u0000', '');
    fc.assert(
      fc.property(fc.array(long, { minLength: 1, maxLength: 3 }), fc.nat(), broken, (values, place, unit) => {
        const text = JSON.stringify(values);
        const at = 1 + (place % (text.length - 2));
        const written = text.slice(0, at) + unit + text.slice(at + 1);
        if (written.isWellFormed()) agrees(written);
      }),
    );
  });

  it.each([
    ['a line feed', `["${'x'.repeat(400)}\n"]`, 402],
    ['one behind an escape', `["${'x'.repeat(400)}\\t\n"]`, 404],
    ['no end', `["${'x'.repeat(400)}`, 402],
  ])('%s: tells where', (_what, text, offset) => {
    expect(() => readJson(text, LIMITS)).toThrow(`syntax at offset ${offset}`);
  });
});

describe('readJson keeps', () => {
  it('numbers as they are written', () => {
    const raws = ['0', '-0', '1.50', '12345678901234567890', '1e999', '-1.5E-3', '2E+2'];
    for (const raw of raws)
      expect(readJson(raw, LIMITS)).toEqual({ type: 'number', raw, start: 0, end: raw.length });
  });

  it('__proto__ and constructor as ordinary keys', () => {
    const node = readJson('{"__proto__":{"polluted":true},"constructor":1}', LIMITS);
    expect(stringOf(memberOf(node, 'toString'))).toBeUndefined();
    expect(memberOf(memberOf(node, '__proto__'), 'polluted')).toMatchObject({ value: true });
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  it('what escapes stand for', () => {
    const node = readJson('"\\"\\\\\\/\\b\\f\\n\\r\\t\\u0041\\u00e9\\ud83d\\ude00\\u0000"', LIMITS);
    expect(stringOf(node)).toBe('"\\/\b\f\n\r\tAé😀\u0000');
  });

  it('where every value stands', () => {
    const text = ' {"a" : [ 1 , "x\\n" ,null], "b":{"c":true} } ';
    const spans: string[] = [];
    const visit = (node: JsonNode | undefined): void => {
      if (node === undefined) return;
      spans.push(text.slice(node.start, node.end));
      for (const item of itemsOf(node)) visit(item);
      if (node.type !== 'object') return;
      for (const { key, value } of node.members) {
        visit(key);
        visit(value);
      }
    };
    visit(readJson(text, LIMITS));
    expect(spans).toEqual([
      text.trim(),
      '"a"',
      '[ 1 , "x\\n" ,null]',
      '1',
      '"x\\n"',
      'null',
      '"b"',
      '{"c":true}',
      '"c"',
      'true',
    ]);
  });
});

// Under mutation these would cost more than they tell.
describe.skipIf(process.env.MUTATION)('readJson stays linear', () => {
  const MEGABYTE = 1_048_576;
  const HOSTILE: readonly (readonly [string, string, JsonFault | 'accepted'])[] = [
    ['4 MB of simple escapes', `"${'\\n'.repeat(2 * MEGABYTE)}"`, 'accepted'],
    ['4 MB of unicode escapes', `"${'\\u0041'.repeat(700_000)}"`, 'accepted'],
    ['4 MB of backslashes', `"${'\\'.repeat(4 * MEGABYTE)}`, 'syntax'],
    ['4 MB of open arrays', '['.repeat(4 * MEGABYTE), 'too-deep'],
    ['4 MB of open objects', '{"a":'.repeat(800_000), 'too-deep'],
    ['4 MB without an end', `"${'a'.repeat(4 * MEGABYTE)}`, 'syntax'],
    ['4 MB of digits', '1'.repeat(4 * MEGABYTE), 'accepted'],
    ['4 MB of spaces', `${' '.repeat(4 * MEGABYTE)}x`, 'syntax'],
    ['a million small numbers', `[${'1,'.repeat(999_999)}1]`, 'accepted'],
    ['4 MB of small numbers', `[${'1,'.repeat(2 * MEGABYTE)}1]`, 'too-many-items'],
    ['4 MB of keys', `{${Array.from({ length: 400_000 }, (_, i) => `"${i}":1`).join()}}`, 'too-many-keys'],
    ['strings that end in an escape', `[${'"\\n",'.repeat(800_000)}1]`, 'accepted'],
  ];
  it.each(HOSTILE)('%s', (_name, text, outcome) => {
    const startMs = performance.now();
    expect(faultOf(text)).toBe(outcome);
    // Measured at 5 to 200 ms; anything that is not linear takes minutes.
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
});

describe('small readers', () => {
  it('find members, strings and items, or nothing', () => {
    const node = readJson('{"a":"x","b":[1]}', LIMITS);
    expect(stringOf(memberOf(node, 'a'))).toBe('x');
    expect(memberOf(node, 'c')).toBeUndefined();
    expect(memberOf(memberOf(node, 'a'), 'length')).toBeUndefined();
    expect(stringOf(memberOf(node, 'b'))).toBeUndefined();
    expect(itemsOf(memberOf(node, 'b'))).toHaveLength(1);
    expect(itemsOf(node)).toEqual([]);
    expect([memberOf(undefined, 'a'), stringOf(undefined), itemsOf(undefined)]).toEqual([
      undefined,
      undefined,
      [],
    ]);
  });

  it('read one escape', () => {
    expect(readEscape('\\n', 0)).toEqual({ value: '\n', end: 2 });
    expect(readEscape('x\\u0041', 1)).toEqual({ value: 'A', end: 7 });
    for (const bad of ['\\', '\\x', '\\u12', '\\u12g4', '\\_']) expect(readEscape(bad, 0)).toBeUndefined();
  });
});
