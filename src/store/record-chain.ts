/** The chain of records: each has a code of its own, and one that covers all before it (DESIGN §10). */
import { createHmac } from 'node:crypto';

/** The code of a record: `own` covers it alone, `chain` the code before and `own`. */
export interface RecordCode {
  readonly own: string;
  readonly chain: string;
}

/** @param body the record's JSON, its number within */
export function codeOf(key: string, body: string, chainBefore: string): RecordCode {
  const own = hmac(key, `record\n${body}`);
  return { own, chain: hmac(key, `chain\n${chainBefore}\n${own}`) };
}

export const writeCode = ({ own, chain }: RecordCode): string => `${own}:${chain}`;

export function readCode(text: string): RecordCode | undefined {
  const [own, chain, ...rest] = text.split(':');
  return own === undefined || chain === undefined || rest.length > 0 ? undefined : { own, chain };
}

/** A statement kept in a second place: at this time the chain ended in this record. */
export interface Checkpoint {
  readonly seq: number;
  readonly chain: string;
  /** Unix milliseconds. */
  readonly at: number;
}

export const signCheckpoint = (key: string, { seq, chain, at }: Checkpoint): string =>
  hmac(key, `checkpoint\n${seq}\n${chain}\n${at}`);

/** Tells which key made a chain, without telling the key. */
export const fingerprintOf = (key: string): string => hmac(key, 'fingerprint').slice(0, 32);

const hmac = (key: string, text: string): string =>
  createHmac('sha256', key).update(text).digest('base64url');
