import { ApiError } from './failure/errors.js';
import type { CallOptions, KubernetesClient, KubernetesObject } from './model.js';

/** What a namespace says about why something in it is not ready, in the words of kubelet, scheduler and operator. */
export interface NamespaceExplanation {
  /** Each problem of each pod. */
  podProblems: PodProblem[];
  /** Last warnings, newest first: those of the object asked for before those of others. */
  events: ExplainedEvent[];
  /** What could not be read, and why; an empty answer with entries here is not an all-clear. */
  unread: string[];
}

export interface PodProblem {
  /** Name of the pod. */
  pod: string;
  /** `container postgres`, `init container bootstrap`; absent where it is about the whole pod. */
  container?: string;
  /** `ImagePullBackOff`, `Unschedulable`, `CrashLoopBackOff`; `Ended` or `Restarted` where nobody gives a reason. */
  reason: string;
  message: string;
  /** On one line: `pod db-1, container postgres: ImagePullBackOff: Back-off pulling image …`. */
  text: string;
  /** ISO time from which on it is so, where the pod knows it. */
  since?: string;
}

export interface ExplainedEvent {
  /** Normal or Warning. */
  type: string;
  /** `Cluster/db`. */
  object: string;
  reason: string;
  message: string;
  count: number;
  /** ISO time of the last occurrence. */
  at: string;
  /** ISO time of the first one, where it is known. */
  since?: string;
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
  startTime?: string;
  conditions?: { type: string; status: string; reason?: string; message?: string; lastTransitionTime?: string }[];
  initContainerStatuses?: ContainerStatus[];
  containerStatuses?: ContainerStatus[];
}

/** Why a pod does not run or is not ready; nothing for one that runs, or that has only just been made. */
export function podProblems(pod: KubernetesObject): PodProblem[] {
  const status = (pod['status'] ?? {}) as PodStatus;
  const { name } = pod.metadata;
  const problems: PodProblem[] = [];
  if (status.phase === 'Failed')
    problems.push({
      pod: name,
      reason: status.reason ?? 'Failed',
      message: status.message ?? '',
      text: `pod ${name} failed: ${words(status.reason, status.message)}`,
    });
  for (const { type, status: value, reason, message, lastTransitionTime } of status.conditions ?? []) {
    if (type !== 'PodScheduled' || value !== 'False') continue;
    problems.push({
      pod: name,
      reason: reason ?? 'Unschedulable',
      message: message ?? '',
      text: `pod ${name} is not scheduled: ${words(reason, message)}`,
      ...(lastTransitionTime === undefined ? {} : { since: lastTransitionTime }),
    });
  }
  const since = status.startTime === undefined ? {} : { since: status.startTime };
  const of = (role: string, statuses: ContainerStatus[] = []) =>
    statuses.flatMap((container) => {
      const problem = containerProblem(container);
      const at = `${role} ${container.name}`;
      return problem === undefined ? [] : [{ pod: name, container: at, ...problem, text: `pod ${name}, ${at}: ${problem.text}`, ...since }];
    });
  return [...problems, ...of('init container', status.initContainerStatuses), ...of('container', status.containerStatuses)];
}

/** Waiting reasons that only say that things are under way. */
const UNDER_WAY = new Set(['ContainerCreating', 'PodInitializing']);

function containerProblem(container: ContainerStatus): Pick<PodProblem, 'reason' | 'message' | 'text'> | undefined {
  const { waiting, terminated } = container.state ?? {};
  const last = container.lastState?.terminated;
  if (waiting !== undefined && !UNDER_WAY.has(waiting.reason ?? '')) {
    const before = last === undefined ? '' : `; last ended with ${ending(last)}`;
    return {
      reason: waiting.reason ?? 'Waiting',
      message: `${waiting.message ?? ''}${before}`.replace(/^; /, ''),
      text: `${words(waiting.reason, waiting.message)}${before}`,
    };
  }
  const ended = (reason: string, text: string) => ({ reason, message: text, text });
  if (terminated !== undefined && terminated.exitCode !== 0) return ended('Ended', `ended with ${ending(terminated)}`);
  if (container.ready === false && last !== undefined && last.exitCode !== 0)
    return ended('Restarted', `restarted ${container.restartCount ?? 0} times, last ended with ${ending(last)}`);
  return undefined;
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
  firstTimestamp?: string | null;
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
  const involved = (object as EventFields).involvedObject ?? {};
  const isAsked = of.uid === undefined ? of.name !== undefined && of.name === involved.name : of.uid === involved.uid;
  return { isAsked, event: readEvent(object) };
}

/** What an Event of Kubernetes says, whichever of its forms it has. */
export function readEvent(object: KubernetesObject): ExplainedEvent {
  const event = object as EventFields & KubernetesObject;
  const involved = event.involvedObject ?? {};
  return {
    type: event.type ?? '',
    object: `${involved.kind ?? ''}/${involved.name ?? ''}`,
    reason: event.reason ?? '',
    message: event.message ?? '',
    count: event.series?.count ?? event.count ?? 1,
    at: event.series?.lastObservedTime ?? event.lastTimestamp ?? event.eventTime ?? event.metadata.creationTimestamp ?? '',
    ...(event.firstTimestamp ? { since: event.firstTimestamp } : {}),
    source: event.source?.component || event.reportingComponent || '',
  };
}
