/** Tokens: made, found by their hash, listed without their text, revoked. */
import { createHash } from 'node:crypto';
import type { Db, Row } from '../store/schema.ts';
import type { Holder, Token } from './access-model.ts';
import { type RegistryTools, runChange } from './change.ts';
import { EVERYTHING, grantsOfProject, grantsOfUser } from './grants.ts';
import type { Page, PageAsked } from './listing.ts';
import type { Actor } from './model.ts';
import { checkText } from './names.ts';
import { invalid, notFound } from './registry-error.ts';

export interface TokenTools extends RegistryTools {
  /** 256 bits of chance as text. */
  readonly newSecret: () => string;
}

export interface NewToken {
  readonly name: string;
  /** Unix microseconds. */
  readonly expiresAt: number;
  /** Null: a machine's. */
  readonly userId: string | null;
  /** Of a machine's token: the only project that it reaches. */
  readonly projectId: string | null;
}

const NAME_MAX = 100;

/** Its chance is that of its secret, so a plain digest is enough to find it by. */
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

const tokenOf = (row: Row<'tokens'>): Token => ({
  id: row.id,
  name: row.name,
  machine: row.user_id === null,
  userId: row.user_id,
  projectId: row.project_id,
  expiresAt: row.expires_at,
});

/** Returns the token and, this once, its text. @throws RegistryError */
export async function createToken(
  tools: TokenTools,
  actor: Actor,
  input: NewToken,
): Promise<{ readonly token: Token; readonly text: string }> {
  const name = checkText(input.name, ['name'], 1, NAME_MAX);
  return runChange(tools, actor, async (change) => {
    if (input.expiresAt <= change.at) throw invalid(['expiresAt'], 'must be in the future');
    const id = change.newId();
    const text = `${Buffer.from(id).toString('base64')}/${tools.newSecret()}`;
    const row: Row<'tokens'> = {
      id,
      name,
      hash: hashOf(text),
      user_id: input.userId,
      project_id: input.projectId,
      expires_at: input.expiresAt,
      created_at: change.at,
      revoked_at: null,
    };
    await change.db.insertInto('tokens').values(row).execute();
    await change.audit('api-token-created', { tokenId: id });
    return { token: tokenOf(row), text };
  });
}

/** What the holder of a token's text may do; undefined: it is none, or not any more. */
export async function findHolder(db: Db, text: string, now: number): Promise<Holder | undefined> {
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('hash', '=', hashOf(text))
    .where('revoked_at', 'is', null)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const { user_id: userId, project_id: projectId } = row;
  const grants =
    userId !== null
      ? await grantsOfUser(db, userId)
      : projectId !== null
        ? await grantsOfProject(db, projectId)
        : EVERYTHING;
  return grants && { ...grants, userId, projectId: projectId ?? undefined };
}

export interface TokenFilter {
  readonly machine?: boolean | undefined;
  readonly userId?: string | undefined;
  /** Only those of these projects. */
  readonly projectIds?: readonly string[] | undefined;
}

export async function listTokens(db: Db, filter: TokenFilter, asked: PageAsked): Promise<Page<Token>> {
  const order = asked.ascending ? 'asc' : 'desc';
  let query = db.selectFrom('tokens').selectAll().where('revoked_at', 'is', null);
  if (filter.machine !== undefined) query = query.where('user_id', filter.machine ? 'is' : 'is not', null);
  if (filter.userId !== undefined) query = query.where('user_id', '=', filter.userId);
  if (filter.projectIds !== undefined) query = query.where('project_id', 'in', ['', ...filter.projectIds]);
  const rows = await query
    .orderBy('created_at', order)
    .orderBy('id', order)
    .offset(asked.offset)
    .limit(asked.limit + 1)
    .execute();
  return { items: rows.slice(0, asked.limit).map(tokenOf), hasMore: rows.length > asked.limit };
}

/** @throws RegistryError `not_found` */
export async function getToken(db: Db, id: string): Promise<Token> {
  const row = await db
    .selectFrom('tokens')
    .selectAll()
    .where('id', '=', id.toLowerCase())
    .where('revoked_at', 'is', null)
    .executeTakeFirst();
  if (row === undefined) throw notFound('Token');
  return tokenOf(row);
}

export async function revokeToken(tools: RegistryTools, actor: Actor, id: string): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const token = await getToken(change.db, id);
    await change.db.updateTable('tokens').set({ revoked_at: change.at }).where('id', '=', token.id).execute();
    await change.audit('api-token-revoked', { tokenId: token.id });
  });
}

export async function countTokens(db: Db, projectId: string): Promise<number> {
  const row = await db
    .selectFrom('tokens')
    .select((it) => it.fn.countAll<number>().as('count'))
    .where('project_id', '=', projectId)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(row.count);
}
