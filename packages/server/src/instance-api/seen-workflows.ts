/**
 * Custom workflows that are the provider's alone are not there for customers: neither in what an instance offers, nor in what was
 * done to it. What such a run was given and found is nobody else's.
 */
import type { JsonObject } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import type { Database } from '../database/database.js';
import { DomainError } from '../errors.js';
import { findResource } from '../instances/expression-context.js';
import type { Step } from '../lifecycle/operation.js';
import { sameVerb, isOfferedTo } from '../lifecycle/steps.js';
import { type InstanceRow, selectInstance } from '../instances/store.js';
import { audienceOf } from '../identity/audience.js';

/** Verbs of the custom workflows that a caller may know of; undefined: of all, also those that the plan has no more. */
export async function customVerbsSeenBy(db: Database, caller: { orgId: string }, instance: InstanceRow): Promise<string[] | undefined> {
  const audience = audienceOf(instance, caller);
  if (audience === 'FLEET') return undefined;
  const { compiled } = await planVersion(db, instance.providerOrgId, instance.planId, instance.planVersion);
  const { customWorkflows } = findResource(compiled, instance.resourceKey);
  return customWorkflows.filter((workflow) => isOfferedTo(workflow, audience)).map((workflow) => workflow.verb);
}

/** Whether members of an instance's subscription may know of its runs of this custom workflow. Of what is not there any more, they may not. */
export async function isVerbSeenByMembers(db: Database, instanceId: string, verb: string): Promise<boolean> {
  const instance = verb === '' ? undefined : await selectInstance(db, instanceId);
  if (instance === undefined) return false;
  try {
    const seen = await customVerbsSeenBy(db, { orgId: instance.orgId }, instance);
    return isAmong(seen, verb);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return false;
  }
}

/** Whether a caller may know of a run of an instance that they may see. */
export async function isRunSeenBy(
  db: Database,
  caller: { orgId: string },
  instance: InstanceRow,
  run: { data: JsonObject },
): Promise<boolean> {
  const verb = (run.data['step'] as Step | undefined)?.customVerb;
  if (verb === undefined) return true;
  const seen = await customVerbsSeenBy(db, caller, instance);
  return isAmong(seen, verb);
}

function isAmong(seen: string[] | undefined, verb: string): boolean {
  return seen === undefined || seen.some((one) => sameVerb(one, verb));
}
