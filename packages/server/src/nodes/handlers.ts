/** Handlers of what runs of an instance in its cell. */
import { type Handlers, LOG_LINES } from '@cellplane/api';
import { readLog } from './log.js';
import { readMetrics } from './metrics.js';
import { lookedAt } from './looked-at.js';
import type { OpenReads } from './open-reads.js';
import { permittedOf, requirePermitted } from './permitted.js';
import { type NodesDeps, readEvents, readNodes } from './read-nodes.js';

export type NodeHandlers = Pick<Handlers, 'listInstanceNodes' | 'listClusterEvents' | 'readInstanceLog' | 'readInstanceMetrics'>;

/** Events that are answered if nobody says how many. */
const USUAL_EVENTS = 200;

export function nodeHandlers(deps: NodesDeps, reads: OpenReads): NodeHandlers {
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
    async readInstanceLog({ params, query, caller, signal }) {
      const looking = await lookedAt(deps, caller, params.id, signal);
      const end = reads.begin(caller.orgId);
      try {
        return await readLog(deps, looking, { ...query, node: params.node, tail: query.tail ?? LOG_LINES.usual });
      } finally {
        end();
      }
    },
    async readInstanceMetrics({ params, caller, signal }) {
      const looking = await lookedAt(deps, caller, params.id, signal);
      await requirePermitted(deps, looking, 'metrics');
      return readMetrics(deps, looking);
    },
  };
}
