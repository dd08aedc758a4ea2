/** Plans and their versions, for pages that let one be chosen. */
import type { Client } from '@cellplane/api/client';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { client } from '../app/client';
import type { Scope } from '../app/scope';

export type PlanVersionRecord = NonNullable<Awaited<ReturnType<Client['searchInventory']>>['servicePlanResults']>[number];

/** One entry a version, newest first within a plan. */
export const planVersions = queryOptions({
  queryKey: ['services', 'plan-versions'],
  queryFn: async () => (await client.searchInventory({ body: { query: 'serviceplan:p' } })).servicePlanResults ?? [],
});

/** One entry a plan. */
export function usePlans() {
  return useQuery({ ...planVersions, select: (all) => all.filter(({ id }, index) => all.findIndex((one) => one.id === id) === index) });
}

/** The plans as a field offers them: all, or those of a product and environment. */
export function usePlanOptions({ serviceId, environmentId }: Scope = {}): { value: string; label: string }[] {
  const isThere = (plan: PlanVersionRecord) =>
    (serviceId === undefined || plan.serviceId === serviceId) &&
    (environmentId === undefined || plan.serviceEnvironmentId === environmentId);
  return (usePlans().data ?? []).filter(isThere).map(({ id, name, serviceName, serviceEnvironmentName }) => ({
    value: id,
    label: `${serviceName} · ${name} · ${serviceEnvironmentName}`,
  }));
}
