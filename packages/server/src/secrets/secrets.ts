import { cut, MASK } from '@cellplane/plan';
import { type Database, transaction } from '../database/database.js';
import { badRequest, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import type { Sealer } from './envelope.js';
import { removeSecret, type SecretKey, selectAllSealed, selectSealed, selectSecrets, upsertSecret } from './store.js';
import { environmentTypeOf } from '../request-text/environment-type.js';

export interface SecretDeps {
  db: Database;
  sealer: Sealer;
}

/** A secret as every read shows it: the value is always the mask (docs/reference/plan-language.md#secrets). */
export interface MaskedSecret {
  environmentType: string;
  name: string;
  value: string;
}

/** Stores or replaces a secret of the organization. 400 for an unknown environment type, a bad name, or a value over 64 KiB. */
export async function setSecret(deps: SecretDeps, input: SecretKey & { value: string; by: string }): Promise<MaskedSecret> {
  const key = normalize(input);
  if (!/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(key.name)) {
    throw badRequest(
      'invalid-secret-name',
      `"${cut(key.name)}" cannot be a secret's name: use letters, digits, "_", "-" and ".", at most 128.`,
      [{ field: 'name', message: 'not a usable name' }],
    );
  }
  if (Buffer.byteLength(input.value, 'utf8') > 65_536) {
    throw badRequest('secret-too-long', 'The value of a secret may have at most 64 KiB.', [
      { field: 'value', message: 'longer than 64 KiB' },
    ]);
  }
  const sealed = deps.sealer.seal(input.value, context(key));
  await transaction(deps.db, async (tx) => {
    await upsertSecret(tx, key, sealed, input.by);
    await tell(tx, changed(key));
  });
  return { environmentType: key.environmentType, name: key.name, value: MASK };
}

/** All secrets of one environment type, by name. */
export async function listSecrets(deps: SecretDeps, of: { orgId: string; environmentType: string }): Promise<MaskedSecret[]> {
  const rows = await selectSecrets(deps.db, { orgId: of.orgId, environmentType: environmentTypeOf(of.environmentType) });
  return rows.map((row) => ({ environmentType: row.environmentType, name: row.name, value: MASK }));
}

/** One secret, masked. 404 if there is none. */
export async function getSecret(deps: SecretDeps, input: SecretKey): Promise<MaskedSecret> {
  const key = normalize(input);
  if ((await selectSealed(deps.db, key)) === undefined) throw notFound('secret', key.name);
  return { environmentType: key.environmentType, name: key.name, value: MASK };
}

/** 404 if there is none. */
export async function deleteSecret(deps: SecretDeps, input: SecretKey): Promise<void> {
  const key = normalize(input);
  await transaction(deps.db, async (tx) => {
    if (!(await removeSecret(tx, key))) throw notFound('secret', key.name);
    await tell(tx, changed(key));
  });
}

/** The value in clear, for rendering a run (`$secret.<NAME>`) and for charts; undefined if there is none. Never for an answer. */
export async function openSecret(deps: SecretDeps, input: SecretKey): Promise<string | undefined> {
  const key = normalize(input);
  const sealed = await selectSealed(deps.db, key);
  return sealed === undefined ? undefined : deps.sealer.open(sealed, context(key)).toString('utf8');
}

/** All values of one environment type in clear, by name, for rendering a run. Never for an answer. */
export async function openSecrets(deps: SecretDeps, of: { orgId: string; environmentType: string }): Promise<Map<string, string>> {
  const type = environmentTypeOf(of.environmentType);
  const rows = await selectAllSealed(deps.db, { orgId: of.orgId, environmentType: type });
  const open = (row: { name: string; sealed: Buffer }) =>
    deps.sealer.open(row.sealed, context({ orgId: of.orgId, environmentType: type, name: row.name })).toString('utf8');
  return new Map(rows.map((row) => [row.name, open(row)]));
}

function normalize(key: SecretKey): SecretKey {
  return { orgId: key.orgId, environmentType: environmentTypeOf(key.environmentType), name: key.name.trim() };
}

/** Pages that show the secret are told; its value is in no event. */
function changed({ orgId, name }: SecretKey) {
  return { kind: 'thing-changed', subject: name, payload: { noun: 'secrets', orgId } } as const;
}

function context(key: SecretKey): string {
  return `secret/${key.orgId}/${key.environmentType}/${key.name}`;
}
