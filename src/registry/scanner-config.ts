/** Checks what a scanner looks for before anything is stored: its form, and that the engine can run it. */
import { PolicyError } from '../core/policy.ts';
import type { Direction, GenAiConfig, KeywordConfig, RegexConfig } from './model.ts';
import { checkStorable, checkText } from './names.ts';
import { invalid, RegistryError } from './registry-error.ts';

/** What a person may configure. */
export type OwnConfig = KeywordConfig | RegexConfig | GenAiConfig;

/**
 * Compiles and probes one scanner as the engine will run it.
 * @throws PolicyError for one that does not compile or is not safe to run; its path ends in the setting
 */
export type CheckScanner = (scanner: {
  readonly name: string;
  readonly config: OwnConfig;
  readonly direction: Direction;
}) => Promise<void>;

const WORDS_MAX = 10_000;
const WORD_MAX = 1_000;
const PATTERN_MAX = 10_000;
const INPUT_MAX = 10_000;

/** The configuration as it is stored: empty words are dropped. @throws RegistryError `invalid` */
export function readOwnConfig(config: OwnConfig): OwnConfig {
  if (config.type === 'keyword') return { type: 'keyword', words: readWords(config.words) };
  if (config.type === 'regex') {
    return { type: 'regex', pattern: checkText(config.pattern, ['config', 'pattern'], 1, PATTERN_MAX) };
  }
  const input = checkText(config.input, ['config', 'input'], 0, INPUT_MAX);
  return { type: config.type, input, scanContext: config.scanContext };
}

function readWords(given: readonly string[]): readonly string[] {
  const path = ['config', 'words'];
  const words = given.filter((word) => word.trim() !== '');
  if (words.length === 0 || words.length > WORDS_MAX) {
    throw invalid(path, `must hold 1 to ${WORDS_MAX} words that are not empty`);
  }
  given.forEach((word, index) => {
    checkStorable(word, [...path, index]);
    if ([...word].length > WORD_MAX)
      throw invalid([...path, index], `must have at most ${WORD_MAX} characters`);
  });
  return words;
}

/** @throws RegistryError `invalid` where the engine cannot run it */
export async function probeConfig(
  check: CheckScanner,
  scanner: { readonly name: string; readonly config: OwnConfig; readonly direction: Direction },
): Promise<void> {
  try {
    await check(scanner);
  } catch (cause) {
    if (!(cause instanceof PolicyError)) throw cause;
    const setting = cause.path.split('.').at(-1) ?? '';
    const path = /^[a-z]+$/.test(setting) ? ['config', setting] : ['config'];
    throw new RegistryError('invalid', cause.message, path, { cause });
  }
}
