/** Pause, resume, cancel and the like: what it does to the path is read anew. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { client } from '../../app/client';
import type { UpgradePath } from '../upgrades/upgrade-queries';

export interface Managed {
  action: 'pause' | 'resume' | 'cancel' | 'notify-customer' | 'skip-instances';
  /** Of `skip-instances`. */
  instanceIds?: readonly string[];
}

export function useManage({ upgradePathId, serviceId, productTierId }: UpgradePath) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ action, instanceIds }: Managed) =>
      client.manageUpgradePath({
        params: { serviceId, productTierId, upgradePathId },
        body: { action, ...(instanceIds === undefined ? {} : { actionPayload: { 'resource-ids': instanceIds.join(',') } }) },
      }),
    onSuccess: async () => {
      await Promise.all([queries.invalidateQueries({ queryKey: ['upgrades'] }), queries.invalidateQueries({ queryKey: ['instances'] })]);
    },
  });
}
