/** Numbers for the words that rules name, so that each word of a text is looked up once for all rules. */

export const SEED = 5381;
export const step = (hash: number, code: number): number => (Math.imul(hash, 33) ^ code) | 0;
const APOSTROPHE = 39;

/** An open hash table: a slot is free where its number is 0. */
interface Table {
  readonly hashes: Int32Array;
  readonly numbers: Int32Array;
}
const SLOTS_MIN = 1 << 13;
const tableOf = (slots: number): Table => ({
  hashes: new Int32Array(slots),
  numbers: new Int32Array(slots),
});

let table = tableOf(SLOTS_MIN);
let count = 0;

/** The slot of `hash`, or the free one where it belongs. */
function slotOf({ hashes, numbers }: Table, hash: number): number {
  const mask = hashes.length - 1;
  let slot = (hash ^ (hash >>> 15)) & mask;
  while (numbers[slot] !== 0 && hashes[slot] !== hash) slot = (slot + 1) & mask;
  return slot;
}

function put(into: Table, hash: number, number: number): void {
  const slot = slotOf(into, hash);
  into.hashes[slot] = hash;
  into.numbers[slot] = number;
}

function grow(): void {
  const larger = tableOf(table.hashes.length * 2);
  for (const [slot, number] of table.numbers.entries()) {
    if (number !== 0) put(larger, table.hashes[slot] ?? 0, number);
  }
  table = larger;
}

/** The hash under which `word`, in lower case, is found; apostrophes do not count. */
function hashOf(word: string): number {
  let hash = SEED;
  for (let i = 0; i < word.length; i++) {
    const code = word.charCodeAt(i);
    if (code !== APOSTROPHE) hash = step(hash, code);
  }
  return hash;
}

/** The number of the word with this hash; 0 where no rule names it. */
export const numberAt = (hash: number): number => table.numbers[slotOf(table, hash)] ?? 0;

/**
 * The number of `word`, in lower case; from 1 on, a new one where it has none. Rules ask when they are made,
 * before any text is read. Two words may share a number: what follows from one must be looked at again.
 */
export function numberOf(word: string): number {
  const hash = hashOf(word);
  const known = numberAt(hash);
  if (known !== 0) return known;
  if (++count * 2 > table.hashes.length) grow();
  put(table, hash, count);
  return count;
}
