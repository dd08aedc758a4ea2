/** Handlers of what runs of an instance in its cell. */
import type { Caller, Handlers } from '@cellplane/api';
import { notFound } from '../errors.js';
import { audienceOf } from '../identity/audience.js';
import { selectVisibleInstance } from '../instances/store.js';
import { permittedOf } from './permitted.js';
import { type Looking, type NodesDeps, readEvents, readNodes } from './read-nodes.js';

export type NodeHandlers = Pick<Handlers, 'listInstanceNodes' | 'listClusterEvents'>;

/** Events that are answered if nobody says how many. */
const USUAL_EVENTS = 200;

/** The live instance, and as whose it is looked at. @throws DomainError not_found */
export async function lookedAt({ db }: Pick<NodesDeps, 'db'>, caller: Caller, id: string, signal?: AbortSignal): Promise<Looking> {
  const instance = await selectVisibleInstance(db, caller, id);
  if (instance === undefined) throw notFound('instance', id);
  return { instance, audience: audienceOf(instance, caller), signal };
}

export function nodeHandlers(deps: NodesDeps): NodeHandlers {
  return {
    async listInstanceNodes({ params, caller, signal }) {
      const looking = await lookedAt(deps, caller, params.id, signal);
      const { instance, audience } = looking;
      const [read, permitted] = await Promise.all([readNodes(deps, looking), permittedOf(deps.db, instance, audience)]);
      return { instanceId: instance.id, ...read, ...permitted };
    },
    async listClusterEvents({ params, query, caller, signal }) {
      const looking = await lookedAt(deps, caller, params.id, signal);
      const { truncated, ...read } = await readEvents(deps, looking, { ...query, limit: query.limit ?? USUAL_EVENTS });
      return { instanceId: looking.instance.id, ...read, ...(truncated ? { truncated } : {}) };
    },
  };
}
