/** Pages of lists: what was asked for, and the cursors to the next and the one before (contract §1). */
import type { Page, PageAsked } from '../registry/listing.ts';
import { invalidAt } from './api-error.ts';
import type { Query } from './query.ts';

const LIMIT = 10;
const LIMIT_MAX = 100;
const ROW_MAX = 10_000_000;
const SEARCH_CHARS_MAX = 200;

const writeCursor = (row: number, limit: number): string =>
  Buffer.from(JSON.stringify({ row, limit, type: 'row' })).toString('base64');

function readCursor(cursor: string): number {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'));
    const row = typeof parsed === 'object' && parsed !== null && 'row' in parsed ? parsed.row : undefined;
    if (typeof row === 'number' && Number.isInteger(row) && row >= 0 && row <= ROW_MAX) return row;
  } catch {
    // Not one of ours, like any other that is none.
  }
  throw invalidAt(['query', 'cursor'], 'Input should be a cursor that was given out');
}

/** @throws ApiError 422 */
export function readPage(query: Query): PageAsked {
  const cursor = query.text('cursor');
  const search = query.text('search');
  if (search !== undefined && search.length > SEARCH_CHARS_MAX)
    throw invalidAt(['query', 'search'], `must have at most ${SEARCH_CHARS_MAX} characters`);
  return {
    offset: cursor === undefined || cursor === '' ? 0 : readCursor(cursor),
    limit: query.whole('limit', 1, LIMIT_MAX) ?? LIMIT,
    ascending: query.truth('ascending') ?? false,
    sortBy: query.oneOf('sortBy', ['created_at', 'updated_at', 'name']),
    search: search === '' ? undefined : search,
  };
}

/** `{ <name>: [...], next, prev }`. */
export function writePage<T, W>(
  name: string,
  page: Page<T>,
  { offset, limit }: PageAsked,
  write: (item: T) => W,
): Readonly<Record<string, unknown>> {
  return {
    [name]: page.items.map(write),
    next: page.hasMore ? writeCursor(offset + limit, limit) : null,
    prev: offset === 0 ? null : writeCursor(Math.max(0, offset - limit), limit),
  };
}
