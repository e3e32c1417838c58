/**
 * Letters of other scripts that look like Latin ones, folded only inside words that mix scripts, so that
 * honest
 * Russian or Greek stays what it is. Chosen by hand from the letters whose usual glyphs coincide (Unicode
 * TR39 §4).
 */

const PAIRS: readonly (readonly [string, string])[] = [
  ['абвгеёзикмнопрстухьіїјѕһԁԛԝѵӏґєүҽ', 'a6breeзukmhonpctyxbiijshdqwvlreye'],
  ['АВЕКМНОРСТУХІЇЈЅҺԚԜӀҮ', 'ABEKMHOPCTYXIIJSHQWIY'],
  ['αβγεηικνορτυχωϲϳςσ', 'abyenikvoptuxwcjco'],
  ['ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹϿ', 'ABEZHIKMNOPTYXCC'],
  ['օոսհցզռպքյ', 'onuhgqnwpj'],
  ['ᎠᎡᎢᎪᎫᎬᎳᎷᎻᏀᏃᏚᏢᏞᏟᏙᏦᏴᎥᏂᏒ', 'DRTAJEWMHGZSPLCVKBihR'],
];
/** Latin letters that only look-alike writing uses: small capitals, script forms, dotless i. */
const LATIN_PAIRS: readonly (readonly [string, string])[] = [
  ['ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘꞯʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnopqrstuvwyz'],
  ['ɑɡɩıɨƒʋʍøØđĐłŁħŦŧɓɗɐƙȷ', 'agiiifvmoOdDlLhTtbdakj'],
  ['‘’‚‛′＇ʼ“”„‟″‐‑‒–—―−﹣', `'''''''"""""--------`],
];

const toMap = (pairs: readonly (readonly [string, string])[]): ReadonlyMap<string, string> => {
  const map = new Map<string, string>();
  for (const [from, to] of pairs) {
    const targets = [...to];
    [...from].forEach((letter, i) => {
      const target = targets[i];
      if (target !== undefined && target !== letter) map.set(letter, target);
    });
  }
  return map;
};

const CONFUSABLES = toMap(PAIRS);
/** Folded wherever they stand. */
export const ALWAYS_FOLDED = toMap(LATIN_PAIRS);

const MIXABLE = /[\u0370-\u058f\u13a0-\u13ff]/;
const WORD = /[A-Za-z0-9\u0370-\u058f\u13a0-\u13ff]+/g;

/** Folds look-alikes in words that also hold Latin letters; the text keeps its length in UTF-16 units. */
export function foldMixedScript(text: string): string {
  if (!MIXABLE.test(text)) return text;
  return text.replace(WORD, (word) => {
    if (!MIXABLE.test(word) || !/[A-Za-z]/.test(word)) return word;
    let folded = '';
    for (const letter of word) folded += CONFUSABLES.get(letter) ?? letter;
    return folded;
  });
}
