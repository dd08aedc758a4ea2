/** What the catalogue asks of instances and subscriptions; the other direction of the arrow between the rooms. */
import { parseExpression, type PathSegment } from '@cellplane/plan';
import type { Inventory } from '../catalog/inventory.js';
import type { Cell } from '../cells/cell.js';
import { canFill } from '../cells/facts.js';
import { type Database, sql } from '../database/database.js';
import { invalidState } from '../errors.js';
import { listSubscriptions } from '../subscriptions/subscription.js';
import { gather, listInstances } from './read-instance.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { selectVisibleInstance } from '../instances/store.js';
import { type InstanceFacts, statusDescription } from './wire.js';

export function instanceInventory(deps: InstanceDeps): Inventory {
  return {
    countInstances: async (db, planIds) => {
      const { rows } = await sql<{ planId: string; version: string; count: number }>`
        select plan_id as "planId", plan_version as version, count(*) as count from instances
        where plan_id = any(${planIds}) and deleted_at is null group by plan_id, plan_version`.execute(db);
      return rows;
    },
    forgetPlans: async (tx, planIds) => {
      // Of a gone instance: its namespace was made again to remove a backup, and its run needs the rows to take it away.
      const { rows } = await sql<{ id: string }>`
        select i.id from operations o join instances i on i.id = o.instance_id
        where i.plan_id = any(${planIds}) and o.status in ('running', 'waiting') limit 1`.execute(tx);
      const [busy] = rows;
      if (busy !== undefined)
        throw invalidState(
          'plan-is-busy',
          `A backup of ${busy.id}, which is gone, is still being cleaned up. Try again when that has ended.`,
        );
      await sql`delete from operations where instance_id in (select id from instances where plan_id = any(${planIds}))`.execute(tx);
      await sql`delete from instance_events where instance_id in (select id from instances where plan_id = any(${planIds}))`.execute(tx);
      await sql`delete from instances where plan_id = any(${planIds})`.execute(tx);
      await sql`delete from subscriptions where plan_id = any(${planIds})`.execute(tx);
    },
    searchInstances: async (caller, text, filters) => {
      // Before nearly every command on an instance the clients ask for its whole id.
      const named = await selectVisibleInstance(deps.db, caller.orgId, text);
      const all = named === undefined ? (await listInstances(deps, caller, {})).found : await gather(deps, [named]);
      const groups = (filters?.predicates ?? []).filter((group) => group !== null);
      const tags = filters?.tags ?? [];
      return all
        .filter((facts) => matches(text, [facts.instance.id, facts.version.place.serviceName, resourceName(facts)], facts.instance.id))
        .map((facts) => record(facts))
        .filter((row) => groups.length === 0 || groups.some((group) => fits(row, group)))
        .filter((row) => tags.every((tag) => row.customTags?.some((own) => own.key === tag.key && own.value === tag.value)));
    },
    searchSubscriptions: async (caller, text) => {
      const subscriptions = await listSubscriptions(deps.db, caller.orgId);
      const places = await placesOf(
        deps.db,
        subscriptions.map((subscription) => subscription.id),
      );
      return subscriptions.flatMap((subscription) => {
        const place = places.get(subscription.id);
        if (place === undefined || !matches(text, [subscription.id, place.servicePlanName, place.rootUserEmail], subscription.id))
          return [];
        return [
          {
            id: subscription.id,
            orgID: subscription.orgId,
            productTierID: subscription.planId,
            rootUserID: subscription.rootUserId,
            status: subscription.status,
            ...place,
          },
        ];
      });
    },
    // Snapshots are a room further right, which adds them.
    searchSnapshots: () => Promise.resolve([]),
    regions: async () => (await deps.cells.list()).flatMap((cell) => cell.places),
    unfilled: async (references) => {
      const cells = references.length === 0 ? [] : await deps.cells.list();
      return references.filter((text) => {
        const parsed = parseExpression(text);
        return !parsed.ok || parsed.value.type !== 'reference' || !canFillAny(cells, parsed.value.path);
      });
    },
  };
}

function canFillAny(cells: Cell[], path: readonly PathSegment[]): boolean {
  return cells.some((cell) => canFill(cell, path));
}

type SearchRecord = Awaited<ReturnType<Inventory['searchInstances']>>[number];

function record(facts: InstanceFacts): SearchRecord {
  const { instance, version } = facts;
  const { place } = version;
  return {
    id: instance.id,
    cloudProvider: instance.cloudProvider,
    description: version.compiled.description,
    productTierId: place.planId,
    productTierName: place.planName,
    productTierVersion: version.version,
    regionCode: instance.region,
    resourceId: instance.resourceId,
    resourceName: resourceName(facts),
    serviceId: place.serviceId,
    serviceName: place.serviceName,
    serviceEnvironmentId: place.environmentId,
    serviceEnvironmentName: place.environmentName,
    serviceEnvironmentType: place.environmentType,
    status: instance.status,
    statusDescription: statusDescription(instance),
    subscriptionId: instance.subscriptionId,
    customTags: instance.tags,
    createdAt: instance.createdAt.toISOString(),
    managed: true,
    managedResourceType: version.compiled.resources.find((one) => one.key === instance.resourceKey)?.kind ?? '',
  };
}

function resourceName({ instance, version }: InstanceFacts): string {
  return version.compiled.resources.find((one) => one.key === instance.resourceKey)?.name ?? instance.resourceKey;
}

/** The text is a whole id, a part of a name, or the first letter of all ids (docs/reference/api.md#search). */
function matches(text: string, values: string[], id: string): boolean {
  const wanted = text.toLowerCase();
  return id.toLowerCase().startsWith(wanted) || values.some((value) => value.toLowerCase().includes(wanted));
}

/** AND within a group; names are compared ignoring case. */
function fits(row: SearchRecord, group: Record<string, string | undefined>): boolean {
  const values: Record<string, string | undefined> = {
    instanceId: row.id,
    serviceName: row.serviceName,
    environmentName: row.serviceEnvironmentName,
    productTierName: row.productTierName,
    productTierVersion: row.productTierVersion,
    resourceName: row.resourceName,
    cloudProvider: row.cloudProvider,
    regionCode: row.regionCode,
    status: row.status,
    subscriptionId: row.subscriptionId,
  };
  return Object.entries(group).every(
    ([key, wanted]) => wanted === undefined || wanted === '' || values[key]?.toLowerCase() === wanted.toLowerCase(),
  );
}

interface SubscriptionPlace {
  servicePlanName: string;
  serviceID: string;
  serviceName: string;
  serviceEnvironmentID: string;
  serviceEnvironmentName: string;
  serviceEnvironmentType: string;
  rootUserEmail: string;
  rootUserName: string;
}

async function placesOf(db: Database, ids: string[]): Promise<Map<string, SubscriptionPlace>> {
  const { rows } = await sql<SubscriptionPlace & { id: string }>`
    select b.id, p.name as "servicePlanName", s.id as "serviceID", s.name as "serviceName", e.id as "serviceEnvironmentID",
      e.name as "serviceEnvironmentName", e.type as "serviceEnvironmentType", u.email as "rootUserEmail", u.name as "rootUserName"
    from subscriptions b join plans p on p.id = b.plan_id join environments e on e.id = p.environment_id
    join services s on s.id = e.service_id join users u on u.id = b.root_user_id
    where b.id = any(${ids})`.execute(db);
  return new Map(rows.map(({ id, ...place }) => [id, place]));
}
