/** What a promotion would do, and what speaks against it; nothing is changed (docs/environments.md). */
import type { Handlers } from '@cellplane/api';
import { cut, explainUnserved, unservedOf } from '@cellplane/plan';
import { type Database, transaction } from '../../database/database.js';
import { compiledPlans } from '../compiled-plans.js';
import { planDifferences } from '../difference/plan-difference.js';
import { isSame } from '../feature/feature.js';
import { warningsHere } from '../findings.js';
import type { Inventory } from '../inventory.js';
import { cloudsOfAccounts } from '../offered-clouds.js';
import { reachable } from '../served.js';
import { checkInThread } from '../spec-threads.js';
import { type PlanRow, selectPlans } from '../store.js';
import { versionNumber } from '../version.js';
import { fingerprintOf, type PromotionScope, type PromotionStep, promotionSteps, type PromotionTarget } from './promotion-step.js';
import type { PromotedVersion } from './promotion-store.js';

type Preview = Awaited<ReturnType<Handlers['previewPromotion']>>;
type PlanPreview = Preview['targets'][number]['plans'][number];
type Problem = PlanPreview['problems'][number];

/** @throws DomainError if no environment takes from this one, or there is nothing to promote */
export async function previewPromotion(deps: { db: Database; inventory: Inventory }, scope: PromotionScope): Promise<Preview> {
  const { db, inventory } = deps;
  const targets = await transaction(db, (tx) => promotionSteps(tx, scope));
  const rows = new Map<string, PlanRow>();
  for (const plan of await selectPlans(db, scope.orgId, { serviceId: scope.serviceId })) rows.set(plan.id, plan);
  const counts = await inventory.countInstances(db, [...rows.keys()]);
  const problems = new Map<string, Problem[]>();
  for (const { promoted } of targets[0]?.steps ?? [])
    problems.set(promoted.planId, await problemsAnywhere(inventory, scope.orgId, promoted));
  const shown: Preview['targets'] = [];
  for (const target of targets) {
    const plans: PlanPreview[] = [];
    for (const step of target.steps) {
      const instances = counts.filter(({ planId }) => planId === step.plan?.id).reduce((sum, { count }) => sum + count, 0);
      plans.push({
        ...(await stepOnWire(db, step)),
        instances,
        ...ownFeatures(rows.get(step.promoted.planId), rows.get(step.plan?.id ?? '')),
        problems: [...missingSecrets(step, target), ...(problems.get(step.promoted.planId) ?? [])],
      });
    }
    const { id, name, type } = target.environment;
    const isInSync = plans.every(({ status }) => status === 'IN_SYNC');
    const onlyThere = target.plans.filter((plan) => !target.steps.some((step) => step.plan?.id === plan.id));
    shown.push({
      environmentId: id,
      environmentName: name,
      environmentType: type,
      status: isInSync ? 'IN_SYNC' : 'OUT_OF_SYNC',
      plans,
      // Of one plan alone, nothing is said of the others.
      otherPlans: scope.planId === undefined ? onlyThere.map((plan) => plan.name) : [],
    });
  }
  return {
    environmentId: scope.environment.id,
    environmentName: scope.environment.name,
    fingerprint: fingerprintOf(targets),
    targets: shown,
  };
}

async function stepOnWire(db: Database, { action, promoted, plan, present, missingSecrets: missing }: PromotionStep) {
  const preferred = plan?.preferred ?? undefined;
  const [before] = plan === undefined || preferred === undefined ? [] : await compiledPlans(db, plan.id, [preferred]);
  return {
    productTierId: promoted.planId,
    planName: promoted.planName,
    version: versionNumber(promoted.number),
    versionName: promoted.name,
    status: action === 'nothing' ? 'IN_SYNC' : 'OUT_OF_SYNC',
    action,
    ...(plan === undefined ? {} : { targetProductTierId: plan.id }),
    ...(preferred === undefined ? {} : { targetVersion: versionNumber(preferred.number) }),
    becomes: versionNumber(present ?? (plan?.newest ?? 0) + 1),
    differences: before === undefined ? [] : planDifferences(before, promoted.compiled),
    missingSecrets: missing,
  };
}

/** Features that were enabled beside the spec stay where they are: a promotion carries those of the spec. */
function ownFeatures(source: PlanRow | undefined, target: PlanRow | undefined) {
  const [here, there] = [source?.features ?? [], target?.features ?? []];
  const name = ({ feature, scope }: PlanRow['features'][number]) => (scope === '' ? feature : `${feature} (${scope})`);
  return {
    featuresOnlyHere: here.filter((one) => !there.some((other) => isSame(one, other))).map(name),
    featuresOnlyThere: there.filter((one) => !here.some((other) => isSame(one, other))).map(name),
  };
}

function missingSecrets({ missingSecrets: missing }: PromotionStep, { environment: { type } }: PromotionTarget): Problem[] {
  return missing.map((name) => ({
    code: 'missing-secret',
    refuses: true,
    message: `Secret ${name} is missing: set it (cellplane secret set ${type} ${name}), or promote with --allow-missing-secrets.`,
  }));
}

/** What is the same whatever the target: deployment cells are those of the whole installation. */
async function problemsAnywhere(inventory: Inventory, orgId: string, promoted: PromotedVersion): Promise<Problem[]> {
  const { compiled, text } = promoted;
  const unserved = reachable(unservedOf(compiled)).map((one) => ({
    code: one.code,
    refuses: true,
    message: `${explainUnserved(one)} Promote with --allow-unserved to promote it all the same.`,
  }));
  const served = new Set((await inventory.regions(orgId)).map(({ cloudProvider }) => cloudProvider));
  const clouds = cloudsOfAccounts(compiled.deployment.accounts).filter((cloud) => !served.has(cloud));
  const away = clouds.map((cloud) => ({
    code: 'cloud-not-served',
    refuses: false,
    message: `No deployment cell serves ${cloud}, of which the plan names an account: instances there are refused.`,
  }));
  const { problems } = await checkInThread(Buffer.from(text));
  const facts = await warningsHere(
    problems.filter(({ systemPath }) => systemPath !== undefined),
    inventory,
  );
  return [
    ...unserved,
    ...away,
    ...facts.map(({ code, message, cure }) => ({ code, refuses: false, message: cut(`${message} ${cure}`.trim(), 600) })),
  ];
}
