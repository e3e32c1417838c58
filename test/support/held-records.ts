/** A store of records in memory, which fails and waits when a test says so. */
import type { RecordEntry, RecordStore } from '../../src/core/record.ts';

export interface HeldRecords extends RecordStore {
  readonly entries: readonly RecordEntry[];
  /** What the next records meet. */
  meet(record: (entry: RecordEntry) => Promise<void>): void;
}

export function createHeldRecords(): HeldRecords {
  const entries: RecordEntry[] = [];
  let met: (entry: RecordEntry) => Promise<void> = async () => undefined;
  return {
    entries,
    meet(record) {
      met = record;
    },
    async append(entry) {
      await met(entry);
      entries.push(entry);
    },
    read: async () => [],
  };
}
