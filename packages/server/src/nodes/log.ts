/** The last lines of a container, for one caller. */
import { ApiError, type KubernetesClient, type LogSelector } from '@cellplane/kubernetes';
import { databaseTime } from '../database/clock.js';
import type { LogLine } from '@cellplane/api';
import { invalidState } from '../errors.js';
import { askCell, type Asked } from './ask-cell.js';
import { containerOf, findPod } from './container.js';
import { readLines } from './log-lines.js';
import { requirePermitted } from './permitted.js';
import { isSimulated, type Looking, type NodesDeps } from './read-nodes.js';
import { type Masking, maskingOf } from './secrets-of.js';

/** A log may be long, and comes from the machine of the Pod. Milliseconds. */
export const LOG_MS = 8_000;
/** Bytes that the client reads of one answer. */
const ANSWER_BYTES = 1_048_576;

export interface WantedLog {
  node: string;
  container?: string | undefined;
  previous?: boolean | undefined;
  tail: number;
}

/** A container whose log may be read, in its cell, with what is to be masked in it. */
export interface OpenLog {
  client: KubernetesClient;
  container: string;
  simulated: boolean;
  masking: Masking;
}

export function askedLog(node: string): Asked {
  return { what: `the log of ${node}`, right: 'pods/log: get' };
}

/** Finds the container. Within `askCell`. @throws DomainError not_found; bad_request */
export async function openLog(
  deps: NodesDeps,
  client: KubernetesClient,
  { instance, signal }: Looking,
  wanted: Pick<WantedLog, 'node' | 'container'>,
  simulated: boolean,
): Promise<OpenLog> {
  const [pod, masking] = await Promise.all([
    findPod(client, instance.namespace, wanted.node, signal),
    maskingOf(deps.sealer, client, instance, signal),
  ]);
  return { client, container: containerOf(pod, wanted.container), simulated, masking };
}

/** @throws DomainError forbidden; not_found; bad_request; invalid_state where there is no such log (yet); unavailable */
export async function readLog(deps: NodesDeps, looking: Looking, wanted: WantedLog) {
  await requirePermitted(deps, looking, 'logs');
  const { instance, audience, signal } = looking;
  return askCell(deps.cells, { instance, audience, asked: askedLog(wanted.node) }, async (client, cell) => {
    const { container, simulated, masking } = await openLog(deps, client, looking, wanted, isSimulated(cell));
    const of = { namespace: instance.namespace, name: wanted.node, container, previous: wanted.previous === true };
    const read = simulated ? { lines: [], truncated: false } : await newestLines(client, { ...of, tail: wanted.tail }, masking, signal);
    return {
      instanceId: instance.id,
      node: wanted.node,
      container,
      previous: of.previous,
      ...read,
      readAt: (await databaseTime(deps.db)).toISOString(),
      simulated,
      ...unmaskedFor(audience, masking),
    };
  });
}

export function unmaskedFor(audience: Looking['audience'], { unread }: Masking): { unmasked?: string } {
  return unread === undefined || audience !== 'FLEET' ? {} : { unmasked: unread };
}

/**
 * The newest lines that fit into an answer. The API server counts from the first of the lines that were asked for, so fewer are asked for
 * until the newest one is among them.
 */
export async function newestLines(
  client: KubernetesClient,
  { tail, ...of }: LogSelector & { tail: number },
  masking: Masking,
  signal?: AbortSignal,
): Promise<{ lines: LogLine[]; truncated: boolean }> {
  for (let tailLines = tail; ; tailLines = Math.max(1, Math.floor(tailLines / 4))) {
    const answer = await asLog(
      of.name,
      client.logs({ ...of, tailLines, timestamps: true }, { timeoutMs: LOG_MS, ...(signal === undefined ? {} : { signal }) }),
    );
    const isCut = Buffer.byteLength(answer) >= ANSWER_BYTES;
    if (isCut && tailLines > 1) continue;
    return { lines: readLines(answer, masking.text, isCut && tailLines > 1), truncated: tailLines < tail || isCut };
  }
}

/** What Kubernetes says where there is no log: the container waits, or there was none before it. @throws DomainError invalid_state */
async function asLog<T>(node: string, reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (!(error instanceof ApiError) || (error.status !== 400 && error.status !== 404)) throw error;
    throw invalidState('no-log', `There is no such log of ${node} now: ${error.message}`);
  }
}
