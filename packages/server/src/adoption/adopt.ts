/**
 * Adopting: an instance is made of a custom resource that runs already. The row is written as that of an instance that runs, and a workflow
 * of the plan that applies the whole object (create, or modify) is its first operation, a modify: so it is previewed, survives kills,
 * waits for its gates, and gives outputs and endpoints like any other. What else that workflow makes, a Job perhaps, is in the preview.
 */
import type { Caller } from '@cellplane/api';
import { ApiError } from '@cellplane/kubernetes';
import { groupOf } from '@cellplane/plan';
import { holdPlan, planPlace, type PlanVersion, planVersion } from '../catalog/catalog.js';
import { notOfferedOn } from '../catalog/offered-clouds.js';
import { answering } from '../cells/cell-answer.js';
import { namedCell } from '../cells/handlers.js';
import { INSTANCE_LABEL } from '../cells/instance-labels.js';
import { choosePlace, type Place } from '../cells/place.js';
import type { CellRow } from '../cells/store.js';
import { selectChartIn } from '../charts/chart-store.js';
import { databaseTime } from '../database/clock.js';
import { type Transaction, transaction } from '../database/database.js';
import { planChange } from '../diff/planned-change.js';
import { nameOf } from '../diff/dry-run.js';
import { type ChangePreview, previewOf } from '../diff/preview.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { requireProduct } from '../identity/viewer.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { networkTypeFor } from '../instances/network.js';
import { createValues } from '../instances/parameters.js';
import { countOfSubscription } from '../instances/plan-store.js';
import { lockInstance } from '../instances/store.js';
import { beginOperation, type StartedOperation } from '../lifecycle/begin-operation.js';
import { refuseForeignParameters } from '../lifecycle/foreign-names.js';
import { insertNewInstance } from '../lifecycle/new-instance.js';
import { requireServed } from '../lifecycle/served-only.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { withDependencies } from '../lifecycle/steps.js';
import { defaultSubscription, findSubscription, takePlace } from '../subscriptions/subscription.js';
import { type AdoptedObject, type AdoptingVerb, type AdoptionRefusal, checkNames, idForName, refusalsOf } from './adopted-object.js';
import { isIdTaken, markAdopted, selectOwnerOfNamespace } from '../instances/adoption-store.js';

export interface AdoptionDeps {
  instances: InstanceDeps;
  /** The organization that runs the installation: cells are its alone. */
  providerOrgId: string;
}

export interface AdoptionRequest extends AdoptedObject {
  planId: string;
  /** '' : the preferred one. */
  planVersion: string;
  /** '' : the only resource of the plan that customers are offered. */
  resourceKey: string;
  verb: AdoptingVerb;
  /** Id or key. */
  cell: string;
  subscriptionId?: string;
  networkType: string;
  parameters: unknown;
  allowed: { changes: boolean; restart: boolean };
}

export interface Adoption {
  instanceId: string;
  preview: ChangePreview;
  /** Why it is not carried out; empty: it may be. */
  refusals: AdoptionRefusal[];
}

/** PostgreSQL's, of the instance's id or of its namespace. */
const UNIQUE_VIOLATION = '23505';

interface Prepared {
  version: PlanVersion;
  resourceKey: string;
  cell: CellRow;
  place: Place;
}

/**
 * What the adoption would change; nothing is written anywhere.
 * @throws DomainError bad_request naming the field; not_found; invalid_state naming what of plan or namespace is in the way
 */
export async function previewAdoption(deps: AdoptionDeps, caller: Caller, request: AdoptionRequest): Promise<Adoption> {
  checkNames(request);
  const prepared = await prepare(deps, caller, request);
  const ofCell = { key: prepared.cell.key, so: 'it cannot be said what would change' };
  const labelled = await answering(ofCell, () => refuseTakenNamespace(deps, prepared, request));
  const tried = newLowerCaseId('instance', 9);
  const planned = await planChange(
    deps.instances,
    (tx) => beginAdoption(deps, tx, caller, { request, prepared, id: tried }),
    (await databaseTime(deps.instances.db)).getTime(),
  );
  const writes = planned.steps.flatMap(({ tasks }) =>
    tasks.map(({ action, apiVersion, kind, manifest }) => ({ action, apiVersion, kind, name: nameOf(manifest ?? {}) })),
  );
  const { id = tried, apiVersion } = idForName(request, { verb: request.verb, writes, tried });
  if (await isIdTaken(deps.instances.db, id))
    throw invalidState(
      'name-taken',
      `An instance ${id} is there, or was: under this plan ${request.kind}/${request.name} would need that id, so it cannot be adopted.`,
    );
  if (labelled !== undefined && labelled !== id)
    throw invalidState('namespace-taken', `Namespace ${request.namespace} says that it is of another instance, ${labelled}.`);
  await answering(ofCell, () => refuseSharedNamespace(deps, prepared, { ...request, apiVersion }, id));
  const preview = await previewOf(deps.instances, (tx) => beginAdoption(deps, tx, caller, { request, prepared, id }));
  return { instanceId: id, preview, refusals: refusalsOf(preview, request, request.allowed) };
}

/**
 * Adopts, unless the preview is against it.
 * @throws DomainError as the preview; invalid_state with the first refusal's code and all of them as details
 */
export async function adopt(deps: AdoptionDeps, caller: Caller, request: AdoptionRequest): Promise<Adoption & { runId: string }> {
  const adoption = await previewAdoption(deps, caller, request);
  const [first] = adoption.refusals;
  if (first !== undefined)
    throw invalidState(
      first.code,
      `${request.kind}/${request.name} is not adopted. ${adoption.refusals.map(({ message }) => message).join(' ')}`,
      adoption.refusals.map(({ code, message }) => ({ field: 'name', code, message })),
    );
  const prepared = await prepare(deps, caller, request);
  const started = await transaction(deps.instances.db, (tx) =>
    beginAdoption(deps, tx, caller, { request, prepared, id: adoption.instanceId }),
  );
  deps.instances.wake(started.runId);
  return { ...adoption, runId: started.runId };
}

async function prepare({ instances, providerOrgId }: AdoptionDeps, caller: Caller, request: AdoptionRequest): Promise<Prepared> {
  const { db } = instances;
  const cell = await namedCell({ db, providerOrgId }, caller, request.cell);
  const plan = await planPlace(db, caller.orgId, request.planId);
  requireProduct(caller, plan.serviceId);
  const version = await planVersion(db, plan.orgId, plan.planId, request.planVersion === '' ? 'preferred' : request.planVersion);
  const resourceKey = resourceOf(version, request.resourceKey);
  const resource = version.compiled.resources.find(({ key }) => key === resourceKey);
  if (resource === undefined) throw notFound('resource', resourceKey);
  requireServed(version.compiled, resource, { anyModel: instances.simulation });
  const others = withDependencies(version.compiled, resourceKey).filter(({ key }) => key !== resourceKey);
  if (others.length > 0)
    throw invalidState(
      'plan-has-dependencies',
      `Resource "${resourceKey}" depends on ${others.map(({ key }) => key).join(', ')}: a plan of several resources cannot adopt, because only one object is named.`,
    );
  if (resource.systemWorkflows[request.verb] === undefined)
    throw invalidState('workflow-missing', `Resource "${resourceKey}" of the plan has no ${request.verb} workflow that could adopt.`);
  const wish = { cloudProvider: '', region: '' };
  const { place } = choosePlace([cell], wish, (cloud) => notOfferedOn(version.compiled, plan.planName, cloud));
  return { version, resourceKey, cell, place };
}

function resourceOf({ compiled }: PlanVersion, wanted: string): string {
  if (wanted !== '') return wanted;
  const offered = compiled.resources.filter(({ internal }) => !internal);
  const [only] = offered;
  if (only !== undefined && offered.length === 1) return only.key;
  const keys = offered.map(({ key }) => key).join(', ');
  throw badRequest('missing-field', `Invalid request: resourceKey is missing; the plan has ${keys}.`, [
    { field: 'resourceKey', code: 'missing-field', message: `must be one of ${keys}` },
  ]);
}

/** Writes the instance as one that runs, and begins its modify, in the caller's transaction. */
async function beginAdoption(
  deps: AdoptionDeps,
  tx: Transaction,
  caller: Caller,
  { request, prepared, id }: { request: AdoptionRequest; prepared: Prepared; id: string },
): Promise<StartedOperation & { instanceId: string }> {
  const instances = { ...deps.instances, db: tx };
  const { version, resourceKey, cell, place } = prepared;
  const { place: plan, compiled } = version;
  await holdPlan(tx, plan.planId);
  const { subscriptionId = '' } = request;
  const subscription =
    subscriptionId === ''
      ? await defaultSubscription(tx, { place: plan, userId: caller.userId })
      : await findSubscription(tx, caller, subscriptionId);
  if (subscription.planId !== plan.planId) throw notFound('subscription', subscription.id);
  await takePlace(tx, subscription.id, compiled, countOfSubscription);
  const values = createValues({ plan: compiled, resourceKey, given: request.parameters, cloudProvider: place.cloudProvider });
  const networkType = networkTypeFor(version, resourceKey, request.networkType);
  const { namespace, kind, name } = request;
  const owner = await selectOwnerOfNamespace(tx, cell.id, namespace);
  if (owner !== undefined) throw namespaceTaken(namespace);
  const row = await insertNewInstance(deps.instances.sealer, tx, {
    version,
    resourceKey,
    subscription,
    cell,
    place,
    networkType,
    values,
    tags: [],
    by: caller.userId,
    adopts: { id, namespace },
  }).catch((error: unknown) => {
    // Somebody else has adopted it since it was looked at: a preview, which inserts the row too, can meet that as well.
    if ((error as { code?: unknown }).code === UNIQUE_VIOLATION) throw namespaceTaken(namespace);
    throw error;
  });
  await refuseForeignParameters(instances, row, request.parameters);
  await markAdopted(tx, id);
  const instance = await lockInstance(tx, id);
  if (instance === undefined) throw new Error(`instance ${id} was not inserted`);
  const started = await beginOperation(instances, tx, {
    instance,
    kind: 'modify',
    by: caller.userId,
    steps: [{ verb: request.verb, resourceKey }],
    data: { adopted: { kind, name, namespace } },
  });
  return { ...started, instanceId: id };
}

function namespaceTaken(namespace: string) {
  return invalidState('namespace-taken', `Namespace ${namespace} belongs to an instance.`);
}

/**
 * Answers whose instance's the namespace says that it is: of another installation, or one that this database has lost.
 * @throws DomainError invalid_state if the namespace is an instance's, or an operator's, is not there, or is on its way out
 */
async function refuseTakenNamespace(
  { instances }: AdoptionDeps,
  { cell }: Prepared,
  { namespace }: AdoptionRequest,
): Promise<string | undefined> {
  if ((await selectOwnerOfNamespace(instances.db, cell.id, namespace)) !== undefined) throw namespaceTaken(namespace);
  const chart = await selectChartIn(instances.db, cell.id, namespace);
  if (chart !== undefined)
    throw invalidState('namespace-taken', `Namespace ${namespace} holds chart ${chart}, which all instances of the cell share.`);
  const client = await instances.cells.client(cell.id);
  const found = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: namespace }).catch((error: unknown) => {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  });
  if (found === undefined) throw invalidState('namespace-not-found', `Cell ${cell.key} has no namespace ${namespace}.`);
  if (found.metadata.deletionTimestamp !== undefined)
    throw invalidState('namespace-terminating', `Namespace ${namespace} is being deleted.`);
  return found.metadata.labels?.[INSTANCE_LABEL];
}

/** A namespace is one instance's: what else of the kind is in it would be reached by it. @throws DomainError invalid_state */
async function refuseSharedNamespace(
  { instances }: AdoptionDeps,
  { cell }: Prepared,
  { apiVersion, kind, namespace, name }: AdoptionRequest,
  id: string,
): Promise<void> {
  const client = await instances.cells.client(cell.id);
  const { items } = await client.list({ apiVersion, kind, namespace, limit: 100, metadataOnly: true }).catch((error: unknown): never => {
    if (error instanceof ApiError && error.reason === 'KindNotServed')
      throw invalidState('kind-not-served', `Cell ${cell.key} does not serve kind ${kind} of ${groupOf(apiVersion)}.`);
    throw error;
  });
  const mine = items.find(({ metadata }) => metadata.name === name);
  if (mine === undefined) throw invalidState('object-not-found', `Namespace ${namespace} of cell ${cell.key} has no ${kind}/${name}.`);
  if (mine.metadata.deletionTimestamp !== undefined) throw invalidState('being-deleted', `${kind}/${name} is being deleted.`);
  const labelled = mine.metadata.labels?.[INSTANCE_LABEL];
  // A database from an older dump has lost an instance that the cell still has: it may come back under its own id.
  if (labelled !== undefined && labelled !== id)
    throw invalidState('object-of-instance', `${kind}/${name} says that it is of another instance, ${labelled}.`);
  const others = items.filter(({ metadata }) => metadata.name !== name).map(({ metadata }) => metadata.name);
  if (others.length > 0)
    throw invalidState(
      'namespace-shared',
      `Namespace ${namespace} has more objects of kind ${kind}: ${others.slice(0, 5).join(', ')}. It would become one instance's, so it must hold one alone.`,
    );
}
