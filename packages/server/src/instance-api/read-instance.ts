/** Reading instances with everything that their wire form needs. */
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import { CHOOSES_VERSION, selectCustomerOffers } from '../catalog/feature/customer-feature-store.js';
import { versionNumber } from '../catalog/version.js';
import type { PageQuery } from '../database/page.js';
import { notFound } from '../errors.js';
import { namesOf } from '../identity/store.js';
import { selectSubscriptionsById } from '../subscriptions/store.js';
import { selectRequestedChanges } from '../lifecycle/requested-change-store.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { type InstanceFilter, selectInstances } from '../instances/list-store.js';
import { type InstanceRow, selectVisibleInstance } from '../instances/store.js';
import { selectPlannedUpgrades } from '../upgrades/planned-store.js';
import type { InstanceFacts } from './wire.js';

/** One live instance. @throws DomainError not_found, for a foreign one too */
export async function describeInstance(deps: InstanceDeps, caller: { orgId: string }, instanceId: string): Promise<InstanceFacts> {
  const instance = await selectVisibleInstance(deps.db, caller, instanceId);
  if (instance === undefined) throw notFound('instance', instanceId);
  const [facts] = await gather(deps, [instance]);
  if (facts === undefined) throw notFound('instance', instanceId);
  return facts;
}

/** Live instances that the caller may see, newest first. @throws DomainError bad_request for a token of another list */
export async function listInstances(
  deps: InstanceDeps,
  caller: { orgId: string },
  filter: InstanceFilter,
  page: PageQuery = {},
): Promise<{ found: InstanceFacts[]; nextPageToken?: string }> {
  const { rows, ...next } = await selectInstances(deps.db, caller, filter, page);
  return { found: await gather(deps, rows), ...next };
}

/** Plan versions, cells, subscriptions and names are read once each, however many instances share them. */
export async function gather(deps: InstanceDeps, instances: InstanceRow[]): Promise<InstanceFacts[]> {
  const versions = new Map<string, PlanVersion>();
  const cells = new Map((instances.length === 0 ? [] : await deps.cells.list()).map((cell) => [cell.id, cell]));
  for (const instance of instances) {
    const key = `${instance.planId} ${instance.planVersion}`;
    if (!versions.has(key)) versions.set(key, await planVersion(deps.db, instance.providerOrgId, instance.planId, instance.planVersion));
  }
  const offers = await selectCustomerOffers(deps.db, [...new Set(instances.map(({ planId }) => planId))]);
  const named = [...new Set(instances.map(({ subscriptionId }) => subscriptionId))];
  const subscriptions = await selectSubscriptionsById(deps.db, named);
  const names = await namesOf(deps.db, [
    ...instances.flatMap((instance) => [instance.createdBy, instance.orgId]),
    ...[...subscriptions.values()].map((subscription) => subscription.rootUserId),
  ]);
  const policyOf = ({ planId, planVersion: version, resourceKey }: InstanceRow) =>
    versions.get(`${planId} ${version}`)?.compiled.resources.find((resource) => resource.key === resourceKey)?.backup;
  const backups = await deps.snapshots.backupTimes(
    deps.db,
    instances.flatMap((instance) => {
      const policy = policyOf(instance);
      return policy === undefined ? [] : [{ instanceId: instance.id, retentionDays: policy.retentionInDays }];
    }),
  );
  const requests = await selectRequestedChanges(deps.db, instances);
  const planned = await selectPlannedUpgrades(
    deps.db,
    instances.map(({ id }) => id),
  );
  return instances.flatMap((instance): InstanceFacts[] => {
    const requested = requests.get(instance.id);
    const maintenance = planned.get(instance.id);
    const times = backups.get(instance.id);
    const version = versions.get(`${instance.planId} ${instance.planVersion}`);
    const subscription = subscriptions.get(instance.subscriptionId);
    const cell = cells.get(instance.cellId);
    const offer = offers.get(instance.planId);
    if (version === undefined || subscription === undefined || cell === undefined || offer === undefined) return [];
    return [
      {
        instance,
        version,
        latestVersion: offer.newestNumber === null ? '' : versionNumber(offer.newestNumber),
        customersChooseVersion: offer.features.has(CHOOSES_VERSION),
        cell,
        subscription,
        ownerName: names.get(subscription.rootUserId) ?? '',
        orgName: names.get(instance.orgId) ?? '',
        createdByName: names.get(instance.createdBy) ?? '',
        endpointDomain: deps.endpointDomain,
        ...(times === undefined ? {} : { backups: times }),
        ...(requested === undefined ? {} : { requested }),
        ...(maintenance === undefined ? {} : { maintenance }),
      },
    ];
  });
}
