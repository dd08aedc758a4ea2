/** Reads each object that a comparison found missing from the API server, by name. Only objects that the API server does not have are reported. */
import { ApiError, type KubernetesClient, type ObjectKey } from '@cellplane/kubernetes';
import { isReplaced, type Suspicion } from './compare.js';
import { seenOf } from './seen-objects.js';

/** Instances that are asked about at the same time. */
const AT_ONCE = 4;
const CALL_MS = 10_000;

/** The suspicions without what is there after all. Rejects with `ApiError` where the cell does not answer. */
export async function confirmSuspicions(client: KubernetesClient, suspicions: Suspicion[], signal: AbortSignal): Promise<Suspicion[]> {
  const confirmed: Suspicion[] = [];
  const queue = suspicions.values();
  const work = async () => {
    for (const suspicion of queue) {
      signal.throwIfAborted();
      confirmed.push(await confirm(client, suspicion, signal));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return confirmed;
}

async function confirm(client: KubernetesClient, suspicion: Suspicion, signal: AbortSignal): Promise<Suspicion> {
  const { instance } = suspicion;
  const find = (key: ObjectKey) => client.get(key, { signal, timeoutMs: CALL_MS }).catch(absent);
  const result: Suspicion = { ...suspicion, namespaceGone: false, gone: [], replaced: [], unserved: [], unread: [...suspicion.unread] };
  if (suspicion.namespaceGone) {
    const namespace = await find({ apiVersion: 'v1', kind: 'Namespace', name: instance.namespace });
    // Everything in it has gone with it.
    if (namespace === 'absent') return { ...result, namespaceGone: true };
    if (namespace === 'refused') return { ...result, unread: [...result.unread, ...suspicion.gone] };
  }
  const was = new Set(suspicion.instance.findings.flatMap(({ objects }) => objects.map(({ kind, name }) => `${kind}/${name}`)));
  for (const object of [...suspicion.gone, ...suspicion.replaced, ...suspicion.unserved]) {
    const { apiVersion, kind, name } = object;
    // Two passes in a row say so: nobody needs to be asked again.
    if (suspicion.gone.includes(object) && was.has(`${kind}/${name}`)) {
      result.gone.push(object);
      continue;
    }
    const found = await find({ apiVersion, kind, name, namespace: instance.namespace });
    if (found === 'absent') result.gone.push(object);
    else if (found === 'unserved') result.unserved.push(object);
    else if (found === 'refused') result.unread.push(object);
    else if (isReplaced(object, seenOf(found))) result.replaced.push(object);
  }
  return result;
}

/** 404 is an answer; so is that the kind is not there. What is refused says nothing about the object. */
function absent(error: unknown): 'absent' | 'unserved' | 'refused' {
  if (!(error instanceof ApiError)) throw error;
  if (error.reason === 'KindNotServed') return 'unserved';
  if (error.status === 404) return 'absent';
  if (error.status >= 400 && error.status < 500 && error.status !== 429) return 'refused';
  throw error;
}
