/** Reads the whole chain and tells what was done to it: gap, edit, reorder and truncation apart. */
import { z } from 'zod';
import { type Checkpoint, codeOf, readCode, signCheckpoint } from './record-chain.ts';
import type { Row } from './schema.ts';
import type { Store } from './store.ts';

/**
 * `gap`: records are missing in between, or before the first; `edit`: a record is not as it was written;
 * `reorder`: a record stands in another's place; `truncation`: the end is missing; `checkpoint`: a line of
 * the second place is not ours.
 */
export type ChainFault = 'gap' | 'edit' | 'reorder' | 'truncation' | 'checkpoint';

export interface ChainFinding {
  readonly fault: ChainFault;
  readonly seq: number;
  readonly note: string;
}

export interface ChainReport {
  readonly records: number;
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly findings: readonly ChainFinding[];
}

export interface SignedCheckpoint extends Checkpoint {
  readonly signature: string;
}

const FINDINGS_MAX = 100;
const PAGE = 1_000;

/** @param checkpoints those of the second place, in any order */
export async function verifyRecords(
  store: Store,
  key: string,
  checkpoints: readonly SignedCheckpoint[],
): Promise<ChainReport> {
  const check = new ChainCheck(key, checkpoints);
  const head = await store.read((db) => db.selectFrom('record_head').selectAll().executeTakeFirstOrThrow());
  for (;;) {
    const rows = await store.read((db) =>
      db
        .selectFrom('records')
        .selectAll()
        .where('seq', '>', check.last ?? 0)
        .orderBy('seq')
        .limit(PAGE)
        .execute(),
    );
    for (const row of rows) check.take(row);
    if (rows.length < PAGE) break;
  }
  return check.end(head);
}

const document = z.looseObject({
  seq: z.number(),
  at: z.number(),
  trId: z.string(),
  kind: z.string(),
  project: z.string().nullable(),
  outcome: z.string(),
});
const pruned = z.looseObject({ kind: z.literal('pruned'), upTo: z.number(), chain: z.string() });

class ChainCheck {
  readonly #key: string;
  readonly #checkpoints = new Map<number, SignedCheckpoint>();
  readonly #findings: ChainFinding[] = [];
  #start: Row<'records'> | undefined;
  #pruned: { upTo: number; chain: string } | undefined;
  #first: number | undefined;
  /** Number and code of the last record seen; undefined code: it could not be told. */
  last: number | undefined;
  #chain: string | undefined = '';
  #records = 0;

  constructor(key: string, checkpoints: readonly SignedCheckpoint[]) {
    this.#key = key;
    for (const checkpoint of checkpoints) {
      if (checkpoint.signature === signCheckpoint(key, checkpoint)) {
        this.#checkpoints.set(checkpoint.seq, checkpoint);
      } else this.#find('checkpoint', checkpoint.seq, 'a checkpoint is not signed with this key');
    }
  }

  take(row: Row<'records'>): void {
    this.#records += 1;
    const expected = (this.last ?? 0) + 1;
    if (this.last === undefined) {
      this.#first = row.seq;
      this.#start = row;
    } else if (row.seq !== expected) {
      this.#find('gap', expected, `records ${expected} to ${row.seq - 1} are missing`);
      this.#chain = undefined;
    }
    this.#check(row, this.last === undefined && row.seq > 1 ? undefined : this.#chain);
    this.last = row.seq;
  }

  #check(row: Row<'records'>, before: string | undefined): void {
    const code = readCode(row.mac);
    const body = parse(row.body);
    const own = codeOf(this.#key, row.body, before ?? '');
    this.#chain = code?.chain;
    if (code === undefined || body === undefined || own.own !== code.own) {
      this.#find('edit', row.seq, 'the record is not as it was written');
      return;
    }
    if (body.seq !== row.seq) {
      this.#find('reorder', row.seq, `the record that was written as ${body.seq} stands here`);
      this.#chain = undefined;
      return;
    }
    if (!matchesColumns(row, body))
      this.#find('edit', row.seq, 'its columns do not say what the record says');
    else if (before !== undefined && own.chain !== code.chain) {
      this.#find('edit', row.seq, 'its code does not follow from the record before it');
    }
    const note = pruned.safeParse(body);
    if (note.success) this.#pruned = note.data;
    const checkpoint = this.#checkpoints.get(row.seq);
    if (checkpoint !== undefined && checkpoint.chain !== code.chain) {
      this.#find('edit', row.seq, 'its code is not the one of the checkpoint');
    }
  }

  end(head: { readonly seq: number; readonly mac: string }): ChainReport {
    const last = this.last ?? 0;
    this.#checkStart();
    const newest = Math.max(head.seq, ...this.#checkpoints.keys());
    if (newest > last) {
      this.#find('truncation', last + 1, `the chain once ended in record ${newest}, and ends in ${last}`);
    } else if (this.#chain !== undefined && head.mac !== this.#chain) {
      this.#find('truncation', last, 'the chain does not end in the code that was written last');
    }
    return { records: this.#records, first: this.#first, last: this.last, findings: this.#findings };
  }

  /** What is missing at the beginning must have been pruned, and the record of that says how to go on. */
  #checkStart(): void {
    if (this.#start === undefined || this.#start.seq <= 1) return;
    const { seq, body, mac } = this.#start;
    if (this.#pruned?.upTo !== seq - 1) {
      this.#find('gap', 1, `records up to ${seq - 1} are missing, and were not pruned`);
    } else if (codeOf(this.#key, body, this.#pruned.chain).chain !== readCode(mac)?.chain) {
      this.#find('edit', seq, 'its code does not follow from what was pruned before it');
    }
  }

  #find(fault: ChainFault, seq: number, note: string): void {
    if (this.#findings.length < FINDINGS_MAX) this.#findings.push({ fault, seq, note });
  }
}

function parse(text: string): z.infer<typeof document> | undefined {
  try {
    return document.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

const matchesColumns = (row: Row<'records'>, body: z.infer<typeof document>): boolean =>
  row.at === body.at &&
  row.tr_id === body.trId &&
  row.kind === body.kind &&
  row.project === body.project &&
  row.outcome === body.outcome;
