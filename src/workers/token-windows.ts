/** Texts as the token ids that a classifier reads, by a `tokenizer.json`, in windows that it can hold. */
import type { Tokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';

/** Token ids of one text, its special tokens around each window. */
export type TokenWindows = (text: string) => readonly (readonly number[])[];

/** Windows of a long text share this part of their tokens with the next one. */
const OVERLAP_SHARE = 0.25;

const fileSchema = z.looseObject({
  model: z.looseObject({ unk_token: z.string().nullish() }),
  added_tokens: z.array(z.looseObject({ id: z.int(), content: z.string(), special: z.boolean() })),
});

/**
 * @param file content of a tokenizer.json, parsed
 * @param config content of the tokenizer_config.json that belongs to it, parsed; `{}` where there is none
 * @throws where the file is of another form
 */
export function createTokenWindows(
  library: { readonly Tokenizer: typeof Tokenizer },
  file: unknown,
  config: object,
  tokensMax: number,
): TokenWindows {
  const { model, added_tokens } = fileSchema.parse(file);
  const tokenizer = new library.Tokenizer(file as object, config);
  const special = new Set(
    added_tokens.filter((it) => it.special && it.content !== model.unk_token).map(({ id }) => id),
  );
  const idsOf = (text: string, framed: boolean): readonly number[] =>
    tokenizer.encode(text, { add_special_tokens: framed }).ids;
  const bare = idsOf('a', false);
  const whole = idsOf('a', true);
  const at = whole.findIndex((_, from) => bare.every((id, i) => whole[from + i] === id));
  if (bare.length === 0 || at < 0) throw new RangeError('its special tokens are not told');
  const [before, after] = [whole.slice(0, at), whole.slice(at + bare.length)];
  const room = tokensMax - before.length - after.length;
  if (room < 1) throw new RangeError('its special tokens leave no room');
  const step = Math.max(1, Math.ceil(room * (1 - OVERLAP_SHARE)));
  return (text) => {
    // A text that spells a special token is given none.
    const own = idsOf(text, false).filter((id) => !special.has(id));
    const windows: number[][] = [];
    for (let from = 0; from === 0 || from + room - step < own.length; from += step) {
      windows.push([...before, ...own.slice(from, from + room), ...after]);
    }
    return windows;
  };
}
