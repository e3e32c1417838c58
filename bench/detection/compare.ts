/** Holds figures against a baseline, and shows them as a table. */
import type { Figure } from './measure.ts';

export type FigureTable = Readonly<Record<string, Figure>>;

/** Points that a figure may be worse by. */
export const DROP_MAX = 1;

const share = (part: number, whole: number): number => (whole === 0 ? Number.NaN : (100 * part) / whole);
const show = (part: number, whole: number): string =>
  whole === 0 ? '–' : `${share(part, whole).toFixed(1)} % of ${whole}`;

/** A Markdown table: recall stands beside the share of benign texts that were flagged. */
export const tableOf = (title: string, heads: readonly string[], figures: FigureTable): string =>
  [
    `| ${title} | ${heads.join(' | ')} |`,
    '|---|---|---|',
    ...Object.entries(figures)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, f]) => `| ${name} | ${show(f.caught, f.attacks)} | ${show(f.flagged, f.benign)} |`),
  ].join('\n');

/** Says what is worse than before by more than is allowed; a set that is gone or lost rows is worse too. */
export function worseThan(now: FigureTable, before: FigureTable): string[] {
  const found: string[] = [];
  for (const [name, old] of Object.entries(before)) {
    const figure = now[name];
    if (figure === undefined || figure.attacks < old.attacks || figure.benign < old.benign) {
      found.push(`${name}: not measured any more, or over fewer texts`);
      continue;
    }
    const lost = share(old.caught, old.attacks) - share(figure.caught, figure.attacks);
    const risen = share(figure.flagged, figure.benign) - share(old.flagged, old.benign);
    if (lost > DROP_MAX) found.push(`${name}: recall fell by ${lost.toFixed(1)} points`);
    if (risen > DROP_MAX) found.push(`${name}: false positives rose by ${risen.toFixed(1)} points`);
  }
  return found;
}
