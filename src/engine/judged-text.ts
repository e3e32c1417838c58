/** One text as the detectors see it: raw, and in every view in which it could be read. All lazy. */
import { type Census, SEEN } from './views/census.ts';
import { decodeRuns } from './views/decode-runs.ts';
import { normalise } from './views/normalise.ts';
import { trailingOpen } from './views/trailing.ts';
import { unescapeView } from './views/unescape.ts';
import { type Span, View } from './views/view.ts';

/** Encodings inside encodings are followed this far (DETECTION §3.3). */
const DEPTH_MAX = 2;
const VIEWS_MAX = 16;

export class JudgedText {
  readonly raw: string;
  /** What an answer is to rest on; empty where nothing was given. */
  readonly context: string;
  readonly base: View;
  #views: readonly View[] | undefined;
  #openFrom: number | undefined;
  readonly #hidden: Span[] = [];

  constructor(raw: string, context = '') {
    this.raw = raw;
    this.context = context;
    this.base = new View('raw', raw, undefined);
  }

  get census(): Census {
    return this.base.census;
  }

  /** The raw text first, then the views that read differently. Plain text has no other than itself. */
  get views(): readonly View[] {
    this.#views ??= this.#read();
    return this.#views;
  }

  /**
   * The raw view where it is ASCII, else the normalised one: what is really there, without what is encoded.
   */
  get plain(): View {
    const second = this.views[1];
    return second?.kind === 'normalised' ? second : this.base;
  }

  /** Raw places of characters that hide a message (tags, rows of selectors). */
  get hidden(): readonly Span[] {
    return this.views.length > 0 ? this.#hidden : [];
  }

  /** For a growing text: where the last word, and any encoded run that may go on, begins. */
  get openFrom(): number {
    this.#openFrom ??= trailingOpen(this.raw);
    return this.#openFrom;
  }

  #read(): readonly View[] {
    const views: View[] = [];
    let layer = this.#withNormalised(this.base);
    views.push(...layer);
    for (let depth = 0; depth < DEPTH_MAX && layer.length > 0; depth++) {
      const next: View[] = [];
      const sources = depth === 0 ? layer.slice(-1) : layer;
      for (const source of sources) {
        for (const made of [unescapeView(source), decodeRuns(source)]) {
          if (made !== undefined) next.push(...this.#withNormalised(made).slice(-1));
        }
      }
      views.push(...next);
      layer = next;
    }
    return views.length > VIEWS_MAX ? views.slice(0, VIEWS_MAX) : views;
  }

  #withNormalised(view: View): View[] {
    if ((view.census.seen & SEEN.wide) === 0) return [view];
    const normalised = normalise(view);
    if (normalised === undefined) return [view];
    this.#hidden.push(...normalised.hidden);
    return [view, normalised.view];
  }
}
