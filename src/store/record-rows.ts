/** Numbers and codes for records that are about to be appended. */
import { codeOf, writeCode } from './record-chain.ts';
import type { Row } from './schema.ts';

/** A record before it has its number. */
export interface NewRecord {
  readonly at: number;
  readonly trId: string;
  readonly kind: string;
  readonly project: string | null;
  readonly outcome: string;
  /** Its JSON, of one object. */
  readonly json: string;
}

/** Where the chain ends. */
export interface ChainEnd {
  readonly seq: number;
  readonly chain: string;
}

export const newRecordOf = (entry: Omit<NewRecord, 'json'>): NewRecord => {
  const { at, trId, kind, project, outcome } = entry;
  return { at, trId, kind, project, outcome, json: JSON.stringify(entry) };
};

/** The rows of records, and the chain's new end. */
export function rowsAfter(
  end: ChainEnd,
  key: string,
  records: readonly NewRecord[],
): { readonly rows: readonly Row<'records'>[]; readonly end: ChainEnd } {
  let { seq, chain } = end;
  const rows = records.map(({ at, trId: tr_id, kind, project, outcome, json }) => {
    seq += 1;
    // The number stands in the text that the code covers.
    const body = `{"seq":${seq},${json.slice(1)}`;
    const code = codeOf(key, body, chain);
    chain = code.chain;
    return { seq, at, tr_id, kind, project, outcome, body, mac: writeCode(code) };
  });
  return { rows, end: { seq, chain } };
}
