/** Secrets: kept encrypted, never shown again, opened only for the upstreams that they are the keys of. */
import type { Db, Row } from '../store/schema.ts';
import { type Change, type RegistryTools, runChange } from './change.ts';
import type { Actor } from './model.ts';
import { checkText } from './names.ts';
import { conflict, invalid, notFound } from './registry-error.ts';
import type { Sealer } from './sealer.ts';

/** Never with its value. */
export interface Secret {
  readonly id: string;
  readonly name: string;
  /** Unix microseconds. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface SecretPatch {
  readonly name?: string | null | undefined;
  readonly value?: string | null | undefined;
}

export interface SecretTools extends RegistryTools {
  /** Undefined: this process was given no key. */
  readonly sealer: Sealer | undefined;
}

/** Every method throws RegistryError for what the caller asked wrongly, after which nothing was changed. */
export interface Secrets {
  createSecret(actor: Actor, input: { readonly name: string; readonly value: string }): Promise<string>;
  listSecrets(): Promise<readonly Secret[]>;
  getSecret(id: string): Promise<Secret>;
  updateSecret(actor: Actor, id: string, patch: SecretPatch): Promise<void>;
  deleteSecret(actor: Actor, id: string): Promise<void>;
}

const NAME_MAX = 100;
const SECRETS_MAX = 1_000;
const FINGERPRINT = 'secret-key';
/** Fit for a header: what cannot be used is refused. */
const VALUE = /^[\x21-\x7e]{1,2048}$/;

const NO_KEY =
  'Processes that share a database need one key for its secrets: set secrets.key (SALLYPORT_SECRET_KEY)';
const OTHER_KEY =
  "The database's secrets were encrypted with another key: " +
  'set secrets.key (SALLYPORT_SECRET_KEY) to that one';

export function createSecrets(tools: SecretTools): Secrets {
  const { store } = tools;
  return {
    createSecret: (actor, input) => createSecret(tools, actor, input),
    listSecrets: () => store.read(async (db) => (await allRows(db)).map(secretOf)),
    getSecret: (id) => store.read(async (db) => secretOf(await loadSecret(db, id))),
    updateSecret: (actor, id, patch) => updateSecret(tools, actor, id, patch),
    deleteSecret: (actor, id) => deleteSecret(tools, actor, id),
  };
}

const secretOf = (row: Row<'secrets'>): Secret => ({
  id: row.id,
  name: row.name,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

const allRows = (db: Db) =>
  db.selectFrom('secrets').selectAll().orderBy('created_at').orderBy('id').execute();

async function loadSecret(db: Db, id: string): Promise<Row<'secrets'>> {
  const row = await db
    .selectFrom('secrets')
    .selectAll()
    .where('id', '=', id.toLowerCase())
    .executeTakeFirst();
  if (row === undefined) throw notFound('Secret');
  return row;
}

function checkValue(value: string): string {
  if (VALUE.test(value)) return value;
  throw invalid(['value'], 'must have 1 to 2048 printable ASCII characters, without spaces');
}

async function checkFree(db: Db, name: string, except = ''): Promise<void> {
  const taken = await db
    .selectFrom('secrets')
    .select('id')
    .where('name', '=', name)
    .where('id', '<>', except)
    .executeTakeFirst();
  if (taken !== undefined) throw conflict('There is a secret of this name already');
}

/** The first secret says which key it is from now on. @throws RegistryError `conflict` for another one */
async function fittingSealer({ db }: Change, sealer: Sealer | undefined): Promise<Sealer> {
  if (sealer === undefined) throw conflict(NO_KEY);
  await db
    .insertInto('settings')
    .values({ name: FINGERPRINT, value: sealer.fingerprint })
    .onConflict((clash) => clash.column('name').doNothing())
    .execute();
  if ((await knownFingerprint(db)) !== sealer.fingerprint) throw conflict(OTHER_KEY);
  return sealer;
}

async function knownFingerprint(db: Db): Promise<string | undefined> {
  const row = await db
    .selectFrom('settings')
    .select('value')
    .where('name', '=', FINGERPRINT)
    .executeTakeFirst();
  return row?.value;
}

async function createSecret(
  { sealer, ...tools }: SecretTools,
  actor: Actor,
  input: { readonly name: string; readonly value: string },
): Promise<string> {
  const name = checkText(input.name, ['name'], 1, NAME_MAX);
  const value = checkValue(input.value);
  return runChange(tools, actor, async (change) => {
    const { db, at } = change;
    const fitting = await fittingSealer(change, sealer);
    await checkFree(db, name);
    const rows = await db.selectFrom('secrets').select('id').execute();
    if (rows.length >= SECRETS_MAX) throw conflict(`There are ${SECRETS_MAX} secrets already`);
    const id = change.newId();
    const sealed = fitting.seal({ id, name }, value);
    await db.insertInto('secrets').values({ id, name, sealed, created_at: at, updated_at: at }).execute();
    await change.audit('secret-created', { secretId: id }, { name });
    return id;
  });
}

async function updateSecret(
  { sealer, ...tools }: SecretTools,
  actor: Actor,
  id: string,
  patch: SecretPatch,
): Promise<void> {
  const name = patch.name == null ? undefined : checkText(patch.name, ['name'], 1, NAME_MAX);
  const value = patch.value == null ? undefined : checkValue(patch.value);
  await runChange(tools, actor, async (change) => {
    const { db } = change;
    const row = await loadSecret(db, id);
    if (name === undefined && value === undefined) return;
    const fitting = await fittingSealer(change, sealer);
    await checkFree(db, name ?? row.name, row.id);
    const next = { id: row.id, name: name ?? row.name };
    // The name is bound to the value, so a new name needs it sealed anew.
    const text = value ?? fitting.open(row, row.sealed);
    if (text === undefined) throw conflict('This secret cannot be read any more: give it a value');
    await db
      .updateTable('secrets')
      .set({ name: next.name, sealed: fitting.seal(next, text), updated_at: change.at })
      .where('id', '=', row.id)
      .execute();
    const changed = [...(name === undefined ? [] : ['name']), ...(value === undefined ? [] : ['value'])];
    await change.audit('secret-updated', { secretId: row.id }, { name: next.name, changed });
  });
}

/** After the last one a new key may be used. */
async function deleteSecret(tools: RegistryTools, actor: Actor, id: string): Promise<void> {
  await runChange(tools, actor, async (change) => {
    const { db } = change;
    const { id: secretId, name } = await loadSecret(db, id);
    await db.deleteFrom('secrets').where('id', '=', secretId).execute();
    const left = await db.selectFrom('secrets').select('id').limit(1).executeTakeFirst();
    if (left === undefined) await db.deleteFrom('settings').where('name', '=', FINGERPRINT).execute();
    await change.audit('secret-deleted', { secretId }, { name });
  });
}

export interface OpenedSecrets {
  /** Values by name. */
  readonly values: ReadonlyMap<string, string>;
  /** Names of those that this process's key does not open. */
  readonly unreadable: ReadonlySet<string>;
}

/** Values for this process's own use. @throws StoreError */
export async function openSecrets(db: Db, sealer: Sealer | undefined): Promise<OpenedSecrets> {
  const values = new Map<string, string>();
  const unreadable = new Set<string>();
  for (const row of await allRows(db)) {
    const value = sealer?.open(row, row.sealed);
    if (value === undefined) unreadable.add(row.name);
    else values.set(row.name, value);
  }
  return { values, unreadable };
}
