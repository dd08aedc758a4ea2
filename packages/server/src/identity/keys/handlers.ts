/** Handlers of API keys. */
import type { Caller, Handlers } from '@cellplane/api';
import { type Database, type Transaction, transaction } from '../../database/database.js';
import { badRequest, DomainError, notFound } from '../../errors.js';
import { lockOrganization } from '../organization-store.js';
import { isCustomer } from '../store.js';
import { assignableRole, expiryOf, makeApiKey, nameTaken, statusOf } from './key.js';
import { type ApiKeyRow, deleteApiKey, type KeysOf, revokeApiKey, selectApiKeys, updateApiKey } from './key-store.js';

export type ApiKeyHandlers = Pick<
  Handlers,
  'listApiKeys' | 'createApiKey' | 'describeApiKey' | 'updateApiKey' | 'deleteApiKey' | 'revokeApiKey'
>;

const NAME_MAX = 100;
const DESCRIPTION_MAX = 1_000;

/** Binds the operations on API keys. */
export function apiKeyHandlers({ db }: { db: Database }): ApiKeyHandlers {
  /** One key that the caller reaches, changed in a transaction; the answer is how it is then. */
  const changed = (caller: Caller, id: string, change: (tx: Transaction) => Promise<void>) => {
    requireKeyKeeper(caller);
    return transaction(db, async (tx) => {
      await lockOrganization(tx, caller.orgId);
      await selectOne(tx, caller, id);
      await change(tx);
      return { metadata: metadataOf(await selectOne(tx, caller, id)) };
    });
  };
  return {
    async listApiKeys({ caller }) {
      return { apiKeys: (await selectApiKeys(db, keysOf(caller))).map(metadataOf) };
    },
    async createApiKey({ body, caller }) {
      requireKeyKeeper(caller);
      const wanted = { name: nameOf(body.name), description: descriptionOf(body.description ?? ''), expiresAt: expiryOf(body.expiresAt) };
      return transaction(db, async (tx) => {
        await lockOrganization(tx, caller.orgId);
        const roleType = assignableRole(body.roleType, caller, await isCustomer(tx, caller.orgId));
        const made = await makeApiKey(tx, { ...wanted, roleType, userId: caller.userId, madeWith: caller.apiKeyId ?? null });
        return { ...made, metadata: metadataOf(await selectOne(tx, caller, made.id)) };
      });
    },
    async describeApiKey({ params, caller }) {
      return { metadata: metadataOf(await selectOne(db, caller, params.id)) };
    },
    async updateApiKey({ params, body, caller }) {
      const [name, description] = [body.name, body.description];
      const wanted = {
        name: name === undefined ? null : nameOf(name),
        description: description === undefined ? null : descriptionOf(description),
      };
      return changed(caller, params.id, async (tx) => {
        if (!(await updateApiKey(tx, params.id, wanted))) throw nameTaken(wanted.name ?? '');
      });
    },
    async deleteApiKey({ params, caller }) {
      requireKeyKeeper(caller);
      await transaction(db, async (tx) => {
        await selectOne(tx, caller, params.id);
        await deleteApiKey(tx, params.id);
      });
    },
    async revokeApiKey({ params, caller }) {
      return changed(caller, params.id, (tx) => revokeApiKey(tx, params.id, caller.userId));
    },
  };
}

/** A root or admin reaches all keys of the organization, everybody else their own. */
function keysOf({ orgId, userId, roleType }: Caller): KeysOf {
  return { orgId, userId: roleType === 'root' || roleType === 'admin' ? null : userId };
}

/** A key that leaks must not make itself a longer life: only those of admins reach keys. @throws DomainError forbidden */
function requireKeyKeeper({ apiKeyId, roleType }: Caller): void {
  if (apiKeyId === undefined || roleType === 'admin') return;
  throw new DomainError(
    'forbidden',
    'api-key-cannot-keep-keys',
    `You are signed in with an API key of the role ${roleType}: sign in with your password, or with a key of the role admin, to make and change API keys.`,
  );
}

async function selectOne(db: Database, caller: Caller, id: string): Promise<ApiKeyRow> {
  const [row] = await selectApiKeys(db, keysOf(caller), id);
  if (row === undefined) throw notFound('API key', id);
  return row;
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name === '' || name.length > NAME_MAX || /\p{Cc}/u.test(name))
    throw wrong('name', `must have 1 to ${NAME_MAX} characters, on one line`);
  return name;
}

function descriptionOf(text: string): string {
  if (text.length > DESCRIPTION_MAX) throw wrong('description', `must not have more than ${DESCRIPTION_MAX} characters`);
  return text.trim();
}

function wrong(field: string, message: string): DomainError {
  return badRequest('invalid-length', `Invalid request: field ${field} ${message}.`, [{ field, message }]);
}

function metadataOf(row: ApiKeyRow) {
  return {
    id: row.id,
    name: row.name,
    ...(row.description === '' ? {} : { description: row.description }),
    prefix: row.prefix,
    roleType: row.roleType,
    status: statusOf(row),
    createdAt: row.createdAt.toISOString(),
    createdByUserId: row.createdByUserId,
    createdByUserName: row.createdByUserName,
    ...(row.expiresAt === null ? {} : { expiresAt: row.expiresAt.toISOString() }),
    ...(row.lastUsedAt === null ? {} : { lastUsedAt: row.lastUsedAt.toISOString() }),
    ...(row.revokedAt === null ? {} : { revokedAt: row.revokedAt.toISOString() }),
    ...(row.revokedByUserId === null ? {} : { revokedByUserId: row.revokedByUserId }),
    ...(row.revokedByUserName === null ? {} : { revokedByUserName: row.revokedByUserName }),
  };
}
