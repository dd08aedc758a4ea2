/** What a provider's person does about drift: accept it, or have the objects applied again as the workflows left them. */
import type { Caller } from '@cellplane/api';
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { Cells } from '../cells/cell.js';
import { answering } from '../cells/cell-answer.js';
import { type Transaction, transaction } from '../database/database.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { setDriftedFields } from '../instances/finding-store.js';
import { type InstanceRow, lockInstance, selectVisibleInstance } from '../instances/store.js';
import { selectOpenOperations } from '../lifecycle/store.js';
import { type ExpectedObject, mustBeThere, objectId } from '../reconciliation/expected-objects.js';
import { bringForward, selectRestingOne, selectWritten, stillRests } from '../reconciliation/expected-store.js';
import type { ComposedManifest } from './composed-manifest.js';
import type { DriftFinding } from './drift.js';
import { acceptFindings, countOpen, noteRevert, selectDrift, selectKnownObjects } from './drift-store.js';
import { type Composed, composedOf, type LookDeps, lookAtInstance } from './look-at-instance.js';
import { shownMessage } from './look-at-object.js';

export interface DriftDeps extends LookDeps {
  cells: Cells;
}

/** Which findings: by their ids, of one object (`Kind/name`), or all. Exactly one is given. */
export interface Chosen {
  findings?: string[];
  object?: string;
  all?: boolean;
}

/** Objects of one instance that a request looks at. */
const MOST_OBJECTS = 200;
/** The whole of a look or a revert, milliseconds. */
const LONGEST_MS = 25_000;
const CALL_MS = 10_000;

/** The live instance, for its provider's people. @throws DomainError not_found */
export async function ownInstance(deps: Pick<DriftDeps, 'db'>, caller: Caller, id: string): Promise<InstanceRow> {
  const instance = await selectVisibleInstance(deps.db, caller, id);
  if (instance === undefined || instance.providerOrgId !== caller.orgId) throw notFound('instance', id);
  return instance;
}

/**
 * Looks at all objects of the instance now.
 * @throws DomainError invalid_state while an operation acts on it, or nothing of it has ever run; too many objects; unavailable
 */
export async function checkDrift(deps: DriftDeps, instance: Pick<InstanceRow, 'id' | 'cellId'>): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  await bringForward(deps.db, instance.cellId, signal);
  const resting = await selectRestingOne(deps.db, instance.id);
  if (resting === undefined) throw notAtRest(instance.id);
  const written = (await selectWritten(deps.db, [resting])).get(resting.id) ?? [];
  const due = written.filter(mustBeThere);
  if (due.length > MOST_OBJECTS)
    throw invalidState(
      'too-many-objects',
      `${instance.id} has ${due.length} objects, and a request looks at ${MOST_OBJECTS} at most: the next pass over its cell looks at those that have changed.`,
    );
  await asked(deps, instance, `${instance.id} was not compared`, (client) =>
    lookAtInstance(deps, { client, signal, take: () => Promise.resolve() }, { resting, written }, due),
  );
}

/**
 * Accepts open findings: they are not told again until the field changes again. The field itself is not protected by it.
 * @throws DomainError bad_request; not_found
 */
export async function acceptDrift(deps: DriftDeps, caller: Caller, instanceId: string, chosen: Chosen): Promise<void> {
  await transaction(deps.db, async (tx) => {
    await lockThere(tx, instanceId);
    const found = choose(await selectDrift(tx, deps.sealer, instanceId), chosen, ['open', 'accepted']);
    await acceptFindings(
      tx,
      found.map((one) => one.id),
      caller.userId,
    );
    await setDriftedFields(tx, instanceId, await countOpen(tx, instanceId));
  });
}

/**
 * Applies the objects of the chosen findings again, whole, as the workflows have left them by now: with the instance's account and with
 * force, each only if no operation has begun since; then looks at them. Applying twice is harmless,
 * so a process that is killed on its way leaves nothing half said: what was not applied is still drift at the next look.
 * @throws DomainError bad_request; not_found; invalid_state while an operation acts on the instance, or an object changes at every try;
 * unavailable if the cell does not answer
 */
export async function revertDrift(deps: DriftDeps, caller: Caller, instance: InstanceRow, chosen: Chosen): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const { found, resting } = await transaction(deps.db, async (tx) => {
    const row = await lockThere(tx, instance.id);
    await refuseAtWork(tx, row);
    const some = choose(await selectDrift(tx, deps.sealer, row.id), chosen, ['open', 'accepted']);
    const ids = some.map((one) => one.id);
    await noteRevert(tx, ids, caller.userId);
    return { found: some, resting: await selectRestingOne(tx, row.id) };
  });
  if (resting === undefined) throw notAtRest(instance.id);
  // A finding may be older than the last operation: what counts is what that has left.
  await bringForward(deps.db, instance.cellId, signal);
  const written = (await selectWritten(deps.db, [resting])).get(resting.id) ?? [];
  const known = (await selectKnownObjects(deps.db, [resting.id])).get(resting.id) ?? [];
  const objects = written.filter((one) => mustBeThere(one) && found.some((finding) => objectId(finding) === objectId(one)));
  await asked(deps, instance, 'nothing was applied again', async (client) => {
    const rests = () => transaction(deps.db, (tx) => stillRests(tx, resting));
    for (const object of objects) {
      const before = known.find((one) => objectId(one) === objectId(object));
      const composed = applicable(object, await composedOf(deps, resting.id, object, before));
      await applyAgain(client, { ...composed, namespace: instance.namespace }, { signal, rests });
    }
  });
  await checkDrift(deps, instance);
}

/** What can be applied again. @throws DomainError invalid_state naming the object, and why it cannot be */
function applicable({ kind, name }: ExpectedObject, { composed, trouble }: Composed): ComposedManifest {
  const refusal = (why: string) =>
    invalidState(
      'manifest-unknown',
      `${kind}/${name} cannot be applied again: ${why}. A modify of the instance sets what its workflow says.`,
    );
  if (composed === undefined) throw refusal(trouble);
  const [unknown] = composed.unknownPaths;
  if (unknown !== undefined)
    throw refusal(`a strategic merge patch of a workflow has changed ${unknown}, and what came of it is not known`);
  return composed;
}

interface Applying {
  signal: AbortSignal;
  /** Whether no operation has begun since it was decided. */
  rests: () => Promise<boolean>;
}

/**
 * How often an object is read and written anew where somebody writes to it between the two, as an operator does with its status. Each
 * try asks whether an operation has begun, so a later try decides no more than a later request would.
 */
const MOST_TRIES = 10;

async function applyAgain(client: KubernetesClient, composed: ComposedManifest & { namespace: string }, applying: Applying): Promise<void> {
  const { kind, metadata } = composed.manifest;
  const name = `${kind}/${metadata.name}`;
  for (let tries = 1; ; tries += 1) {
    try {
      await applyOnce(client, composed, applying);
      return;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status < 400 || error.status >= 500) throw error;
      if (error.reason === 'NotFound')
        throw invalidState('object-gone', `${name} is not there any more: "cellplane instance describe" says what makes it anew.`);
      if (error.status !== 409)
        throw invalidState('revert-refused', `${name} cannot be applied again: ${shownMessage(composed, error.message)}`);
      if (tries === MOST_TRIES)
        throw invalidState(
          'changed-meanwhile',
          `${name} was changed by somebody else at each of ${MOST_TRIES} tries: look again, and then decide.`,
        );
    }
  }
}

/**
 * The object is read first, and then it is asked whether an operation has begun: one that begins later has not written to what was read,
 * and if it does before this write, the API server refuses this one.
 */
async function applyOnce(
  client: KubernetesClient,
  { namespace, manifest, fieldManager, impersonate }: ComposedManifest & { namespace: string },
  { signal, rests }: Applying,
): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const live = await client.get({ apiVersion, kind, namespace, name: metadata.name }, { timeoutMs: CALL_MS, signal });
  const name = `${kind}/${metadata.name}`;
  if (live.metadata.deletionTimestamp !== undefined) throw invalidState('being-deleted', `${name} is being deleted; nothing was applied.`);
  if (!(await rests()))
    throw invalidState('changed-meanwhile', `An operation on the instance has begun meanwhile; ${name} was not applied again.`);
  const { resourceVersion = '' } = live.metadata;
  const object = { ...manifest, metadata: { ...metadata, resourceVersion } };
  const options = { timeoutMs: CALL_MS, signal, ...(impersonate === undefined ? {} : { impersonate }) };
  await client.apply(object, { fieldManager, force: true }, options);
}

/** Asks the instance's cell. @throws DomainError unavailable */
async function asked<T>(
  deps: DriftDeps,
  { cellId }: Pick<InstanceRow, 'cellId'>,
  so: string,
  ask: (client: KubernetesClient) => Promise<T>,
): Promise<T> {
  const { key } = await deps.cells.find(cellId);
  return answering({ key, so }, async () => ask(await deps.cells.client(cellId)));
}

function notAtRest(id: string) {
  return invalidState('not-at-rest', `${id} cannot be looked at for drift now: an operation acts on it, or none has ever succeeded.`);
}

async function lockThere(tx: Transaction, id: string): Promise<InstanceRow> {
  const row = await lockInstance(tx, id);
  if (row === undefined || row.deletedAt !== null) throw notFound('instance', id);
  return row;
}

async function refuseAtWork(tx: Transaction, row: InstanceRow): Promise<void> {
  const open = await selectOpenOperations(tx, row.id);
  if (open.length > 0 || row.takingDown)
    throw invalidState('conflicting-operation', `A conflicting operation is already in progress on ${row.id}.`);
}

/** @throws DomainError bad_request unless exactly one choice is given; not_found for a finding or object that the instance does not have */
function choose(all: DriftFinding[], { findings, object, all: every }: Chosen, states: readonly string[]): DriftFinding[] {
  const given = [findings, object, every === true ? true : undefined].filter((one) => one !== undefined);
  if (given.length !== 1)
    throw badRequest('missing-field', 'Give one of findings (their ids), object (Kind/name) or all.', [
      { field: 'findings', code: 'missing-field', message: 'give findings, object or all' },
    ]);
  const now = all.filter(({ state }) => states.includes(state));
  if (findings !== undefined) {
    for (const id of findings) if (!now.some((one) => one.id === id)) throw notFound('drift finding', id);
    return now.filter((one) => findings.includes(one.id));
  }
  if (object === undefined) return now;
  const some = now.filter(({ kind, name }) => `${kind}/${name}` === object);
  if (some.length === 0) throw notFound('drift of object', object);
  return some;
}
