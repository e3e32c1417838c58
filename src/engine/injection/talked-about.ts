/** Tells an attack from a sentence that speaks about one: quoted, after words like "explain" or "detect". */

const LEFT_CHARS = 100;
const TALK = new RegExp(
  String.raw`\b(?:explain|explains|meaning of|what (?:is|does|are)|why (?:is|are|does|do)|` +
    'translate|translation of|pronounce|' +
    'example|examples|phrase|phrases|phrasing|strings?|detect|detects|detecting|block|' +
    'blocks|blocking|prevent|prevents|preventing|defend|protect|filter|filters|flag|' +
    String.raw`flags|classify|such as|like|e\.g\.|called|known as|attackers?|contains?|containing` +
    String.raw`|includes?|matches|regex|warns?|says?|injections?)\b[^\n]*$`,
  '',
);
const OPENING = /["'`([“«*]{1,3}(?:[a-z]{1,12}[ ,]{1,2}){0,3}$/;

/** `text` in lower case; the hit is [start, end). */
export function isTalkedAbout(text: string, start: number, end: number): boolean {
  const left = text.slice(Math.max(0, start - LEFT_CHARS), start);
  if (!OPENING.test(left.slice(-44))) return false;
  const right = text.slice(end, end + 60);
  return /["'`)\]”»]/.test(right) && TALK.test(left);
}
