/** One step of the tables from one version to the next, in the SQL that both databases share. */

export interface Migration {
  /** Counted from 1, without gaps. */
  readonly version: number;
  readonly name: string;
  /**
   * Statements in order. `text`, `bigint` and `integer` are the only types; texts compare by their bytes. A
   * migration that was released is never changed: its checksum stands in the database.
   */
  readonly statements: readonly string[];
}
