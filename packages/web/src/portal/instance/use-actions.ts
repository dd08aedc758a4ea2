/** What a customer does to an instance of theirs, as mutations that make what they change be read anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../app/client';
import { type Origin, type OwnInstance, pathOf } from '../own';

export type OneClick = 'start' | 'stop' | 'restart' | 'backup' | 'protect' | 'unprotect';

export function useActions(instance: Pick<OwnInstance, 'id'>, origin: Origin) {
  const queries = useQueryClient();
  const params = { ...pathOf(origin), id: instance.id };
  const { id } = instance;
  const again = () =>
    Promise.all(['instances', 'snapshots', 'runs', 'audit'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
  const act = useMutation({
    mutationFn: async (what: OneClick): Promise<void> => {
      if (what === 'start') await client.customerStartInstance({ params, query: {} });
      else if (what === 'stop') await client.customerStopInstance({ params, query: {} });
      else if (what === 'restart') await client.customerRestartInstance({ params, query: {} });
      else if (what === 'backup') await client.customerCreateSnapshot({ body: { instanceId: id } });
      else await client.customerUpdateInstanceMetadata({ params, query: {}, body: { deletionProtection: what === 'protect' } });
    },
    onSuccess: again,
  });
  const retry = useMutation({
    mutationFn: (runId: string) => client.retryInstanceRun({ params: { id, runId } }),
    onSuccess: again,
  });
  return { act, retry, again, params };
}

/** Reads one secret of an instance in clear. */
export function revealOf(id: string): (key: string) => Promise<string> {
  return async (key) => {
    const { value } = await client.revealInstanceSecret({ params: { id }, body: { key } });
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}
