/**
 * Everything that a stage needs to know of its run's instance, read fresh by each: between two stages there is a commit, and the
 * instance, its secrets and its cell may be changed by others meanwhile. What a stage does not use it does not ask for: most need the
 * rows alone (`loadSubjectOfRun`), and what expressions see only where something is evaluated.
 */
import type { CompiledResource, ExpressionContext } from '@cellplane/plan';
import { type PlanVersion, planVersion } from '../catalog/catalog.js';
import { type Cell, type Cells, findCell } from '../cells/cell.js';
import type { Charts } from '../charts/charts.js';
import type { Database } from '../database/database.js';
import type { Run } from '../engine/model.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { openSecrets } from '../secrets/secrets.js';
import {
  type ContextInput,
  expressionContext,
  findResource,
  openParameters,
  placeOfCell,
  seedContext,
} from '../instances/expression-context.js';
import type { SnapshotPort } from './snapshot-port.js';
import type { OperationRow } from './operation.js';
import { selectOperation, selectValuesAsked } from './store.js';
import { readRunData, type RunData } from './run-data.js';
import { type InstanceRow, type InstanceValues, selectInstance, withValues } from '../instances/store.js';
import { openOutputs } from '../instances/outputs.js';
import type { StageSets } from './stage-set.js';
import { selectTenant } from '../identity/store.js';

export interface InstanceDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
  cells: Cells;
  charts: Charts;
  /** Parent domain of the cells' endpoint names. */
  endpointDomain: string;
  snapshots: SnapshotPort;
  /** The stages of runs, by the kind of their resource. */
  stageSets: StageSets;
  /** This server lives for one simulation: what cannot be had without a real cluster is made up, and said to be. */
  simulation: boolean;
  /** Takes a run up in this process, right after the commit that made it; without it a job does. */
  wake: (runId: string) => void;
}

/** What a run acts on. */
export interface RunSubject {
  /** Without its values: those that count for the run may be its operation's. */
  instance: Omit<InstanceRow, keyof InstanceValues>;
  version: PlanVersion;
  cell: Cell;
  resource: CompiledResource;
}

export interface RunContext extends RunSubject {
  instance: InstanceRow;
  /** What expressions of the resource see. */
  expressions: Omit<ExpressionContext, 'place'>;
  /** What expressions of something see that all instances of the cell share. */
  shared: () => Omit<ExpressionContext, 'place'>;
}

/**
 * Everything is read with `deps.db`, which may be a transaction: taking a second connection inside one could starve all.
 * Reads instance, plan version, cell, values and secrets, as `resourceKey` sees them (absent: the instance's own resource).
 * `requested`: values that an operation asks for; they stand in place of the instance's until it has succeeded, for it alone.
 * Throws if the instance is unknown: its run is then without a subject.
 */
export async function loadRunContext(
  deps: InstanceDeps,
  instanceId: string,
  resourceKey?: string,
  requested?: InstanceValues | null,
): Promise<RunContext> {
  const instance = withValues(await instanceThere(deps.db, instanceId), requested);
  return contextOf(deps, instance, resourceKey ?? instance.resourceKey);
}

async function contextOf(deps: InstanceDeps, instance: InstanceRow, key: string): Promise<RunContext> {
  // One after the other: a transaction has one connection.
  const subject = await subjectOf(deps.db, instance, key);
  const secrets = await openSecrets(deps, { orgId: instance.providerOrgId, environmentType: instance.environmentType });
  const tenant = await selectTenant(deps.db, { orgId: instance.orgId, userId: instance.createdBy });
  const { version, cell } = subject;
  const input: ContextInput = {
    instance,
    version,
    cell,
    endpointDomain: deps.endpointDomain,
    values: openParameters(deps.sealer, instance),
    tenant,
    secrets,
    seed: deps.sealer.open(instance.sealedSeed, seedContext(instance.id)).toString('utf8'),
    outputs: openOutputs(deps.sealer, instance),
  };
  return {
    ...subject,
    instance,
    expressions: expressionContext(input, key),
    // Made where it is asked for: charts alone do.
    shared: () => expressionContext({ ...input, instance: { ...instance, ...placeOfCell(cell, instance) } }, key),
  };
}

/** The same for a run: of the one resource that it acts on, with the values that its operation asks for. */
export async function loadContextOfRun(deps: InstanceDeps, run: SubjectOf): Promise<RunContext & { operation: OperationRow }> {
  const data = readRunData(run);
  const operation = await selectOperation(deps.db, data.operationId);
  if (operation === undefined) throw new Error(`there is no operation ${data.operationId}`);
  const instance = await asRunSees(deps, await instanceThere(deps.db, run.subject), { operation, data });
  return { ...(await contextOf(deps, instance, data.resourceKey)), operation };
}

/**
 * The instance with the values that count for a run: those that its operation asks for, if they are of the run's plan version; else the
 * instance's own. A step may be of a third version: the removal of a backup that another one made, and of what an upgrade that failed
 * has left behind.
 */
async function asRunSees(
  deps: InstanceDeps,
  instance: InstanceRow,
  { operation, data: { planVersion: version, step } }: { operation: OperationRow; data: RunData },
): Promise<InstanceRow> {
  if (operation.requested?.planVersion === version) return withValues(instance, operation.requested);
  if (instance.planVersion === version) return instance;
  const values = (await deps.snapshots.valuesOfStep?.(deps.db, instance, step)) ?? (await selectValuesAsked(deps.db, instance.id, version));
  return { ...withValues(instance, values), planVersion: version };
}

type SubjectOf = Pick<Run, 'id' | 'subject' | 'data'>;

/** What a run acts on, without what its expressions see. Throws if the instance is unknown. */
export async function loadSubjectOfRun({ db }: { db: Database }, run: SubjectOf): Promise<RunSubject> {
  const { resourceKey, planVersion: version } = readRunData(run);
  return subjectOf(db, { ...(await instanceThere(db, run.subject)), planVersion: version }, resourceKey);
}

async function instanceThere(db: Database, id: string): Promise<InstanceRow> {
  const instance = await selectInstance(db, id);
  if (instance === undefined) throw new Error(`there is no instance ${id}`);
  return instance;
}

async function subjectOf(db: Database, instance: InstanceRow, resourceKey: string): Promise<RunSubject> {
  const version = await planVersion(db, instance.providerOrgId, instance.planId, instance.planVersion);
  const cell = await findCell(db, instance.cellId);
  return { instance, version, cell, resource: findResource(version.compiled, resourceKey) };
}
