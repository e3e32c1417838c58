/** Joins the channels of a stream into the answer as a whole, for the last judgement before it may end. */
import { unescapedArguments } from '../core/tool-arguments.ts';
import type { Channel } from './channel.ts';
import { applyEdits, cutSpan, type MaskSpan, spareEscapes } from './edits.ts';
import { mergeSpans } from './passage.ts';

interface Section {
  readonly channel: Channel;
  /** What the escapes of the channel's arguments stand for: no mask can be written in it. */
  readonly derived: boolean;
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
      .join('\n')
      .trimEnd();
  }

  /**
   * Makes every channel final with the masks of the whole answer.
   * @returns false where a mask lies on text that has already gone out in the clear
   */
  settle(spans: readonly MaskSpan[], overlapChars: number): boolean {
    // Pieces of a long answer overlap, and so do their masks: one may end before another that began earlier.
    const ordered = mergeSpans(spans);
    let next = 0;
    let written: readonly MaskSpan[] = [];
    for (const { channel, derived, at, length } of this.#sections) {
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
      if (derived) {
        if (own.length > 0 && !isHiddenAsWritten(channel, written, own)) return false;
        continue;
      }
      written = channel.isArguments ? (spareEscapes(channel.text, own) ?? own) : own;
      if (!channel.accept(written, length, length, overlapChars)) return false;
    }
    return this.#exactChannels.every((channel) => channel.accept([], channel.length, channel.length, 0));
  }
}

/**
 * The answer of these channels, in the order in which they began. Arguments of tool calls are JSON inside a
 * string: what their escapes stand for is judged beside them, as in a whole body.
 */
export function joinChannels(channels: Iterable<Channel>): WholeAnswer {
  const sections: Section[] = [];
  const exactChannels: Channel[] = [];
  const texts: string[] = [];
  let at = 0;
  const add = (channel: Channel, text: string, derived: boolean): void => {
    sections.push({ channel, derived, at, length: text.length });
    texts.push(text);
    at += text.length + 1;
  };
  for (const channel of channels) {
    if (channel.isExact) {
      exactChannels.push(channel);
      continue;
    }
    add(channel, channel.text, false);
    const unescaped = channel.isArguments ? unescapedArguments(channel.text) : '';
    if (unescaped !== '') add(channel, unescaped, true);
  }
  return new WholeAnswer(sections, exactChannels, texts.join('\n'));
}

/** What is masked in the arguments' meaning is masked as they are written too. */
const isHiddenAsWritten = (
  channel: Channel,
  written: readonly MaskSpan[],
  derived: readonly MaskSpan[],
): boolean =>
  unescapedArguments(applyEdits(channel.text, written)) ===
  applyEdits(unescapedArguments(channel.text), derived);
