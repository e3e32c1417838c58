/** What a detector is: the contract between the engine and everything that looks for one kind of thing. */
import type { FindingDetail, ProfileSnapshot } from '../../core/policy.ts';
import type { DetectorFlag } from '../../core/scan-wire.ts';
import type { SecondStageNote } from '../../core/second-stage.ts';
import type { JudgedText } from '../judged-text.ts';
import type { Models } from '../models/models.ts';
import type { View } from '../views/view.ts';

/** Where a text stands: tool events are judged by the prompt's actions (DESIGN §14). */
export type Surface = 'prompt' | 'response' | 'tool';

/** One place of the raw text, in UTF-16 units, half-open. Never the matched text itself. */
export interface Finding {
  readonly category: string;
  readonly start: number;
  readonly end: number;
  /** 0 to 1. */
  readonly confidence: number;
  /** Of a keyword scanner: the word as it is configured. */
  readonly word?: string;
  /** Which of dlp's two settings decides on it. */
  readonly setting?: 'secrets' | 'personal';
  /** Told in reports only: it sets no flag and no action, as a plain read of a database. */
  readonly noted?: true;
  /** See `DetectorFinding.detail`. */
  readonly detail?: FindingDetail;
}

/** What is known beside the text where another thread or program is asked. */
export interface ApartCall {
  readonly surface: Surface;
  /** Earlier texts of the same side, oldest first. */
  readonly earlier: readonly string[];
  /** What is left of the scan's time. */
  readonly leftMs: number;
  /** What ends before this offset was judged with an earlier window. */
  readonly judgedTo: number;
  /** Takes down what a second stage did. */
  tell(note: Omit<SecondStageNote, 'field'>): void;
}

/** A window that a trained head has graded. */
export interface Doubt {
  readonly view: View;
  /** In the view, UTF-16 units, half-open. */
  readonly start: number;
  readonly end: number;
  /** How sure the head is, 0 to 1. */
  readonly grade: number;
  /** What it is where the window is found. */
  finding(): Finding;
}

/** What a trained head says beyond what it finds: for a second stage. */
export interface Graded {
  /** From this grade on it finds alone. */
  readonly threshold: number;
  /** All that the detector finds where its head finds from this grade on. */
  find(text: JudgedText, from: number): readonly Finding[];
  /** Windows from one grade on and below the other, reading by reading in order of place. */
  doubts(text: JudgedText, from: number, to: number): readonly Doubt[];
  /** What of the head's findings stands where it decides alone; absent: all. */
  alone?(text: JudgedText, found: readonly Finding[]): readonly Finding[];
}

/** A detector or scanner made ready for one profile. Holds no state between calls. */
export interface Probe {
  /** In lower case: one of them stands in each view in which `find` finds something. Absent: unknown. */
  readonly needs?: readonly string[] | undefined;
  find(text: JudgedText): readonly Finding[];
  /**
   * What another thread must look for, asked for after `find` of all probes.
   * @throws where it could not be looked for: an error finding, never a pass
   */
  findApart?(text: JudgedText, call: ApartCall): Promise<readonly Finding[]>;
  /** Judges whole texts only: a growing text is held until it ends, and only then asked about. */
  readonly wholeOnly?: true;
  /** Where the time is over, `findApart` decides without asking anyone. */
  readonly decidesLate?: true;
  /** Absent where there is no trained head. */
  readonly graded?: Graded;
  /**
   * For a text that may still grow: the UTF-16 offset before which no finding can be created, extended or
   * removed by what comes later. The engine itself holds back the last word and open encoded runs.
   * @param judgedTo what ends before it was judged with an earlier window
   */
  openFrom(text: JudgedText, judgedTo: number): number;
  /** Findings in strings that must come back byte for byte; absent where no such rule exists. */
  findOpaque?(text: JudgedText): readonly Finding[];
}

/** A built-in detector: one file, one line in the list, one folder of golden cases. */
export interface Detector {
  readonly flag: DetectorFlag;
  readonly surfaces: readonly Surface[];
  /**
   * Undefined where the profile gives it nothing to look for: then it shows no flag either. Without models
   * it goes by its rules alone.
   */
  prepare(profile: ProfileSnapshot, models?: Models): Probe | undefined;
}
