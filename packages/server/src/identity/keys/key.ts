/** API keys: long random texts with the prefix `om_`, kept as a hash only. */
import { randomBytes } from 'node:crypto';
import { API_KEY_ROLES, type ApiKeyRole, type Caller, PRODUCT_ROLES, type ProviderRole } from '@cellplane/api';
import type { Transaction } from '../../database/database.js';
import { badRequest, DomainError, invalidState } from '../../errors.js';
import { newId } from '../identifier.js';
import { hashOf } from '../session.js';
import { isWithin } from './key-role.js';
import { type ApiKeyRow, countApiKeys, insertApiKey, KEYS_OF_PERSON, type NewApiKey } from './key-store.js';

const PREFIX = 'om_';
/** Characters of the key that are kept for people to tell keys apart by. */
const SHOWN = 7;

type ApiKeyStatus = 'ACTIVE' | 'EXPIRED' | 'REVOKED';

/**
 * Makes a key. The key itself is answered once and kept only as a hash. The organization is locked by the caller: names and the number of
 * keys are of one at a time.
 * @throws DomainError invalid_state, bad_request
 */
export async function makeApiKey(
  tx: Transaction,
  wanted: Pick<NewApiKey, 'userId' | 'name' | 'roleType'> & Partial<Pick<NewApiKey, 'description' | 'expiresAt' | 'madeWith'>>,
): Promise<{ id: string; key: string }> {
  if ((await countApiKeys(tx, wanted.userId)) >= KEYS_OF_PERSON)
    throw invalidState('too-many-api-keys', `You have ${KEYS_OF_PERSON} API keys: delete one that is not needed, revoked ones too.`);
  const key = `${PREFIX}${randomBytes(24).toString('base64url')}`;
  const id = newId('apikey');
  const row = { description: '', expiresAt: null, madeWith: null, ...wanted, id, prefix: key.slice(0, SHOWN), hash: hashOf(key) };
  const outcome = await insertApiKey(tx, row);
  if (outcome === 'name-taken') throw nameTaken(wanted.name);
  if (outcome === 'expiry-past') throw wrongExpiry('is in the past');
  if (outcome === 'expiry-too-late') throw wrongExpiry('is missing, or later than that of the API key that you are signed in with');
  return { id, key };
}

/** The status by the database's time. */
export function statusOf({ revokedAt, isExpired }: Pick<ApiKeyRow, 'revokedAt' | 'isExpired'>): ApiKeyStatus {
  if (revokedAt !== null) return 'REVOKED';
  return isExpired === true ? 'EXPIRED' : 'ACTIVE';
}

/** The role as a key may have it: no higher than that of its maker, and never root. @throws DomainError */
export function assignableRole(roleType: string, maker: Pick<Caller, 'roleType'>, isCustomer: boolean): ApiKeyRole {
  const wanted = roleType.trim().toLowerCase();
  const offered = API_KEY_ROLES.filter((role) => !isCustomer || !(PRODUCT_ROLES as readonly string[]).includes(role));
  const role = offered.find((one) => one === wanted);
  if (role === undefined) {
    const message = `must be one of ${offered.join(', ')}${wanted === 'root' ? ': no API key is a root' : ''}`;
    throw badRequest('invalid-enum-value', `Invalid request: field roleType ${message}.`, [{ field: 'roleType', message }]);
  }
  if (isWithin(role, maker.roleType as ProviderRole)) return role;
  throw new DomainError(
    'forbidden',
    'role-too-high',
    `Your role ${maker.roleType} is below ${role}: give the API key a role that is not above yours.`,
    [{ field: 'roleType', message: `is above ${maker.roleType}` }],
  );
}

/** The end of a key as a client wrote it. @throws DomainError bad_request */
export function expiryOf(text: string | undefined): Date | null {
  if (text === undefined || text.trim() === '') return null;
  const written = text.trim();
  const date = new Date(written);
  // Of what JavaScript takes for a date: a full one with its zone.
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d)$/i.test(written) || Number.isNaN(date.getTime()))
    throw wrongExpiry('must be a time with its zone, for example 2030-01-31T12:00:00Z');
  return date;
}

/** 409: each name is of one key. */
export function nameTaken(name: string): DomainError {
  return invalidState('api-key-name-taken', `Another API key of the organization is called "${name}": choose another name.`, [
    { field: 'name', message: 'is taken' },
  ]);
}

function wrongExpiry(message: string): DomainError {
  return badRequest('invalid-expiry', `Invalid request: field expiresAt ${message}.`, [{ field: 'expiresAt', message }]);
}
