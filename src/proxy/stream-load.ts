/** How many streams run at once, and how much longer texts of each may wait so that all are kept up with. */

/** So many streams are served with the shortest waits. */
const STREAMS_EASY = 100;
const FACTOR_MAX = 4;

export class StreamLoad {
  #open = 0;

  /** A stream begins. Returns what to call at its end. */
  enter(): () => void {
    this.#open += 1;
    let isOpen = true;
    return () => {
      if (isOpen) this.#open -= 1;
      isOpen = false;
    };
  }

  /**
   * Of the time that text waits for more text before it is judged: a window costs nearly the same however
   * short it is, so that many streams are judged in fewer and longer ones.
   */
  readonly waitFactor = (): number => Math.min(FACTOR_MAX, Math.max(1, this.#open / STREAMS_EASY));
}
