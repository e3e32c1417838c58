/** Which characters of a text are rare in others: what stands for a text in a search for many at once. */

/** From the commonest to the rarest in English texts. */
const COMMON = ' etaoinshrdlucmfwygpbvkxqjz';
const RARITY = Uint8Array.from({ length: 128 }, (_, code) => {
  const rank = COMMON.indexOf(String.fromCharCode(code));
  return rank === -1 ? COMMON.length : rank;
});
const rarityAt = (text: string, at: number): number => RARITY[text.charCodeAt(at)] ?? COMMON.length;

/** Where the rarest row of `chars` characters begins; 0 in a text that is shorter. */
export function rarestRow(text: string, chars: number): number {
  let best = 0;
  let bestSum = -1;
  for (let at = 0; at + chars <= text.length; at++) {
    let sum = 0;
    for (let i = at; i < at + chars; i++) sum += rarityAt(text, i);
    if (sum <= bestSum) continue;
    best = at;
    bestSum = sum;
  }
  return best;
}
