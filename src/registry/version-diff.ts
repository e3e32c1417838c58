/** What changed between two versions of a scanner, line by line. */
import type { Version } from './model.ts';

/** Longer lists are compared as sets. */
const CELLS_MAX = 4_000_000;

/** Lines of a version that can be compared. */
export function linesOf({ direction, config }: Version): readonly string[] {
  const { type } = config;
  const rest =
    config.type === 'keyword'
      ? config.words.map((word) => `word: ${word}`)
      : config.type === 'regex'
        ? [`pattern: ${config.pattern}`]
        : config.type === 'system'
          ? [`detector: ${config.detector}`]
          : [
              `scanContext: ${config.scanContext}`,
              ...config.input.split('\n').map((line) => `input: ${line}`),
            ];
  return [`type: ${type}`, `direction: ${direction}`, ...rest];
}

/** Lines that only the older has with `-`, those that only the newer has with `+`, in their order. */
export function changedLines(older: readonly string[], newer: readonly string[]): readonly string[] {
  if (older.length * newer.length > CELLS_MAX) return unorderedChanges(older, newer);
  const width = newer.length + 1;
  const common = new Uint32Array((older.length + 1) * width);
  for (let a = older.length - 1; a >= 0; a -= 1) {
    for (let b = newer.length - 1; b >= 0; b -= 1) {
      const skip = Math.max(common[(a + 1) * width + b] ?? 0, common[a * width + b + 1] ?? 0);
      common[a * width + b] = older[a] === newer[b] ? 1 + (common[(a + 1) * width + b + 1] ?? 0) : skip;
    }
  }
  const lines: string[] = [];
  let [a, b] = [0, 0];
  while (a < older.length || b < newer.length) {
    const [one, other] = [older[a], newer[b]];
    if (one !== undefined && one === other) [a, b] = [a + 1, b + 1];
    else if (one !== undefined && (b >= newer.length || takesOlder(common, width, a, b))) {
      lines.push(`- ${one}`);
      a += 1;
    } else {
      lines.push(`+ ${other}`);
      b += 1;
    }
  }
  return lines;
}

const takesOlder = (common: Uint32Array, width: number, a: number, b: number): boolean =>
  (common[(a + 1) * width + b] ?? 0) >= (common[a * width + b + 1] ?? 0);

function unorderedChanges(older: readonly string[], newer: readonly string[]): readonly string[] {
  const [before, after] = [new Set(older), new Set(newer)];
  return [
    ...older.filter((line) => !after.has(line)).map((line) => `- ${line}`),
    ...newer.filter((line) => !before.has(line)).map((line) => `+ ${line}`),
  ];
}
