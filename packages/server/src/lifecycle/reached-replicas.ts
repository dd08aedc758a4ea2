/** The count of replicas that a scaling leads to; it counts once the scaling has succeeded. */
import { capacityOf, PatternBudget } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import type { Transaction } from '../database/database.js';
import { findResource } from '../instances/expression-context.js';
import { convert } from '../instances/parameter-value.js';
import { type InstanceRow, setReplicas } from '../instances/store.js';
import type { OperationRow } from './operation.js';

/**
 * Stores `data.replicas` of an operation that has succeeded; the parameter that holds the count keeps it too, so that a later
 * modify does not take it back (docs/reference/plan-language.md#replica-count). Without it, nothing.
 */
export async function storeReplicas(tx: Transaction, instance: InstanceRow, operation: OperationRow): Promise<void> {
  const replicas = operation.data['replicas'];
  if (typeof replicas !== 'number') return;
  const { compiled } = await planVersion(tx, instance.providerOrgId, instance.planId, instance.planVersion);
  const resource = findResource(compiled, instance.resourceKey);
  const declared = resource.parameters.find((parameter) => parameter.key === capacityOf(resource).parameter);
  const converted = declared === undefined ? undefined : convert(declared, String(replicas), new PatternBudget());
  const parameters =
    declared !== undefined && converted?.ok ? { ...instance.parameters, [declared.key]: converted.value } : instance.parameters;
  await setReplicas(tx, instance.id, { replicas, parameters });
}
