/** Parts for inspection tests, and the body they stand in. */
import type { Part } from '../../src/core/part.ts';
import type { RequestReading, ResponseReading } from '../../src/protocols/protocol.ts';

/** A part whose text stands as the `index`th string of a JSON array made of all texts. */
export function partsOf(texts: readonly (string | (Partial<Part> & { readonly text: string }))[]): {
  readonly parts: readonly Part[];
  readonly source: string;
} {
  let source = '[';
  const parts = texts.map((given, index): Part => {
    const wanted = typeof given === 'string' ? { text: given } : given;
    const token = JSON.stringify(wanted.text);
    const start = source.length;
    source += `${token},`;
    return {
      role: 'user',
      kind: 'text',
      place: `[${index}]`,
      unit: index,
      newest: true,
      edit: { type: 'string', start, end: start + token.length },
      ...wanted,
    };
  });
  return { parts, source: `${source}0]` };
}

export const requestOf = (parts: readonly Part[], more: Partial<RequestReading> = {}): RequestReading => ({
  parts,
  binaries: [],
  upstreamState: [],
  stream: false,
  ...more,
});

export const responseOf = (parts: readonly Part[], more: Partial<ResponseReading> = {}): ResponseReading => ({
  parts,
  binaries: [],
  ...more,
});
