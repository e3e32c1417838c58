/** What the rules of dlp report: a place in the view that they looked at. */
import type { View } from '../views/view.ts';

export interface DlpHit {
  readonly category: string;
  readonly setting: 'secrets' | 'personal';
  readonly start: number;
  readonly end: number;
  readonly confidence: number;
}
export type Report = (hit: DlpHit) => void;

/** One family of rules: looks at one view, reports places in it. Linear. */
export type DlpRule = (view: View, report: Report) => void;

export const personal = (category: string, start: number, end: number, confidence = 0.9): DlpHit => ({
  category,
  setting: 'personal',
  start,
  end,
  confidence,
});
export const secret = (category: string, start: number, end: number, confidence = 0.95): DlpHit => ({
  category,
  setting: 'secrets',
  start,
  end,
  confidence,
});
