/**
 * What a promotion does, worked out before anything is done: for each environment that takes from the source, and each plan, one step. The
 * preview shows the steps, the promotion carries out the same ones in the transaction in which they were worked out.
 */
import { createHash } from 'node:crypto';
import { cut, stableJson } from '@cellplane/plan';
import type { Transaction } from '../../database/database.js';
import { badRequest, invalidState, notFound } from '../../errors.js';
import { selectSecrets } from '../../secrets/store.js';
import { selectPlan } from '../store.js';
import { versionNotFound } from '../version.js';
import { neededSecrets } from './needed-secrets.js';
import {
  type PromotedVersion,
  selectPromoted,
  selectTargetPlans,
  selectTargets,
  type TargetEnvironment,
  type TargetPlan,
  versionOfDigest,
} from './promotion-store.js';

export interface PromotionScope {
  orgId: string;
  serviceId: string;
  /** Where it comes from. */
  environment: { id: string; name: string };
  /** @default all plans of the environment that have a version */
  planId?: string | undefined;
  /** Of one plan. @default the preferred one */
  version?: string | undefined;
}

/** `new-plan`: the target has none of that name. `prefer`: it has this form already, as another version than its preferred one. */
type PromotionAction = 'new-plan' | 'new-version' | 'prefer' | 'nothing';

export interface PromotionStep {
  action: PromotionAction;
  promoted: PromotedVersion;
  /** The target's plan of that name. */
  plan?: TargetPlan;
  /** Number of the target's version of this form. */
  present?: number;
  /** Secrets that the plan reads and the target's environment type does not have. */
  missingSecrets: string[];
}

export interface PromotionTarget {
  environment: TargetEnvironment;
  steps: PromotionStep[];
  /** All plans of the target. */
  plans: TargetPlan[];
}

/** @throws DomainError if no environment takes from this one, or there is nothing to promote */
export async function promotionSteps(tx: Transaction, scope: PromotionScope): Promise<PromotionTarget[]> {
  const { environment, planId, version } = scope;
  if (version !== undefined && planId === undefined)
    throw badRequest('missing-field', 'Invalid request: productTierVersion is of one plan; give productTierId, too.', [
      { field: 'productTierId', code: 'missing-field', message: 'is needed beside productTierVersion' },
    ]);
  const targets = await selectTargets(tx, environment.id);
  if (targets.length === 0)
    throw invalidState(
      'no-target-environment',
      `No environment takes from "${cut(environment.name)}": make one that names it as its source, or give one this source.`,
    );
  const promoted = await versionsOf(tx, scope);
  const found: PromotionTarget[] = [];
  for (const target of targets) {
    const plans = await selectTargetPlans(tx, target.id);
    const secrets = new Set((await selectSecrets(tx, { orgId: scope.orgId, environmentType: target.type })).map(({ name }) => name));
    const steps: PromotionStep[] = [];
    for (const one of promoted) steps.push(await stepFor(tx, one, plans, secrets));
    found.push({ environment: target, steps, plans });
  }
  return found;
}

async function stepFor(
  tx: Transaction,
  promoted: PromotedVersion,
  plans: readonly TargetPlan[],
  secrets: ReadonlySet<string>,
): Promise<PromotionStep> {
  const plan = plans.find(({ name }) => name.toLowerCase() === promoted.planName.toLowerCase());
  const missingSecrets = neededSecrets(promoted.compiled).filter((name) => !secrets.has(name));
  if (plan === undefined) return { action: 'new-plan', promoted, missingSecrets };
  if (plan.preferred?.digest === promoted.digest)
    return { action: 'nothing', promoted, plan, present: plan.preferred.number, missingSecrets };
  const present = await versionOfDigest(tx, plan.id, promoted.digest);
  return {
    action: present === undefined ? 'new-version' : 'prefer',
    promoted,
    plan,
    ...(present === undefined ? {} : { present }),
    missingSecrets,
  };
}

async function versionsOf(tx: Transaction, { orgId, serviceId, environment, planId, version }: PromotionScope): Promise<PromotedVersion[]> {
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

/** Stands for all steps and where they begin: it is another one as soon as somebody has promoted, or released, something else. */
export function fingerprintOf(targets: readonly PromotionTarget[]): string {
  const facts = targets.map(({ environment, steps }) => [
    environment.id,
    steps.map(({ action, promoted, plan, present }) => [
      action,
      promoted.planId,
      promoted.number,
      promoted.digest,
      plan?.preferred?.number,
      present,
    ]),
  ]);
  return createHash('sha256').update(stableJson(facts)).digest('hex').slice(0, 32);
}
