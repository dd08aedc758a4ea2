/**
 * Versions of a plan. They are numbered 1.0, 2.0, …; newest first on every list. Exactly one is Preferred once there is any;
 * making another one preferred makes the old one Active.
 */
import { type CompiledPlan, cut } from '@cellplane/plan';
import type { Database, Transaction } from '../database/database.js';
import type { PageQuery } from '../database/page.js';
import { DomainError } from '../errors.js';
import { compiledOf, compiledPlans } from './compiled-plans.js';
import { tellPlan } from './tell-plan.js';
import { lockPlans } from './rows/plan-store.js';
import {
  type ListedVersion,
  selectVersion,
  selectVersionOfEach,
  selectVersions,
  setPreferred,
  setVersionName,
  type VersionSelector,
} from './rows/version-store.js';

export interface VersionRow extends ListedVersion {
  /** Shared by everybody in this process, and frozen. */
  compiled: CompiledPlan;
}

/** The wire's name of a version. */
export function versionNumber(number: number): string {
  return `${number}.0`;
}

/** Versions of a plan, newest first. @throws DomainError bad_request for a token of another list */
export async function listPlanVersions(
  db: Database,
  planId: string,
  query: PageQuery = {},
): Promise<{ rows: VersionRow[]; nextPageToken?: string }> {
  const { rows: found, ...next } = await selectVersions(db, planId, query);
  const plans = await compiledPlans(db, planId, found);
  return { rows: found.map((row, at) => ({ ...row, compiled: plans[at] as CompiledPlan })), ...next };
}

/** One version. @throws DomainError not_found "Version set not found …" */
export async function describePlanVersion(db: Database, planId: string, selector: VersionSelector): Promise<VersionRow> {
  const row = await findVersion(db, planId, selector);
  if (row === undefined) throw versionNotFound(planId, selector);
  return row;
}

/** The version that is meant of each of these plans, by plan; plans without it are left out. */
export async function versionOfEach(db: Database, planIds: readonly string[], selector: VersionSelector): Promise<Map<string, VersionRow>> {
  const rows = planIds.length === 0 ? [] : await selectVersionOfEach(db, planIds, selector);
  const plans = await compiledOf(db, rows);
  return new Map(rows.map((row, at) => [row.planId, { ...row, compiled: plans[at] as CompiledPlan }]));
}

/** The preferred one of a plan, or nothing if the plan has no version yet. */
export function preferredVersion(db: Database, planId: string): Promise<VersionRow | undefined> {
  return findVersion(db, planId, 'preferred');
}

async function findVersion(db: Database, planId: string, selector: VersionSelector): Promise<VersionRow | undefined> {
  const row = await selectVersion(db, planId, selector);
  if (row === undefined) return undefined;
  const [compiled] = await compiledPlans(db, planId, [row]);
  return { ...row, compiled: compiled as CompiledPlan };
}

/** Makes a version the preferred one. Idempotent. Needs a transaction. @throws DomainError not_found */
export async function preferVersion(tx: Transaction, planId: string, selector: VersionSelector): Promise<void> {
  // Changes of one plan's versions take turns.
  await lockPlans(tx, [planId]);
  const { number } = await describePlanVersion(tx, planId, selector);
  await setPreferred(tx, planId, number);
  await tellPlan(tx, planId);
}

/** Names a version. @throws DomainError not_found */
export async function nameVersion(tx: Transaction, planId: string, selector: VersionSelector, name: string): Promise<void> {
  const { number } = await describePlanVersion(tx, planId, selector);
  await setVersionName(tx, planId, number, name);
  await tellPlan(tx, planId);
}

export function versionNotFound(planId: string, selector: string): DomainError {
  return new DomainError('not_found', 'version-not-found', `Version set not found: plan ${planId} has no version "${cut(selector)}".`);
}
