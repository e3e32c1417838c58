/** Where the body of a mail or a letter stands, in which nobody speaks who asks a model for something. */
import type { Span } from '../views/view.ts';

const MAIL = /^\s{0,4}(?:subject|from) ?:/;
const LETTER = /^\s{0,4}(?:hi|hello|dear) (?!there|all|assistant|ai|chat|gpt|claude|bot)[\w. ]{2,24}[,\n]/;
/** What a user asks of a mail stands before it, and what comes so late may be his own words again. */
const NEAR_CHARS = 20;
const FAR_CHARS = 1_400;

interface LetterBody extends Span {
  /** It begins as a mail does, not with a salutation. */
  readonly isMail: boolean;
}

/** Where what is said in a letter begins; undefined where `lower`, a text in lower case, is none. */
export function letterBody(lower: string): LetterBody | undefined {
  const mail = MAIL.exec(lower);
  const head = mail ?? LETTER.exec(lower);
  if (head === null) return undefined;
  const { length } = head[0];
  return { start: length + NEAR_CHARS, end: length + FAR_CHARS, isMail: mail !== null };
}
