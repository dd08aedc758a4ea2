import type { ApiKeyRole } from '@cellplane/api';
import { type Database, transaction } from '../../database/database.js';
import { newId } from '../identifier.js';
import { makeApiKey } from './key.js';

/** A fresh API key of a user. */
export function keyOf(db: Database, userId: string, roleType: ApiKeyRole = 'admin'): Promise<{ id: string; key: string }> {
  return transaction(db, (tx) => makeApiKey(tx, { userId, roleType, name: newId('key') }));
}
