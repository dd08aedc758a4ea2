import { ApiError } from './errors.js';
import type { CallOptions, KubernetesClient, KubernetesObject } from './model.js';

/** What a namespace says about why something in it is not ready, in the words of kubelet, scheduler and operator. */
export interface NamespaceExplanation {
  /** One line for each problem of each pod: `pod db-1, container postgres: ImagePullBackOff: Back-off pulling image …`. */
  podProblems: string[];
  /** Last warnings, newest first: those of the object asked for before those of others. */
  events: ExplainedEvent[];
  /** What could not be read, and why; an empty answer with entries here is not an all-clear. */
  unread: string[];
}

export interface ExplainedEvent {
  /** `Cluster/db`. */
  object: string;
  reason: string;
  message: string;
  count: number;
  /** ISO time of the last occurrence. */
  at: string;
  /** Component that said it: `kubelet`, `default-scheduler`, an operator. */
  source: string;
}

const EVENT_LIMIT = 10;

/** Reads pods and warning events of one namespace. What cannot be read is named in `unread`; it does not reject. */
export async function explainNamespace(
  client: KubernetesClient,
  namespace: string,
  of: { uid?: string; name?: string } = {},
  options: CallOptions = {},
): Promise<NamespaceExplanation> {
  const unread: string[] = [];
  const list = async (kind: string, fieldSelector?: string): Promise<KubernetesObject[]> => {
    try {
      const selector = fieldSelector === undefined ? {} : { fieldSelector };
      return (await client.list({ apiVersion: 'v1', kind, namespace, ...selector }, options)).items;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      unread.push(`${kind}s of ${namespace}: ${error.message}`);
      return [];
    }
  };
  const [pods, events] = await Promise.all([list('Pod'), list('Event', 'type=Warning')]);
  return { podProblems: pods.flatMap((pod) => podProblems(pod)), events: lastWarnings(events, of), unread };
}

interface ContainerStatus {
  name: string;
  ready?: boolean;
  restartCount?: number;
  state?: { waiting?: { reason?: string; message?: string }; terminated?: Terminated };
  lastState?: { terminated?: Terminated };
}

interface Terminated {
  reason?: string;
  message?: string;
  exitCode?: number;
}

interface PodStatus {
  phase?: string;
  reason?: string;
  message?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

/** Why a pod does not run or is not ready; nothing for one that runs, or that has only just been made. */
export function podProblems(pod: KubernetesObject): string[] {
  const status = (pod['status'] ?? {}) as PodStatus;
  const name = `pod ${pod.metadata.name}`;
  const problems: string[] = [];
  if (status.phase === 'Failed') problems.push(`${name} failed: ${words(status.reason, status.message)}`);
  for (const condition of status.conditions ?? []) {
    if (condition.type === 'PodScheduled' && condition.status === 'False') {
      problems.push(`${name} is not scheduled: ${words(condition.reason, condition.message)}`);
    }
  }
  for (const container of status.initContainerStatuses ?? []) problems.push(...containerProblems(name, 'init container', container));
  for (const container of status.containerStatuses ?? []) problems.push(...containerProblems(name, 'container', container));
  return problems;
}

/** Waiting reasons that only say that things are under way. */
const UNDER_WAY = new Set(['ContainerCreating', 'PodInitializing']);

function containerProblems(pod: string, role: string, container: ContainerStatus): string[] {
  const at = `${pod}, ${role} ${container.name}`;
  const { waiting, terminated } = container.state ?? {};
  if (waiting !== undefined && !UNDER_WAY.has(waiting.reason ?? '')) {
    const last = container.lastState?.terminated;
    const before = last === undefined ? '' : `; last ended with ${ending(last)}`;
    return [`${at}: ${words(waiting.reason, waiting.message)}${before}`];
  }
  if (terminated !== undefined && terminated.exitCode !== 0) return [`${at}: ended with ${ending(terminated)}`];
  const last = container.lastState?.terminated;
  if (container.ready === false && last !== undefined && last.exitCode !== 0) {
    return [`${at}: restarted ${container.restartCount ?? 0} times, last ended with ${ending(last)}`];
  }
  return [];
}

function ending(terminated: Terminated): string {
  return `exit code ${terminated.exitCode ?? 'unknown'} (${words(terminated.reason, terminated.message)})`;
}

function words(reason: string | undefined, message: string | undefined): string {
  return [reason, message].filter((part) => part !== undefined && part !== '').join(': ') || 'no reason given';
}

interface EventFields {
  involvedObject?: { kind?: string; name?: string; uid?: string };
  reason?: string;
  message?: string;
  count?: number;
  type?: string;
  lastTimestamp?: string | null;
  eventTime?: string | null;
  series?: { count?: number; lastObservedTime?: string };
  source?: { component?: string };
  reportingComponent?: string;
}

function lastWarnings(events: KubernetesObject[], of: { uid?: string; name?: string }): ExplainedEvent[] {
  const read = events.filter((event) => (event as EventFields).type === 'Warning').map((event) => explained(event, of));
  // Times of one component are of one format (RFC 3339, UTC), so text order is time order.
  read.sort((a, b) => Number(b.isAsked) - Number(a.isAsked) || b.event.at.localeCompare(a.event.at));
  return read.slice(0, EVENT_LIMIT).map(({ event }) => event);
}

function explained(object: KubernetesObject, of: { uid?: string; name?: string }): { event: ExplainedEvent; isAsked: boolean } {
  const event = object as EventFields & KubernetesObject;
  const involved = event.involvedObject ?? {};
  const isAsked = of.uid === undefined ? of.name !== undefined && of.name === involved.name : of.uid === involved.uid;
  return {
    isAsked,
    event: {
      object: `${involved.kind ?? ''}/${involved.name ?? ''}`,
      reason: event.reason ?? '',
      message: event.message ?? '',
      count: event.series?.count ?? event.count ?? 1,
      at: event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '',
      source: event.source?.component || event.reportingComponent || '',
    },
  };
}
