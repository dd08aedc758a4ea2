/** What an instance shows of itself once it is on another plan version. */
import { planVersion } from '../../catalog/catalog.js';
import type { Transaction } from '../../database/database.js';
import { type InstanceRow, type InstanceValues, setResults, setWarnings } from '../../instances/store.js';
import { skippedDependencies } from '../served-only.js';
import { withDependencies } from '../steps.js';

const NOT_SERVED = 'not-served: ';

/** Warnings about what is not served, as this version has them. */
export function warningsOfVersion(warnings: string[], skipped: string[]): string[] {
  return [...warnings.filter((warning) => !warning.startsWith(NOT_SERVED)), ...skipped];
}

/** Outputs and endpoints of resources that the version does not have go; answers the instance as it is then. Nothing where the version stays. */
export async function storeVersion(tx: Transaction, instance: InstanceRow, requested: InstanceValues): Promise<InstanceRow> {
  if (requested.planVersion === instance.planVersion) return instance;
  const { compiled } = await planVersion(tx, instance.providerOrgId, instance.planId, requested.planVersion);
  const keys = new Set(withDependencies(compiled, instance.resourceKey).map(({ key }) => key));
  const outputs = kept(instance.outputs, keys);
  const endpoints = kept(instance.endpoints, keys);
  const warnings = warningsOfVersion(instance.warnings, skippedDependencies(compiled, instance.resourceKey));
  await setResults(tx, instance.id, { outputs, endpoints });
  await setWarnings(tx, instance.id, warnings);
  return { ...instance, outputs, endpoints, warnings };
}

function kept<T>(byResource: Record<string, T>, keys: ReadonlySet<string>): Record<string, T> {
  return Object.fromEntries(Object.entries(byResource).filter(([key]) => keys.has(key)));
}
