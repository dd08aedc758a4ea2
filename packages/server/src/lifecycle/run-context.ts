/**
 * Everything that a stage needs to know of its run's instance, read fresh by each: between two stages there is a commit, and the
 * instance, its secrets and its cell may be changed by others meanwhile. The rows are one statement; what never changes of the plan version is
 * read once in a process. What expressions see is made only where something is evaluated; most stages need the rows alone
 * (`loadSubjectOfRun`).
 */
import type { CompiledResource, ExpressionContext } from '@cellplane/plan';
import { type FixedVersion, fixedVersion } from '../catalog/catalog.js';
import type { Cells } from '../cells/cell.js';
import type { CellOfRun } from '../cells/store.js';
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
import { selectValuesAsked } from './store.js';
import { readRunData, type RunData } from './run-data.js';
import { type OperationOfRun, selectSubject, type StoredSubject } from './subject/subject-store.js';
import { type InstanceRow, type InstanceValues, withValues } from '../instances/store.js';
import { openOutputs } from '../instances/outputs.js';
import { namesSecrets } from './subject/named-secrets.js';
import type { StageSets } from './stage-set.js';

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
  version: FixedVersion;
  cell: CellOfRun;
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
  const stored = await subjectThere(deps.db, instanceId);
  const instance = withValues(stored.instance, requested);
  return contextOf(deps, { ...stored, instance }, { resourceKey: resourceKey ?? instance.resourceKey, secrets: true });
}

async function contextOf(
  deps: InstanceDeps,
  { instance, cell, tenant }: Omit<StoredSubject, 'operation'>,
  { resourceKey: key, secrets }: { resourceKey: string; secrets: boolean },
): Promise<RunContext> {
  const version = await versionOf(deps.db, instance);
  const { providerOrgId: orgId, environmentType } = instance;
  const input: ContextInput = {
    instance,
    version,
    cell,
    endpointDomain: deps.endpointDomain,
    values: openParameters(deps.sealer, instance),
    tenant,
    secrets: secrets ? await openSecrets(deps, { orgId, environmentType }) : new Map<string, string>(),
    seed: deps.sealer.open(instance.sealedSeed, seedContext(instance.id)).toString('utf8'),
    outputs: openOutputs(deps.sealer, instance),
  };
  return {
    instance,
    version,
    cell,
    resource: findResource(version.compiled, key),
    expressions: expressionContext(input, key),
    // Made where it is asked for: charts alone do.
    shared: () => expressionContext({ ...input, instance: { ...instance, ...placeOfCell(cell, instance) } }, key),
  };
}

/** The same for a run: of the one resource that it acts on, with the values that its operation asks for. */
export async function loadContextOfRun(
  deps: InstanceDeps,
  run: SubjectOf & Pick<Run, 'workflow'>,
): Promise<RunContext & { operation: OperationOfRun }> {
  const data = readRunData(run);
  const { operation, ...stored } = await subjectThere(deps.db, run.subject, data.operationId);
  if (operation === undefined) throw new Error(`there is no operation ${data.operationId}`);
  const instance = await asRunSees(deps, stored.instance, { operation, data });
  const { compiled } = await versionOf(deps.db, instance);
  // Most plans name none: then nothing of them is read, and nothing opened.
  const secrets = namesSecrets(compiled) || (run.workflow !== undefined && namesSecrets(run.workflow));
  return { ...(await contextOf(deps, { ...stored, instance }, { resourceKey: data.resourceKey, secrets })), operation };
}

/**
 * The instance with the values that count for a run: those that its operation asks for, if they are of the run's plan version; else the
 * instance's own. A step may be of a third version: the removal of a backup that another one made, and of what an upgrade that failed
 * has left behind.
 */
async function asRunSees(
  deps: InstanceDeps,
  instance: InstanceRow,
  { operation, data: { planVersion: version, step } }: { operation: OperationOfRun; data: RunData },
): Promise<InstanceRow> {
  if (operation.requested?.planVersion === version) return withValues(instance, operation.requested);
  if (instance.planVersion === version) return instance;
  const values = (await deps.snapshots.valuesOfStep?.(deps.db, instance, step)) ?? (await selectValuesAsked(deps.db, instance.id, version));
  return { ...withValues(instance, values), planVersion: version };
}

/** Of a run what says on what it acts, and for which step of which operation. */
export type SubjectOf = Pick<Run, 'id' | 'subject' | 'data'>;

/** What a run acts on, without what its expressions see. Throws if the instance is unknown. */
export async function loadSubjectOfRun({ db }: { db: Database }, run: SubjectOf): Promise<RunSubject> {
  const { resourceKey, planVersion } = readRunData(run);
  const { cell, ...stored } = await subjectThere(db, run.subject);
  const instance = { ...stored.instance, planVersion };
  const version = await versionOf(db, instance);
  return { instance, version, cell, resource: findResource(version.compiled, resourceKey) };
}

async function subjectThere(db: Database, id: string, operationId?: string): Promise<StoredSubject> {
  const stored = await selectSubject(db, id, operationId);
  if (stored === undefined) throw new Error(`there is no instance ${id}`);
  return stored;
}

function versionOf(db: Database, { providerOrgId, planId, planVersion }: InstanceRow): Promise<FixedVersion> {
  return fixedVersion(db, providerOrgId, planId, planVersion);
}
