/** Makes the id of an exchange: 128 random bits, never taken from a client (THREATS A6). */
import { randomUUID } from 'node:crypto';

/** A fresh `tr_id`: `sp_` and a version 4 UUID without dashes. */
export function newTrId(): string {
  return `sp_${randomUUID().replaceAll('-', '')}`;
}
