/** Stands in for the operator of the small plan. It talks to the cell directly: faults are for the control plane. */
import { ApiError, type KubernetesClient, type KubernetesObject, startInformer } from '@cellplane/kubernetes';
import { MANAGED_SELECTOR } from '../../packages/server/src/engine/object-marks.js';

/** Longest that it takes its time, milliseconds. */
const SLOWEST_MS = 900;

/** Answers objects as they change, each after a moment by chance; those of the namespaces in `held` not at all. */
export function startSmallOperator(client: KubernetesClient, held: ReadonlySet<string> = new Set()): { stop(): Promise<void> } {
  const answered = new Set<Promise<void>>();
  const answer = async (object: KubernetesObject) => {
    const data = answerTo(object);
    if (data === undefined || held.has(object.metadata.namespace ?? '')) return;
    await new Promise((resolve) => setTimeout(resolve, Math.random() * SLOWEST_MS));
    const { name, namespace = '' } = object.metadata;
    await client
      .patch({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name }, 'merge', { data }, { fieldManager: 'operator' })
      .catch((error: unknown) => {
        if (!(error instanceof ApiError) || error.status !== 404) throw error;
      });
  };
  const informer = startInformer(
    client,
    { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: MANAGED_SELECTOR },
    {
      onChange: ({ type, object }) => {
        if (type === 'DELETED') return;
        const work = answer(object).finally(() => answered.delete(work));
        answered.add(work);
      },
    },
  );
  return {
    stop: async () => {
      await informer.stop();
      await Promise.all(answered);
    },
  };
}

/** What it has to say of an object as it is; undefined if nothing new. */
function answerTo(object: KubernetesObject): Record<string, string> | undefined {
  const { name } = object.metadata;
  const data = (object['data'] ?? {}) as Record<string, string | undefined>;
  const wanted: Record<string, string | undefined> =
    name === 'work'
      ? {
          [data['size']?.startsWith('bad') === true ? 'failed' : 'seen']: data['size'],
          powered: data['power'],
          replicated: data['replicas'],
        }
      : name.startsWith('snapshot-')
        ? { stored: 'yes' }
        : {};
  const news = Object.entries(wanted).filter(([key, value]) => value !== undefined && data[key] !== value);
  return news.length === 0 ? undefined : (Object.fromEntries(news) as Record<string, string>);
}
