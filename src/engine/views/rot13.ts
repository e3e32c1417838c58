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
const COMMON = new Set(COMMON_PAIRS.split(' '));

/** Share of neighbouring letters that are a common pair. */
function languageShare(text: string): number {
  let pairs = 0;
  let common = 0;
  for (let i = 0; i + 1 < text.length; i++) {
    const pair = text.slice(i, i + 2);
    if (!/^[a-z]{2}$/.test(pair)) continue;
    pairs++;
    if (COMMON.has(pair)) common++;
  }
  return pairs === 0 ? 0 : common / pairs;
}

/** Both in lower case. */
export const looksMoreLikeLanguage = (text: string, than: string): boolean =>
  languageShare(text) > languageShare(than) + 0.1;
