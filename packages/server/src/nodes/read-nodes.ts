/** Pods and Events of an instance, read from its cell for one caller. */
import type { ClusterEvent, InstanceNodes } from '@cellplane/api';
import { ApiError, type KubernetesClient, type KubernetesObject, readEvent } from '@cellplane/kubernetes';
import type { Cell, Cells } from '../cells/cell.js';
import { databaseTime } from '../database/clock.js';
import type { Database } from '../database/database.js';
import type { Audience } from '../identity/audience.js';
import type { InstanceRow } from '../instances/store.js';
import type { Sealer } from '../secrets/envelope.js';
import { askCell, CALL_MS } from './ask-cell.js';
import { eventForCustomer, nodeForCustomer, withoutMachines } from './audience.js';
import { inOrder, nodeOf, type PodFields } from './node.js';
import { maskingOf } from './secrets-of.js';

export interface NodesDeps {
  db: Database;
  sealer: Sealer;
  cells: Pick<Cells, 'client' | 'find'>;
}

/** Pods of one instance that are shown, and Events that are looked at. */
const MOST_PODS = 500;
const MOST_EVENTS = 2_000;
const ZONE = 'topology.kubernetes.io/zone';

export interface Looking {
  instance: InstanceRow;
  audience: Audience;
  signal?: AbortSignal | undefined;
}

/** @throws DomainError unavailable */
export async function readNodes(
  deps: NodesDeps,
  { instance, audience, signal }: Looking,
): Promise<Pick<InstanceNodes, 'nodes' | 'readAt' | 'simulated' | 'unread'>> {
  const asked = { what: `the nodes of ${instance.id}`, right: 'pods: list' };
  return askCell(deps.cells, { instance, audience, asked }, async (client, cell) => {
    const list = listIn(client, signal);
    const readAt = (await databaseTime(deps.db)).toISOString();
    const [pods, warnings, machines, masking] = await Promise.all([
      list('Pod', { namespace: instance.namespace, limit: MOST_PODS }),
      optional(list('Event', { namespace: instance.namespace, fieldSelector: 'type=Warning', limit: MOST_EVENTS })),
      optional(list('Node', { metadataOnly: true })),
      maskingOf(deps.sealer, client, instance, signal),
    ]);
    const zones = new Map(machines.found.map(({ metadata }) => [metadata.name, metadata.labels?.[ZONE] ?? '']));
    const said = warnings.found.map(readEvent);
    const named = withoutMachines([...zones.keys(), ...pods.map((pod) => (pod as PodFields).spec?.nodeName ?? '')]);
    const text = (words: string) => (audience === 'FLEET' ? masking.text(words) : named(masking.text(words)));
    const nodes = pods.map((pod) => {
      const node = nodeOf(pod, said, zones);
      if (audience !== 'FLEET') return nodeForCustomer(node, text);
      const { reason } = node;
      return reason === undefined ? node : { ...node, reason: { ...reason, cause: text(reason.cause), words: text(reason.words) } };
    });
    const unread = [warnings.why, masking.unread].filter((why) => why !== undefined);
    return { nodes: inOrder(nodes), readAt, simulated: isSimulated(cell), unread: audience === 'FLEET' ? unread : [] };
  });
}

/** Newest first. @throws DomainError unavailable */
export async function readEvents(
  deps: NodesDeps,
  { instance, audience, signal }: Looking,
  wanted: { type?: string | undefined; object?: string | undefined; limit: number },
): Promise<{ events: ClusterEvent[]; readAt: string; simulated: boolean; truncated: boolean }> {
  const asked = { what: `the events of ${instance.id}`, right: 'events: list' };
  return askCell(deps.cells, { instance, audience, asked }, async (client, cell) => {
    const list = listIn(client, signal);
    const readAt = (await databaseTime(deps.db)).toISOString();
    const selector = wanted.type === undefined ? {} : { fieldSelector: `type=${wanted.type}` };
    const [found, machines, masking] = await Promise.all([
      list('Event', { namespace: instance.namespace, ...selector, limit: MOST_EVENTS }),
      optional(audience === 'FLEET' ? Promise.resolve([]) : list('Node', { metadataOnly: true })),
      maskingOf(deps.sealer, client, instance, signal),
    ]);
    const named = withoutMachines([...machines.found.map(({ metadata }) => metadata.name), ...found.map(hostOf)]);
    const events = found
      .map(readEvent)
      .filter(({ object }) => wanted.object === undefined || object === wanted.object)
      // Times of one format (RFC 3339, UTC), so text order is time order.
      .toSorted((one, other) => other.at.localeCompare(one.at))
      .slice(0, wanted.limit + 1)
      .map((event) => ({ ...event, message: masking.text(event.message) }));
    return {
      events: events.slice(0, wanted.limit).map((event) => (audience === 'FLEET' ? event : eventForCustomer(event, named))),
      readAt,
      simulated: isSimulated(cell),
      truncated: events.length > wanted.limit,
    };
  });
}

export function isSimulated(cell: Cell): boolean {
  return cell.kind === 'simulated';
}

function hostOf(event: KubernetesObject): string {
  const { source } = event as { source?: { host?: string } };
  return source?.host ?? '';
}

type Selector = Omit<Parameters<KubernetesClient['list']>[0], 'apiVersion' | 'kind'>;

function listIn(client: KubernetesClient, signal: AbortSignal | undefined) {
  const options = { timeoutMs: CALL_MS, ...(signal === undefined ? {} : { signal }) };
  return async (kind: string, of: Selector) => (await client.list({ apiVersion: 'v1', kind, ...of }, options)).items;
}

/** What the account may not read is told, and the rest shown. */
async function optional(reading: Promise<KubernetesObject[]>): Promise<{ found: KubernetesObject[]; why?: string }> {
  try {
    return { found: await reading };
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    return { found: [], why: error.message };
  }
}
