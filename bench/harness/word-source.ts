/** Makes plain English from a seed: always the same for one seed, never the same twice within one source. */

const list = (words: string): readonly string[] => words.trim().split(/\s*,\s*/);

const PEOPLE =
  list(`the baker, the captain, the doctor, a farmer, the fisherman, the gardener, my brother, my daughter, our
  neighbour, the painter, the postman, a sailor, my sister, the teacher, a tourist, her uncle, the woman next door, the
  younger students, the old couple, the children, his cousin, the new owner, the engineers, the waiter, a small team`);
const THINGS =
  list(`boat, bridge, garden, kitchen, camera, letter, map, window, bicycle, coat, basket, ladder, clock, table,
  engine, fence, notebook, picture, suitcase, tent, umbrella, violin, wheel, door, bottle, lamp, ticket, report, recipe,
  book, song, plan, roof, chair, shirt, bread, cheese, soup, radio, stove, path, wall, story`);
const ADJECTIVES =
  list(`old, small, green, heavy, broken, quiet, wooden, bright, narrow, cheap, blue, wet, empty, fresh, famous,
  round, simple, strange, warm, yellow, plain, long, lovely, modern, ordinary, rusty, short, thick, useful, worn`);
const DEEDS =
  list(`bought, carried, cleaned, described, drew, fixed, found, lost, measured, moved, noticed, opened, packed,
  painted, praised, remembered, repaired, sold, studied, watched, borrowed, finished, admired, brought, chose`);
const PLACES =
  list(`harbour, market, station, library, valley, village square, river, beach, school, museum, forest, bakery,
  town hall, island, lake, bus stop, workshop, cafe, farm, theatre, hill, garden gate, main road, port, bay`);
const BESIDE = list('near, behind, beside, outside, across from, not far from, in front of, close to');
const TIMES =
  list(`in the morning, last summer, on a rainy evening, after lunch, before the winter, for the third time, two
  weeks later, that afternoon, when the sun came out, during the holidays, at the end of the month, early on sunday, a year
  ago, late in the autumn, every other week, just in time`);
const LINKS = list('while, because, although, and, so, but, until, after, before');
const QUIET =
  list(`laughed, waited, slept well, went home, arrived late, stayed inside, walked along the water, talked about the
  weather, drank a cup of tea, missed the train, worked until midnight, swam in the cold sea, wrote a postcard, sang an old
  tune, grew tomatoes, baked a cake, learned to sail, felt very tired, listened to music, agreed at once`);

export interface WordSource {
  /** The next word, as the text around it wants it: capitals and full stops included. */
  word(): string;
  /** Whole words, at most `chars` characters and at most a dozen fewer, with a full stop at the end. */
  text(chars: number): string;
}

/** @param seed any whole number */
export function createWordSource(seed: number): WordSource {
  let state = (Math.imul(seed, 2_654_435_761) + 97) >>> 0;
  let left: string[] = [];
  // The upper bits of a linear congruential generator are its good ones.
  const below = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 4_294_967_296) * limit);
  };
  const oneOf = (words: readonly string[]): string => words[below(words.length)] ?? 'the';
  const thing = (): string => `the ${oneOf(ADJECTIVES)} ${oneOf(THINGS)}`;
  const place = (): string => `${oneOf(BESIDE)} the ${oneOf(PLACES)}`;
  const deed = (): string => `${oneOf(PEOPLE)} ${oneOf(DEEDS)} ${thing()}`;
  const forms = [
    () => `${deed()} ${place()} ${oneOf(TIMES)}`,
    () => `${deed()} ${oneOf(LINKS)} ${oneOf(PEOPLE)} ${oneOf(QUIET)}`,
    () => `${oneOf(TIMES)} ${deed()} ${place()}`,
    () => `${oneOf(PEOPLE)} ${oneOf(QUIET)} ${oneOf(LINKS)} ${deed()}`,
    () => `${thing()} ${place()} was the one that ${oneOf(PEOPLE)} ${oneOf(DEEDS)}`,
  ];
  const sentence = (): string => {
    const plain = forms[below(forms.length)]?.() ?? deed();
    return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}.`;
  };
  const word = (): string => {
    if (left.length === 0) left = sentence().split(/\s+/);
    return left.shift() ?? 'word';
  };
  const text = (chars: number): string => {
    left = [];
    let made = word();
    // A word that is cut may read as another one, and a detector may know it.
    for (let next = word(); made.length + next.length + 2 <= chars; next = word()) made += ` ${next}`;
    left = [];
    return made.endsWith('.') ? made : `${made}.`;
  };
  return { word, text };
}
