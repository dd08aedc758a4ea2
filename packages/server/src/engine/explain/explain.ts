import { ApiError, type CallOptions, explainNamespace, type KubernetesClient } from '@cellplane/kubernetes';
import type { Cause, ObjectReference } from '@cellplane/plan';
import { causesOf, textOf } from './causes.js';
import { saidByEvent, saidByPod, saidByStatus, type Statement } from './statements.js';

/** Why something waits. */
export interface Explanation {
  /** The root cause on one line. */
  text: string;
  /** All of them, root first. */
  causes: Cause[];
  /** Something could not be read: what was known before may be better. */
  isPartial: boolean;
}

/**
 * Why an object is not as a task waits for it, in the words of those who know: its operator (status), kubelet and scheduler
 * (pods), and the last warnings of its namespace. Undefined if there is no statement.
 */
export async function explainInWords(
  client: KubernetesClient,
  namespace: string,
  object: ObjectReference | undefined,
  options: CallOptions,
): Promise<Explanation | undefined> {
  const of = object === undefined ? {} : { name: object.name, ...(object.uid === undefined ? {} : { uid: object.uid }) };
  const [own, { podProblems, events, unread }] = await Promise.all([
    object === undefined ? [] : statusOf(client, object, options),
    explainNamespace(client, namespace, of, options),
  ]);
  const causes = causesOf([...own, ...podProblems.map(saidByPod), ...events.map(saidByEvent)]).map((cause) => ({
    ...cause,
    cure: cause.cure.replace('<namespace>', namespace),
  }));
  const unreadText = unread.length === 0 ? [] : [`could not be read: ${unread.join('; ')}`];
  const texts = [textOf(causes), ...unreadText].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : { text: texts.join('; '), causes, isPartial: unread.length > 0 };
}

/** Messages of the operator in the present object; none if the object cannot be read, which the wait of the task says. */
async function statusOf(client: KubernetesClient, object: ObjectReference, options: CallOptions): Promise<Statement[]> {
  try {
    return saidByStatus(await client.get(object, options));
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
