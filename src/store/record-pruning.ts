/** Retention: old records go, and a record of the chain says up to which. */
import { insertRecords } from './record-append.ts';
import { readCode } from './record-chain.ts';
import { newRecordOf } from './record-rows.ts';
import type { Store } from './store.ts';

export interface PrunedNote {
  readonly kind: 'pruned';
  readonly at: number;
  readonly trId: '';
  readonly project: null;
  readonly outcome: 'pruned';
  /** The last record that went, and the chain's code there: the next one goes on from it. */
  readonly upTo: number;
  readonly chain: string;
}

/** Records of one transaction: what comes meanwhile does not wait long. */
const ROWS_MAX = 5_000;

/**
 * Removes records older than a time, oldest first, without a hole.
 * @param before Unix milliseconds. Returns how many went.
 */
export async function pruneRecords(store: Store, key: string, before: number, now: number): Promise<number> {
  let pruned = 0;
  for (;;) {
    const count = await pruneSome(store, key, before, now);
    pruned += count;
    if (count < ROWS_MAX) return pruned;
  }
}

const pruneSome = (store: Store, key: string, before: number, now: number): Promise<number> =>
  store.write(async (db) => {
    const oldest = await db
      .selectFrom('records')
      .select(['seq', 'at', 'mac'])
      .orderBy('seq')
      .limit(ROWS_MAX)
      .execute();
    const kept = oldest.findIndex((row) => row.at >= before);
    const going = kept === -1 ? oldest : oldest.slice(0, kept);
    const last = going.at(-1);
    if (last === undefined) return 0;
    const chain = readCode(last.mac)?.chain ?? '';
    const note: PrunedNote = {
      kind: 'pruned',
      at: now,
      trId: '',
      project: null,
      outcome: 'pruned',
      upTo: last.seq,
      chain,
    };
    await insertRecords(db, store.kind, key, [newRecordOf(note)]);
    await db.deleteFrom('records').where('seq', '<=', last.seq).execute();
    return going.length;
  });
