/** Every way in which a text is read for injection: its views, and disguises where one is likely. */
import type { JudgedText } from '../judged-text.ts';
import { readsBetter } from '../views/rot13.ts';
import type { View } from '../views/view.ts';
import { collapsedView, leetView, reversedView, rot13View, squeezedView } from './disguises.ts';
import type { Presence, WordGate } from './word-gate.ts';

/** So many words that are telling ones turned or reversed are no accident. */
const DISGUISED_WORDS_MIN = 2;
/** Where no common word stands, so much of the text is compared with what it would be turned or reversed. */
const COMPARED_CHARS = 240;
const LETTERS = /[a-z]{2,}[^a-z]+[a-z]{2,}[^a-z]+[a-z]{2,}/;

export interface Reading {
  readonly view: View;
  readonly presence: Presence;
}

/** The raw text is left out where a normalised one says the same without its tricks. */
const viewsOf = (text: JudgedText): readonly View[] =>
  text.plain === text.base ? text.views : text.views.filter((view) => view !== text.base);

/** Letters whose pairs are those of a language only when they are read in another way. */
function seemsDisguised({ lower }: View, { plain }: Presence, as: 'turned' | 'backwards'): boolean {
  if (plain) return false;
  const sample = lower.slice(0, COMPARED_CHARS);
  return LETTERS.test(sample) && readsBetter(sample, as);
}

/** The plain reading first. */
export function readingsOf(text: JudgedText, gate: WordGate): readonly Reading[] {
  const readings: Reading[] = [];
  const add = (view: View): Presence => {
    const presence = gate.read(view.words);
    readings.push({ view, presence });
    return presence;
  };
  for (const given of viewsOf(text)) {
    const view = collapsedView(given);
    const presence = add(view);
    const disguises = [squeezedView(given)];
    if (presence.turned >= DISGUISED_WORDS_MIN || seemsDisguised(view, presence, 'turned'))
      disguises.push(rot13View(view));
    if (presence.reversed >= DISGUISED_WORDS_MIN || seemsDisguised(view, presence, 'backwards'))
      disguises.push(reversedView(view));
    for (const disguise of disguises) if (disguise !== undefined) add(disguise);
    for (const source of [view, ...disguises]) {
      const leet = source === undefined ? undefined : leetView(source);
      if (leet !== undefined) add(leet);
    }
  }
  return readings;
}
