/** One change of the registry: its transaction, its time, its policy revision, its audit events. */
import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';
import type { Store } from '../store/store.ts';
import type { Actor } from './model.ts';

/** What the registry is handed: it has no clock and no chance of its own. */
export interface RegistryTools {
  readonly store: Store;
  /** Unix microseconds. */
  readonly now: () => number;
  /** Time-ordered UUIDs (version 7). */
  readonly newId: () => string;
}

export type HistoryKind = 'scanner' | 'package' | 'project' | 'project-scanner';

/** The transaction of a change. */
export class Change {
  readonly db: Db;
  /** Later than the time of every change before, Unix microseconds. */
  readonly at: number;
  readonly revision: number;
  readonly actor: Actor;
  readonly newId: () => string;
  #ticks = 0;

  constructor(db: Db, head: { at: number; revision: number }, actor: Actor, newId: () => string) {
    this.db = db;
    this.at = head.at;
    this.revision = head.revision;
    this.actor = actor;
    this.newId = newId;
  }

  /** A time later than the last one of this change: versions of one scanner have times of their own. */
  async tick(): Promise<number> {
    this.#ticks += 1;
    const at = this.at + this.#ticks;
    await this.db.updateTable('policy_head').set({ last_at: at }).where('last_at', '<', at).execute();
    return at;
  }

  async audit(type: string, subjects: Readonly<Record<string, string>>, data?: unknown): Promise<void> {
    await this.db
      .insertInto('audit_events')
      .values({
        id: this.newId(),
        at: this.at,
        type,
        user_id: this.actor.userId,
        request_id: this.actor.requestId ?? null,
        subjects: JSON.stringify(subjects),
        data: data === undefined ? null : JSON.stringify(data),
      })
      .execute();
  }

  /** Keeps what a thing is now; null: it went away. */
  async remember(kind: HistoryKind, id: string, document: unknown, parentId = ''): Promise<void> {
    const text = document === null ? null : JSON.stringify(document);
    await this.db
      .insertInto('history')
      .values({ kind, id, parent_id: parentId, at: this.at, document: text })
      .onConflict((conflict) =>
        conflict.columns(['kind', 'parent_id', 'id', 'at']).doUpdateSet({ document: text }),
      )
      .execute();
  }
}

/**
 * Runs a change: the row of the policy's head is taken first, so changes go one after the other, in every
 * process that shares the database, and each sees all before it.
 * @throws RegistryError, StoreError; nothing was changed then
 */
export function runChange<T>(
  tools: RegistryTools,
  actor: Actor,
  work: (change: Change) => Promise<T>,
): Promise<T> {
  return tools.store.write(
    async (db) => {
      const now = tools.now();
      const { rows } = await sql<{ revision: number; last_at: number }>`
        update policy_head set revision = revision + 1,
          last_at = case when last_at >= ${now} then last_at + 1 else ${now} end
        returning revision, last_at`.execute(db);
      const head = rows[0];
      if (head === undefined) throw new TypeError('the policy has no head');
      return work(new Change(db, { at: head.last_at, revision: head.revision }, actor, tools.newId));
    },
    { announce: true },
  );
}
