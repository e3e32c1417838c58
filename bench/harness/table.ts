/** Writes the benchmark's rows as an aligned table or as Markdown. */
import type { Row } from './row.ts';

const HEADS = ['row', 'figure', 'limit or peer', 'ratio', 'reached'] as const;

const cellsOf = (row: Row): readonly string[] => [
  row.name,
  row.figure,
  row.against,
  row.ratio === undefined || !Number.isFinite(row.ratio) ? '' : row.ratio.toFixed(2),
  row.reached === undefined ? '' : row.reached ? 'yes' : 'no',
];

const notesOf = (rows: readonly Row[]): readonly string[] =>
  rows.filter((row) => row.note !== undefined).map((row) => `${row.name}: ${row.note}`);

/** Columns of equal width, the notes below. */
export function writeTable(rows: readonly Row[]): string {
  const lines = [HEADS, ...rows.map(cellsOf)];
  const widths = HEADS.map((_, at) => Math.max(...lines.map((cells) => cells[at]?.length ?? 0)));
  const write = (cells: readonly string[]): string =>
    cells
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  const [head = '', ...body] = lines.map(write);
  const notes = notesOf(rows).map((note) => `- ${note}`);
  return [head, rule, ...body, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}

/** A Markdown table, the notes as a list below. */
export function writeMarkdown(rows: readonly Row[]): string {
  const write = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const notes = notesOf(rows).map((note) => `- ${note}`);
  const table = [write(HEADS), write(HEADS.map(() => '---')), ...rows.map((row) => write(cellsOf(row)))];
  return [...table, ...(notes.length > 0 ? ['', ...notes] : [])].join('\n');
}
