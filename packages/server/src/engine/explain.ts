import { type CallOptions, explainNamespace, type KubernetesClient } from '@cellplane/kubernetes';

/** The first problems of a namespace's pods and the last warning about the object, in one text; undefined if there is nothing to say. */
export async function explainInWords(
  client: KubernetesClient,
  namespace: string,
  object: { name: string; uid?: string } | undefined,
  options: CallOptions,
): Promise<string | undefined> {
  const of = object === undefined ? {} : { name: object.name, ...(object.uid === undefined ? {} : { uid: object.uid }) };
  const { podProblems, events, unread } = await explainNamespace(client, namespace, of, options);
  const [event] = events;
  const said = [...podProblems.slice(0, 3), ...(event === undefined ? [] : [`${event.object}: ${event.reason}: ${event.message}`])];
  if (said.length === 0) return unread.length === 0 ? undefined : `could not be read: ${unread.join('; ')}`;
  return said.join('; ');
}
