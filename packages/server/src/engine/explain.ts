import { ApiError, type CallOptions, type ExplainedEvent, explainNamespace, type KubernetesClient } from '@cellplane/kubernetes';
import type { ObjectReference } from '@cellplane/plan';
import { operatorWords } from './operator-words.js';

/** So many problems of pods are told, and so many warnings of others beside those about the object itself. */
const PODS = 3;
const EVENTS_OF_OTHERS = 2;

/** What is said of a wait. */
export interface Explanation {
  text: string;
  /** Something could not be read: what was known before may be better. */
  isPartial: boolean;
}

/**
 * Why an object is not as a task waits for it, in the words of those who know: its operator (status), kubelet and scheduler
 * (pods), and the last warnings of its namespace. Undefined if nobody has anything to say.
 */
export async function explainInWords(
  client: KubernetesClient,
  namespace: string,
  object: ObjectReference | undefined,
  options: CallOptions,
): Promise<Explanation | undefined> {
  const of = object === undefined ? {} : { name: object.name, ...(object.uid === undefined ? {} : { uid: object.uid }) };
  const [own, { podProblems, events, unread }] = await Promise.all([
    object === undefined ? [] : wordsOf(client, object, options),
    explainNamespace(client, namespace, of, options),
  ]);
  const said = [...own, ...podProblems.slice(0, PODS)];
  let others = 0;
  for (const event of events) {
    const isOwn = object !== undefined && event.object === `${object.kind}/${object.name}`;
    if (said.some((one) => one.includes(event.message)) || (isOwn ? said.length > own.length + PODS : others++ >= EVENTS_OF_OTHERS))
      continue;
    said.push(inWords(event));
  }
  if (unread.length > 0) said.push(`could not be read: ${unread.join('; ')}`);
  return said.length === 0 ? undefined : { text: said.join('; '), isPartial: unread.length > 0 };
}

function inWords({ object, reason, message, source }: ExplainedEvent): string {
  return `${object}: ${reason}: ${message}${source === '' ? '' : ` (${source})`}`;
}

/** The object as it is now; one that cannot be read has nothing to say here, the task's own wait names that. */
async function wordsOf(client: KubernetesClient, object: ObjectReference, options: CallOptions): Promise<string[]> {
  try {
    return operatorWords(await client.get(object, options));
  } catch (error) {
    if (error instanceof ApiError) return [];
    throw error;
  }
}
