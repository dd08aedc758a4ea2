/** The instance that somebody looks at. */
import type { Caller } from '@cellplane/api';
import { notFound } from '../errors.js';
import { audienceOf } from '../identity/audience.js';
import { selectVisibleInstance } from '../instances/store.js';
import type { Looking, NodesDeps } from './read-nodes.js';

/** The live instance, and as whose it is looked at. @throws DomainError not_found */
export async function lookedAt({ db }: Pick<NodesDeps, 'db'>, caller: Caller, id: string, signal?: AbortSignal): Promise<Looking> {
  const instance = await selectVisibleInstance(db, caller, id);
  if (instance === undefined) throw notFound('instance', id);
  return { instance, audience: audienceOf(instance, caller), signal };
}
