/** Joins the channels of a stream into the answer as a whole, for the last judgement before it may end. */
import type { Channel } from './channel.ts';
import { cutSpan, type MaskSpan } from './edits.ts';

interface Section {
  readonly channel: Channel;
  readonly at: number;
  readonly length: number;
}

/** The whole answer as one text, channels by a newline, and the strings for exact rules. */
export class WholeAnswer {
  readonly text: string;
  readonly exact: string;
  readonly #sections: readonly Section[];
  readonly #exactChannels: readonly Channel[];

  constructor(sections: readonly Section[], exactChannels: readonly Channel[], text: string) {
    this.#sections = sections;
    this.#exactChannels = exactChannels;
    this.text = text;
    this.exact = exactChannels
      .map((channel) => channel.text)
      .join('')
      .trimEnd();
  }

  /**
   * Makes every channel final with the masks of the whole answer.
   * @returns false where a mask lies on text that has already gone out in the clear
   */
  settle(spans: readonly MaskSpan[], overlapChars: number): boolean {
    const ordered = spans.toSorted((a, b) => a.start - b.start);
    let next = 0;
    for (const { channel, at, length } of this.#sections) {
      const own: MaskSpan[] = [];
      for (let index = next; index < ordered.length; index += 1) {
        const span = ordered[index];
        if (span === undefined || span.start >= at + length) break;
        if (span.end <= at) {
          next = index + 1;
          continue;
        }
        const cut = cutSpan(span, at, at + length);
        if (cut) own.push(cut);
      }
      if (!channel.accept(own, length, length, overlapChars)) return false;
    }
    return this.#exactChannels.every((channel) => channel.accept([], channel.length, channel.length, 0));
  }
}

/** The answer of these channels, in the order in which they began. */
export function joinChannels(channels: Iterable<Channel>): WholeAnswer {
  const sections: Section[] = [];
  const exactChannels: Channel[] = [];
  const texts: string[] = [];
  let at = 0;
  for (const channel of channels) {
    if (channel.kind === 'exact') {
      exactChannels.push(channel);
      continue;
    }
    sections.push({ channel, at, length: channel.length });
    texts.push(channel.text);
    at += channel.length + 1;
  }
  return new WholeAnswer(sections, exactChannels, texts.join('\n'));
}
