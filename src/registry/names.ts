/** What names, tags and texts may be (contract §4); a text is kept as it came or refused, never altered. */
import { invalid } from './registry-error.ts';

type Path = readonly (string | number)[];

const WORD = /^[a-zA-Z0-9\-_]+$/;
const FRIENDLY_ID = /^[a-zA-Z0-9-]+$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export const SCANNER_NAME_MAX = 100;
export const PACKAGE_NAME_MAX = 70;
export const PROJECT_NAME_MAX = 100;
const VERSION_NAME_MAX = 100;
const TAG_MAX = 50;
const TAGS_MAX = 100;
const DESCRIPTION_MAX = 10_000;

export const isUuid = (text: string): boolean => UUID.test(text);

/** Lengths count code points. */
export function checkText(text: string, path: Path, min: number, max: number): string {
  checkStorable(text, path);
  const length = [...text].length;
  if (length < min || length > max) throw invalid(path, `must have ${min} to ${max} characters`);
  return text;
}

/** A database cannot hold U+0000, and half a pair would come back as another character. */
export function checkStorable(text: string, path: Path): void {
  if (text.includes('\0')) throw invalid(path, 'must not hold the character U+0000');
  if (!text.isWellFormed()) throw invalid(path, 'must be well-formed Unicode');
}

export function checkVersionName(name: string, path: Path): string {
  if (!WORD.test(name) || name.length > VERSION_NAME_MAX) {
    throw invalid(path, `must match ^[a-zA-Z0-9-_]+$ and have 1 to ${VERSION_NAME_MAX} characters`);
  }
  return name;
}

export function checkTags(tags: readonly string[], path: Path): readonly string[] {
  if (tags.length > TAGS_MAX) throw invalid(path, `must hold at most ${TAGS_MAX} tags`);
  tags.forEach((tag, index) => {
    if (WORD.test(tag) && tag.length <= TAG_MAX) return;
    throw invalid([...path, index], `must match ^[a-zA-Z0-9-_]+$ and have 1 to ${TAG_MAX} characters`);
  });
  return [...new Set(tags)];
}

export function checkFriendlyId(id: string, path: Path): string {
  if (FRIENDLY_ID.test(id) && id.length <= PROJECT_NAME_MAX) return id;
  throw invalid(path, `must match ^[a-zA-Z0-9-]+$ and have 1 to ${PROJECT_NAME_MAX} characters`);
}

export const checkDescription = (text: string, path: Path): string =>
  checkText(text, path, 0, DESCRIPTION_MAX);
