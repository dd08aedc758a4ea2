/** Instances as plans and subscriptions have them: which there are. */
import { type Database, sql } from '../database/database.js';
import type { Tag } from './instance.js';

/** Live instances of these plans, by plan and version. Plans without any are left out. */
export async function countOfPlans(db: Database, planIds: string[]): Promise<{ planId: string; version: string; count: number }[]> {
  const { rows } = await sql<{ planId: string; version: string; count: number }>`
    select plan_id as "planId", plan_version as version, count(*) as count from instances
    where plan_id = any(${planIds}) and deleted_at is null group by plan_id, plan_version`.execute(db);
  return rows;
}

/** A live instance, and what it runs. */
export interface CellInstance {
  id: string;
  namespace: string;
  providerOrgId: string;
  planId: string;
  planVersion: string;
}

/** Live instances of a cell, oldest first. */
export async function selectInstancesOfCell(db: Database, cellId: string): Promise<CellInstance[]> {
  const { rows } = await sql<CellInstance>`
    select id, namespace, provider_org_id as "providerOrgId", plan_id as "planId", plan_version as "planVersion" from instances
    where cell_id = ${cellId} and deleted_at is null order by created_at, id`.execute(db);
  return rows;
}

/** A live instance whose objects may be in its cell, and whose use is whose. */
export interface PlacedInstance extends CellInstance {
  orgId: string;
  subscriptionId: string;
  serviceId: string;
  environmentId: string;
  tags: Tag[];
  createdAt: Date;
}

/** Live instances of a cell that have a namespace there. */
export async function selectMeteredInstances(db: Database, cellId: string): Promise<PlacedInstance[]> {
  const { rows } = await sql<PlacedInstance>`
    select id, namespace, provider_org_id as "providerOrgId", plan_id as "planId", plan_version as "planVersion", org_id as "orgId",
      subscription_id as "subscriptionId", service_id as "serviceId", environment_id as "environmentId", tags, created_at as "createdAt" from instances
    where cell_id = ${cellId} and deleted_at is null and placed order by id`.execute(db);
  return rows;
}

/** Live instances in a cell, by plan and version. */
export async function countInCell(
  db: Database,
  cellId: string,
): Promise<{ providerOrgId: string; planId: string; version: string; count: number }[]> {
  const { rows } = await sql<{ providerOrgId: string; planId: string; version: string; count: number }>`
    select provider_org_id as "providerOrgId", plan_id as "planId", plan_version as version, count(*) as count from instances
    where cell_id = ${cellId} and deleted_at is null group by provider_org_id, plan_id, plan_version`.execute(db);
  return rows;
}

/** Live instances of a subscription. */
export async function countOfSubscription(db: Database, subscriptionId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*) as count from instances where subscription_id = ${subscriptionId} and deleted_at is null`.execute(db);
  return rows[0]?.count ?? 0;
}

/** Ids of the live instances of a subscription, oldest first. */
export async function selectIdsOfSubscription(db: Database, subscriptionId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from instances where subscription_id = ${subscriptionId} and deleted_at is null order by created_at, id`.execute(db);
  return rows.map((row) => row.id);
}

/** Ids of all instances of these plans, deleted or not. */
export async function selectIdsOfPlans(db: Database, planIds: string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`select id from instances where plan_id = any(${planIds})`.execute(db);
  return rows.map((row) => row.id);
}
