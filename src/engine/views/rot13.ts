/** Rot13, and whether a text looks more like language than another: without it rot13 would find too much. */

const turn = (code: number, base: number): number => ((code - base + 13) % 26) + base;

/** Letters a to z turned by thirteen places; everything else, and the length, stay. */
export function rot13(text: string): string {
  return text.replace(/[a-z]+/gi, (word) => {
    let turned = '';
    for (let i = 0; i < word.length; i++) {
      const code = word.charCodeAt(i);
      turned += String.fromCharCode(turn(code, code >= 97 ? 97 : 65));
    }
    return turned;
  });
}

/** The commonest letter pairs of English and of its Latin and Germanic neighbours, by rank. */
const COMMON_PAIRS =
  'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ' +
  've co me de hi ri ro ' +
  'ic ne ea ra ce li ch ll be ma si om ur ca el ta la ns di fo ho pe ec pr no ct us ac ot il ' +
  'tr ly nc et ut ss so ' +
  'rs un lo wa ge ie wh ee wi em ad ol rt po we na ul ni ts mo ow pa im mi ai sh ir su id os iv ' +
  'ia am fi ci vi pl';

const LETTERS = 26;
const LETTER_A = 97;
/** 1 for a common pair, at 26 times its first letter and its second. */
const COMMON = new Uint8Array(LETTERS * LETTERS);
for (const pair of COMMON_PAIRS.split(' ')) {
  COMMON[(pair.charCodeAt(0) - LETTER_A) * LETTERS + pair.charCodeAt(1) - LETTER_A] = 1;
}

/** Ways of reading a text: where the pair that begins at a first and a second letter stands in the table. */
const READINGS = {
  asWritten: (first: number, second: number) => first * LETTERS + second,
  turned: (first: number, second: number) => ((first + 13) % LETTERS) * LETTERS + ((second + 13) % LETTERS),
  backwards: (first: number, second: number) => second * LETTERS + first,
} as const;

/** Share of neighbouring small letters that are a common pair when they are read so. */
function languageShare(text: string, pairAt: (first: number, second: number) => number): number {
  let pairs = 0;
  let common = 0;
  let before = -1;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i) - LETTER_A;
    const isLetter = letter >= 0 && letter < LETTERS;
    if (isLetter && before >= 0) {
      pairs++;
      common += COMMON[pairAt(before, letter)] ?? 0;
    }
    before = isLetter ? letter : -1;
  }
  return pairs === 0 ? 0 : common / pairs;
}

/** Whether a text in lower case is more like a language when it is read in another way. */
export const readsBetter = (text: string, reading: 'turned' | 'backwards'): boolean =>
  languageShare(text, READINGS[reading]) > languageShare(text, READINGS.asWritten) + 0.1;
