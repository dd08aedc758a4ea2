/**
 * `POST …/environment/{environmentId}/search-inventory`: what one environment has. The query is a text, or `kind:text` with one of the kinds
 * below. Images, infrastructure and proxies, which the reference finds here too, are nothing that an environment has.
 */
import type { Caller, Handlers } from '@cellplane/api';
import { searchCustomers } from '../../identity/customers/search-store.js';
import type { InstanceRecord, SnapshotRecord } from '../inventory.js';
import type { SearchDeps } from './inventory-search.js';

type Found = Awaited<ReturnType<Handlers['searchEnvironment']>>['results'][number];

interface Searched {
  caller: Caller;
  serviceId: string;
  environmentId: string;
  text: string;
}

const instances = async ({ inventory }: SearchDeps, { caller, environmentId, text }: Searched): Promise<Found[]> =>
  (await inventory.searchInstances(caller, text, undefined))
    .filter((row) => row.serviceEnvironmentId === environmentId)
    .map((row) => ({ ...placed(row), kind: 'resourceinstance', name: row.resourceName, statusDescription: row.statusDescription }));

const snapshots = async ({ inventory }: SearchDeps, { caller, environmentId, text }: Searched): Promise<Found[]> =>
  (await inventory.searchSnapshots(caller, text))
    .filter((row) => row.serviceEnvironmentId === environmentId)
    .map((row) => ({ ...placed(row), kind: 'snapshot', name: row.sourceInstanceId }));

/** What an instance and a snapshot have alike. */
function placed(row: InstanceRecord | SnapshotRecord): Omit<Found, 'kind'> {
  return {
    id: row.id,
    description: row.description,
    status: row.status,
    cloudProvider: row.cloudProvider,
    regionCode: row.regionCode,
    resourceId: row.resourceId,
    resourceName: row.resourceName,
    serviceId: row.serviceId,
    serviceName: row.serviceName,
    environmentId: row.serviceEnvironmentId,
    serviceEnvironmentName: row.serviceEnvironmentName,
    servicePlanName: row.productTierName,
    version: row.productTierVersion,
  };
}

const subscriptions = async ({ inventory }: SearchDeps, { caller, environmentId, text }: Searched): Promise<Found[]> =>
  (await inventory.searchSubscriptions(caller, text))
    .filter((row) => row.serviceEnvironmentID === environmentId)
    .map((row) => ({
      id: row.id,
      kind: 'subscription',
      name: row.servicePlanName,
      status: row.status,
      serviceId: row.serviceID,
      serviceName: row.serviceName,
      environmentId,
      serviceEnvironmentName: row.serviceEnvironmentName,
      servicePlanName: row.servicePlanName,
      orgId: row.orgID,
      userID: row.rootUserID,
      userEmail: row.rootUserEmail,
    }));

const users = async ({ db }: SearchDeps, { caller, serviceId, environmentId, text }: Searched): Promise<Found[]> =>
  (await searchCustomers(db, caller, text, { environmentId })).map(({ email, ...row }) => ({
    ...row,
    kind: 'user',
    serviceId,
    environmentId,
    userID: row.id,
    userEmail: email,
  }));

/** By the words that stand before a colon. */
const KINDS: Readonly<Record<string, (deps: SearchDeps, of: Searched) => Promise<Found[]>>> = {
  resourceinstance: instances,
  snapshot: snapshots,
  subscription: subscriptions,
  user: users,
  org: users,
};

/** The environment is there, and the caller's. Kinds stand in the order in which they are listed; each newest first. */
export async function searchEnvironment(
  deps: SearchDeps,
  { query, ...of }: { caller: Caller; serviceId: string; environmentId: string; query: string },
): Promise<Found[]> {
  const [, before = '', after = ''] = /^([a-z]{1,20}):(.*)$/is.exec(query.trim()) ?? [];
  const search = KINDS[before.toLowerCase()];
  if (search !== undefined) return search(deps, { ...of, text: after.trim() });
  const all = [instances, snapshots, subscriptions, users].map((each) => each(deps, { ...of, text: query.trim() }));
  return (await Promise.all(all)).flat();
}
