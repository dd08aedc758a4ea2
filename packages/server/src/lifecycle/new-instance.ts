/** The row of an instance that did not exist before, whether a create or a restore makes it. */
import { randomBytes } from 'node:crypto';
import type { PlanVersion } from '../catalog/catalog.js';
import type { Cell } from '../cells/cell.js';
import type { Transaction } from '../database/database.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { findResource, parameterContext, seedContext } from '../instances/expression-context.js';
import type { Tag } from '../instances/instance.js';
import type { ParameterValues } from '../instances/parameters.js';
import { insertInstance, type InstanceRow, lockInstance } from '../instances/store.js';
import type { Sealer } from '../secrets/envelope.js';
import { skippedDependencies } from './served-only.js';

export interface NewInstanceInput {
  version: PlanVersion;
  resourceKey: string;
  /** The subscription that the instance belongs to, and its organization. */
  subscription: { id: string; orgId: string };
  cell: Pick<Cell, 'id'>;
  place: { cloudProvider: string; region: string };
  networkType: string;
  values: ParameterValues;
  tags: Tag[];
  /** User id. */
  by: string;
  /** The snapshot that it is made of. */
  restoredFrom?: string;
  /** What it is made of runs already: the id that the plan's names need, and the namespace that it lies in. */
  adopts?: { id: string; namespace: string };
}

/** Inserts it, DEPLOYING, with an id, a namespace and a seed of its own; answers the row, which nobody else sees before the commit. */
export async function insertNewInstance(sealer: Sealer, tx: Transaction, input: NewInstanceInput): Promise<InstanceRow> {
  const { version, resourceKey, subscription, values } = input;
  const { place: plan, compiled } = version;
  const { id, namespace } = input.adopts ?? ownNames();
  return insertInstance(tx, {
    id,
    providerOrgId: plan.orgId,
    orgId: subscription.orgId,
    subscriptionId: subscription.id,
    serviceId: plan.serviceId,
    environmentId: plan.environmentId,
    environmentType: plan.environmentType,
    planId: plan.planId,
    planVersion: version.version,
    resourceId: version.resourceIds[findResource(compiled, resourceKey).key] ?? '',
    resourceKey,
    cellId: input.cell.id,
    cloudProvider: input.place.cloudProvider,
    region: input.place.region,
    networkType: input.networkType,
    namespace,
    status: 'DEPLOYING',
    parameters: values.clear,
    launchParameters: values.clear,
    sealedParameters: sealValues(sealer, id, values),
    warnings: skippedDependencies(compiled, resourceKey),
    tags: input.tags,
    sealedSeed: sealer.seal(randomBytes(32).toString('hex'), seedContext(id)),
    deletionProtection: compiled.enableDeletionProtection,
    createdBy: input.by,
    ...(input.restoredFrom === undefined ? {} : { restoredFrom: input.restoredFrom }),
  });
}

function ownNames(): { id: string; namespace: string } {
  const id = newLowerCaseId('instance', 9);
  return { id, namespace: id };
}

/** Password and Secret values, sealed for the instance. */
export function sealValues(sealer: Sealer, instanceId: string, { secret }: ParameterValues): Buffer {
  return sealer.seal(JSON.stringify(secret), parameterContext(instanceId));
}

/** An instance that must be there, locked. */
export async function lockThere(tx: Transaction, id: string): Promise<InstanceRow> {
  const instance = await lockInstance(tx, id);
  if (instance === undefined) throw new Error(`there is no instance ${id}`);
  return instance;
}
