/** What a build would change, told by its dry run: against the newest version of the plan, and what the environment type lacks. */
import type { CompiledPlan } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { environmentTypeOf } from '../request-text/environment-type.js';
import { selectSecrets } from '../secrets/store.js';
import { compiledPlans } from './compiled-plans.js';
import { type PlanDifference, planDifferences } from './difference/plan-difference.js';
import { neededSecrets } from './environment/needed-secrets.js';
import { newestVersion } from './rows/version-store.js';
import { versionNumber } from './version.js';

export interface BuildPreview {
  /** Absent: the plan would be new. */
  newestVersion?: string;
  differences: PlanDifference[];
  missingSecrets: string[];
}

/** `planId`: of the plan that the spec would be built into, if it is there. */
export async function previewBuild(
  db: Database,
  of: { orgId: string; environmentType: string; planId: string | undefined },
  plan: CompiledPlan,
): Promise<BuildPreview> {
  const type = environmentTypeOf(of.environmentType);
  const present = new Set((await selectSecrets(db, { orgId: of.orgId, environmentType: type })).map(({ name }) => name));
  const missingSecrets = neededSecrets(plan).filter((name) => !present.has(name));
  const newest = of.planId === undefined ? undefined : await newestVersion(db, of.planId);
  if (of.planId === undefined || newest === undefined) return { differences: [], missingSecrets };
  const [before] = await compiledPlans(db, of.planId, [newest]);
  return { newestVersion: versionNumber(newest.number), differences: planDifferences(before, plan), missingSecrets };
}
