/** How documents name things: by id, or by a name that no other has. */
import { sql } from 'kysely';
import type { Db } from '../store/schema.ts';
import { isUuid } from './names.ts';
import { invalid } from './registry-error.ts';

/** What happens, told on the way. */
export interface ApplyNotes {
  readonly changes: string[];
  readonly left: string[];
}

const KINDS = { scanners: 'scanner', packages: 'package' } as const;

/**
 * The id of a thing that a document names by id, or by a name that no other has.
 * @throws RegistryError `invalid`
 */
export async function idOf(
  db: Db,
  kind: 'scanners' | 'packages',
  named: string,
  path: readonly (string | number)[],
): Promise<string> {
  const found = await idsOf(db, kind, named);
  const [id] = found;
  if (id === undefined) throw invalid(path, `there is no ${KINDS[kind]} ${JSON.stringify(named)}`);
  if (found.length > 1) throw invalid(path, `several have the name ${JSON.stringify(named)}: write an id`);
  return id;
}

/** Of all that are there and have this id or name. */
export async function idsOf(
  db: Db,
  kind: 'scanners' | 'packages',
  named: string,
): Promise<readonly string[]> {
  const select = async (column: 'id' | 'name', value: string): Promise<readonly string[]> => {
    const { rows } = await sql<{ id: string }>`select id from ${sql.table(kind)}
      where deleted_at is null and ${sql.ref(column)} = ${value}`.execute(db);
    return rows.map((row) => row.id);
  };
  const byId = isUuid(named) ? await select('id', named.toLowerCase()) : [];
  return byId.length > 0 ? byId : select('name', named);
}
