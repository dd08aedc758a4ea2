/**
 * Promotion (docs/reference/api.md#environments): the environments that take from this one get versions of its plans, as their preferred ones.
 * A plan that is not there is made, under its name. A form that a target has already is not added again, so that a second promotion changes
 * nothing. All of it happens in one transaction: a target never has the half.
 */
import { cut } from '@cellplane/plan';
import { type Database, type Transaction, transaction } from '../../database/database.js';
import { badRequest, invalidState, notFound } from '../../errors.js';
import { lockOrganization } from '../../identity/organization-store.js';
import { ensurePlanIn } from '../hierarchy.js';
import { addVersion, ensureResources } from '../release.js';
import { setBuilt } from '../rows/plan-store.js';
import { requireServed } from '../served.js';
import { selectPlan } from '../store.js';
import { preferVersion, versionNotFound, versionNumber } from '../version.js';
import { type PromotedVersion, selectPromoted, selectTargets, versionOfDigest } from './promotion-store.js';

export interface PromotionInput {
  orgId: string;
  userId: string;
  serviceId: string;
  /** Where it comes from. */
  environment: { id: string; name: string };
  /** @default all plans of the environment that have a version */
  planId?: string | undefined;
  /** Of one plan. @default the preferred one */
  version?: string | undefined;
  /** Although some of a plan is not served. */
  allowUnserved?: boolean | undefined;
}

/** Promotes. @throws DomainError if no environment takes from this one, or there is nothing to promote */
export async function promote(db: Database, input: PromotionInput): Promise<void> {
  const { environment, planId, version } = input;
  if (version !== undefined && planId === undefined)
    throw badRequest('missing-field', 'Invalid request: productTierVersion is of one plan; give productTierId, too.', [
      { field: 'productTierId', code: 'missing-field', message: 'is needed beside productTierVersion' },
    ]);
  await transaction(db, async (tx) => {
    // Builds and promotions of one organization take turns, so that two of them never make the same plan twice.
    await lockOrganization(tx, input.orgId);
    const targets = await selectTargets(tx, environment.id);
    if (targets.length === 0)
      throw invalidState(
        'no-target-environment',
        `No environment takes from "${cut(environment.name)}": make one that names it as its source, or give one this source.`,
      );
    const promoted = await versionsOf(tx, input);
    for (const one of promoted) requireServed(one.compiled, input.allowUnserved);
    for (const target of targets) for (const one of promoted) await bring(tx, target, one, input.userId);
  });
}

async function versionsOf(tx: Transaction, { orgId, serviceId, environment, planId, version }: PromotionInput): Promise<PromotedVersion[]> {
  if (planId !== undefined) {
    const plan = await selectPlan(tx, orgId, { serviceId, planId });
    if (plan.environmentId !== environment.id) throw notFound('service plan', planId);
  }
  const found = await selectPromoted(tx, environment.id, { planId, version: version ?? 'preferred' });
  if (found.length > 0) return found;
  if (planId !== undefined && version !== undefined) throw versionNotFound(planId, version);
  throw invalidState(
    'nothing-released',
    planId === undefined
      ? `Environment "${cut(environment.name)}" has no plan with a preferred version: release one as preferred first.`
      : `Plan ${planId} has no preferred version: release one as preferred, or name a version.`,
  );
}

/** Makes the form the preferred one of the target's plan of that name. */
async function bring(tx: Transaction, environmentId: string, one: PromotedVersion, userId: string): Promise<void> {
  const planId = await ensurePlanIn(tx, environmentId, one.planName);
  const present = await versionOfDigest(tx, planId, one.digest);
  if (present !== undefined) return preferVersion(tx, planId, versionNumber(present));
  await setBuilt(tx, planId, one);
  await ensureResources(
    tx,
    planId,
    one.compiled.resources.map(({ key }) => key),
  );
  await addVersion(tx, planId, one, { userId, preferred: true, name: one.name });
}
