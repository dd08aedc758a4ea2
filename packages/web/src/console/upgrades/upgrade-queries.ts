/** Upgrade paths, as this browser asks for them. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';
import { nameOfInstance } from '../../kit/instances/instance-head';

export type UpgradePath = Awaited<ReturnType<Client['listFleetUpgradePaths']>>['upgradePaths'][number];
export type InstanceUpgrade = Awaited<ReturnType<Client['listEligibleInstances']>>['instances'][number];
/** The name that people gave the instance; undefined where they gave none. */
export function nameOfUpgraded({ instanceId: id, customTags }: InstanceUpgrade): string | undefined {
  const name = nameOfInstance({ id, customTags });
  return name === id ? undefined : name;
}

export type PathRequest = Parameters<Client['previewUpgradePath']>[0]['body'];
export type BlastRadius = Awaited<ReturnType<Client['previewUpgradePath']>>;

/** Instances of a path that the page draws: more are counted only. */
export const MOST_INSTANCES = 500;

export const upgradePath = (id: string) =>
  queryOptions({
    queryKey: ['upgrades', id],
    queryFn: async () => {
      const { upgradePaths } = await client.listFleetUpgradePaths({ query: { upgradePathId: id } });
      return upgradePaths.find(({ upgradePathId }) => upgradePathId === id) ?? null;
    },
  });

export const upgradeInstances = ({ upgradePathId, serviceId, productTierId }: UpgradePath) =>
  queryOptions({
    queryKey: ['upgrades', upgradePathId, 'instances'],
    queryFn: async () =>
      (await client.listEligibleInstances({ params: { serviceId, productTierId, upgradePathId }, query: { pageSize: MOST_INSTANCES } }))
        .instances,
  });
