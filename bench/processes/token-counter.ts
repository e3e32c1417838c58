/** Counts the tokens of a streamed chat completion as it comes in pieces, without parsing it. */

const FRAME_END = '\n\n';

export interface TokenCounter {
  /** @returns how many text events became complete with this piece */
  push(piece: string): number;
  /** The end mark has come. */
  readonly ended: boolean;
}

/** Comments and events without text do not count. */
export function createTokenCounter(): TokenCounter {
  let rest = '';
  let ended = false;
  return {
    push(piece) {
      const frames = (rest + piece).split(FRAME_END);
      rest = frames.pop() ?? '';
      let tokens = 0;
      for (const frame of frames) {
        // A gateway may put a comment of its own into the same frame.
        if (frame.includes('"content":"') && !frame.includes('"content":""')) tokens += 1;
        else if (frame.includes('data: [DONE]')) ended = true;
      }
      return tokens;
    },
    get ended() {
      return ended;
    },
  };
}
