/** What a customer does to an instance of theirs, as mutations that make what they change be read anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { isolated, sayDone } from '../../kit/done';
import { nameOfInstance } from '../../kit/instances/instance-head';
import { type Origin, type OwnInstance, pathOf } from '../own';

export type OneClick = 'start' | 'stop' | 'restart' | 'backup' | 'protect' | 'unprotect';

export function useActions(instance: Pick<OwnInstance, 'id' | 'customTags'>, origin: Origin) {
  const queries = useQueryClient();
  const params = { ...pathOf(origin), id: instance.id };
  const { id } = instance;
  const again = () =>
    Promise.all(['instances', 'snapshots', 'runs', 'audit'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
  const setProtected = (deletionProtection: boolean) =>
    client.customerUpdateInstanceMetadata({ params, query: {}, body: { deletionProtection } });
  const act = useMutation({
    mutationFn: async (what: OneClick): Promise<void> => {
      if (what === 'start') await client.customerStartInstance({ params, query: {} });
      else if (what === 'stop') await client.customerStopInstance({ params, query: {} });
      else if (what === 'restart') await client.customerRestartInstance({ params, query: {} });
      else if (what === 'backup') await client.customerCreateSnapshot({ body: { instanceId: id } });
      else await setProtected(what === 'protect');
    },
    onSuccess: async (_, what) => {
      if (what === 'protect' || what === 'unprotect')
        void sayDone({
          message: protectedWords(isolated(nameOfInstance(instance)), what === 'protect'),
          undo: async () => {
            await setProtected(what === 'unprotect');
            await again();
          },
        });
      await again();
    },
  });
  const retry = useMutation({
    mutationFn: (runId: string) => client.retryInstanceRun({ params: { id, runId } }),
    onSuccess: again,
  });
  return { act, retry, again, params };
}

function protectedWords(name: string, isProtected: boolean): string {
  return isProtected ? t('{{name}} is protected from deletion.', { name }) : t('{{name}} is no longer protected from deletion.', { name });
}

/** Reads one secret of an instance in clear. */
export function revealOf(id: string): (key: string) => Promise<string> {
  return async (key) => {
    const { value } = await client.revealInstanceSecret({ params: { id }, body: { key } });
    return typeof value === 'string' ? value : JSON.stringify(value);
  };
}
