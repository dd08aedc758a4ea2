/** Which plan version an instance is to come to, and whether it may. */
import { cut } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../../catalog/catalog.js';
import type { Database } from '../../database/database.js';
import { invalidState } from '../../errors.js';
import type { Audience } from '../../identity/audience.js';
import type { InstanceRow } from '../../instances/store.js';

export interface TargetInput {
  instance: InstanceRow;
  target: string;
  /** Who chooses it. */
  audience?: Audience;
  /** It counted for the instance before: nothing is asked but that it is there. */
  anyway?: true;
}

/**
 * The version that is meant. Its provider may name a deprecated one by its number, and an older one: that is the way back from a release
 * that was none. Customers go forward only.
 * @throws DomainError not_found; invalid_state `same-version`, `version-deprecated`, `version-is-older`, `resource-gone`
 */
export async function targetVersion(db: Database, { instance, target, audience = 'FLEET', anyway }: TargetInput): Promise<PlanVersion> {
  const version = await planVersion(db, instance.providerOrgId, instance.planId, target);
  const plan = `plan "${cut(version.place.planName)}"`;
  if (anyway !== true) {
    if (version.version === instance.planVersion)
      throw invalidState('same-version', `${instance.id} is on version ${version.version} of ${plan} already.`);
    if (version.status === 'Deprecated' && (audience !== 'FLEET' || !isNumber(target)))
      throw invalidState('version-deprecated', `Version ${version.version} of ${plan} is deprecated: no instance is upgraded to it.`);
    if (audience !== 'FLEET' && numberOf(version.version) < numberOf(instance.planVersion))
      throw invalidState(
        'version-is-older',
        `Version ${version.version} of ${plan} is older than ${instance.planVersion}, which ${instance.id} is on: only the provider takes an instance back.`,
      );
  }
  const resource = version.compiled.resources.find(({ key }) => key === instance.resourceKey);
  if (resource !== undefined) return version;
  throw invalidState(
    'resource-gone',
    `Version ${version.version} of ${plan} has no resource "${instance.resourceKey}", which ${instance.id} is an instance of.`,
  );
}

/** True of `2.0` and `2`, false of the words that a version can be named by. */
function isNumber(target: string): boolean {
  return /\d/.test(target);
}

function numberOf(version: string): number {
  return Number.parseFloat(version);
}
