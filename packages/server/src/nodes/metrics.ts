/** What the Pods of an instance use, by the metrics API of its cell (metrics.k8s.io), for one caller. */
import type { InstanceMetrics } from '@cellplane/api';
import { databaseTime } from '../database/clock.js';
import { ApiError, type KubernetesObject } from '@cellplane/kubernetes';
import type { Cell } from '../cells/cell.js';
import type { Audience } from '../identity/audience.js';
import { askCell, CALL_MS } from './ask-cell.js';
import { sumOf } from './quantity.js';
import { isSimulated, type Looking, type NodesDeps } from './read-nodes.js';

type Sample = InstanceMetrics['samples'][number];

/** Pods of one instance that are measured. */
const MOST_PODS = 500;

/** Within `requirePermitted`. @throws DomainError unavailable where the cell does not answer at all */
export async function readMetrics(deps: NodesDeps, { instance, audience, signal }: Looking): Promise<InstanceMetrics> {
  const asked = { what: `the metrics of ${instance.id}`, right: 'pods of metrics.k8s.io: list' };
  return askCell(deps.cells, { instance, audience, asked }, async (client, cell) => {
    const answer = { instanceId: instance.id, readAt: (await databaseTime(deps.db)).toISOString(), simulated: isSimulated(cell) };
    if (answer.simulated) return { ...answer, ...none('The cell is a simulated one: no container runs there, so nothing is used.') };
    const of = { apiVersion: 'metrics.k8s.io/v1beta1', kind: 'PodMetrics', namespace: instance.namespace, limit: MOST_PODS };
    try {
      const { items } = await client.list(of, { timeoutMs: CALL_MS, ...(signal === undefined ? {} : { signal }) });
      return { ...answer, available: true, samples: items.map(sampleOf) };
    } catch (error) {
      const why = error instanceof ApiError ? whyNone(error, cell, audience) : undefined;
      if (why === undefined) throw error;
      return { ...answer, ...none(why) };
    }
  });
}

function none(message: string): Pick<InstanceMetrics, 'available' | 'message' | 'samples'> {
  return { available: false, message, samples: [] };
}

/** Undefined: it is the cell that is away, not its metrics API alone. */
function whyNone({ status, reason, message }: ApiError, { key }: Cell, audience: Audience): string | undefined {
  const isMissing = reason === 'KindNotServed';
  // The API server answers so for an API that another server stands behind.
  if (!isMissing && status !== 503) return undefined;
  if (audience !== 'FLEET') return 'Where this instance runs, nothing measures processor and memory: ask your provider for it.';
  return isMissing
    ? `Cell ${key} has no metrics API: install metrics-server there (https://github.com/kubernetes-sigs/metrics-server).`
    : `The metrics API of cell ${key} does not answer: see whether metrics-server runs there ("kubectl get apiservice v1beta1.metrics.k8s.io"). It says: ${message}`;
}

/** Pure. */
export function sampleOf(metrics: KubernetesObject): Sample {
  const { timestamp, containers = [] } = metrics as { timestamp?: string; containers?: { usage?: Record<string, unknown> }[] };
  const used = (resource: string) => sumOf(containers.map(({ usage }) => usage?.[resource])) ?? 0;
  return { node: metrics.metadata.name, at: timestamp ?? '', cpu: used('cpu'), memory: used('memory') };
}
