/** What every group of rows is handed. */
import type { Children } from './children.ts';
import type { Row } from './row.ts';

export interface Bench {
  readonly children: Children;
  /** A short run: fewer and shorter rounds. */
  readonly quick: boolean;
  /** A seed that was not handed out before. */
  nextSeed(): number;
}

/** Measures one group; ends what it started. */
export type RunGroup = (bench: Bench) => Promise<readonly Row[]>;
