/** Values that only stand in for a secret: examples of documentation, placeholders, masks. */

const STAND_IN = new RegExp(
  String.raw`example|x{5}|\*{3}|\.{4}|0{10}|your|placeholder|change.?me|insert|replace|redacted` +
    String.raw`|dummy|sample|fake|<[^>]{0,40}>|\$\{|\{\{|%[a-z_]+%`,
  'i',
);
const FEW_DIFFERENT = 5;

/** Says whether a vendor-shaped key is only an example. */
export function isStandIn(value: string): boolean {
  if (STAND_IN.test(value)) return true;
  return new Set(value.slice(-16)).size < FEW_DIFFERENT;
}

const VARIABLE = new RegExp(
  String.raw`^(?:process\.env|os\.environ|os\.getenv|getenv|env|ENV|System\.getenv|config|` +
    'settings|secrets?|self|this|args|options|params|request|input|vault|ssm|aws|data|' +
    String.raw`var|local|module)[.[(:]|^[$%@&<{[(#]|[({[]$|\(\)|=>|->|^[a-z]+(?:\.[a-z_]+)+\(?|^[` +
    String.raw`A-Za-z_]\w*\(|^[A-Za-z_]\w*\[|^[A-Z]+(?:_[A-Z]+)+$|^https?:\/\/`,
  'i',
);
const WORDS = new RegExp(
  '^(?:true|false|null|none|nil|undefined|string|str|text|password|passwd|secret|' +
    'token|user(?:name)?|required|optional|default|empty|unknown|hidden|encrypted|' +
    'boolean|number|varchar.*|type.*|test|testing|admin|root|guest|foo(?:bar)?|bar|todo' +
    String.raw`|n\/a|-+|_+|=+|\*+|x+)$`,
  'i',
);
const TWO_WORDS = /^[a-z]+(?:[-_ ][a-z]+)*$/;
const CAMEL = /^[a-zA-Z][a-z]+(?:[A-Z][a-z]+)*$/;

/** Says whether the value of an assignment names a secret rather than being one. */
export function isReference(value: string): boolean {
  return VARIABLE.test(value) || WORDS.test(value) || STAND_IN.test(value);
}

/** Only letters, as words and identifiers are. */
export const isWordy = (value: string): boolean => TWO_WORDS.test(value) || CAMEL.test(value);

/** Bits per character of `value` (Shannon). */
export function entropyBits(value: string): number {
  const counts = new Map<string, number>();
  for (const char of value) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits;
}
