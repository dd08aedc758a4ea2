/**
 * One instance comes to another version of its plan. Everything that can be known before is checked before: the version, the values, the
 * resources that it drops. What remains is carried out by the plan's own workflows (docs/upgrades.md).
 */
import type { JsonObject } from '@cellplane/plan';
import type { PlanVersion } from '../../catalog/catalog.js';
import { type Database, type Transaction, transaction } from '../../database/database.js';
import { badRequest, DomainError, type ErrorDetail, invalidState } from '../../errors.js';
import type { Audience } from '../../identity/audience.js';
import { openParameters } from '../../instances/expression-context.js';
import { type InstanceCaller, isNeutral, OPERATION_KINDS } from '../../instances/instance.js';
import { maskedValues } from '../../instances/parameters.js';
import { type InstanceRow, type InstanceValues, setWarnings, updateParameters } from '../../instances/store.js';
import { changedValues, valuesInVersion } from '../../instances/version-values.js';
import { askArbiter, beginOperation, type StartedOperation } from '../begin-operation.js';
import { stepsOfPlan } from '../operation-steps.js';
import { droppedResources } from '../versions/dropped-resources.js';
import { refuseForeignParameters } from '../foreign-names.js';
import { sealValues } from '../new-instance.js';
import { warningsOfVersion } from '../versions/reached-version.js';
import type { InstanceDeps } from '../run-context.js';
import { skippedDependencies } from '../served-only.js';
import { selectNewestOperation, selectOperation } from '../store.js';
import { lockVisible } from './change-instance.js';
import { targetVersion } from '../versions/target-version.js';
import { problemsOfDropped, problemsOfPlace, problemsOfWorkflows } from '../versions/upgrade-problems.js';

export interface UpgradeInput {
  instance: InstanceRow;
  /** `2.0`, `latest` or `preferred`. */
  target: string;
  /** Values of the new version's parameters, as they came; over the present ones. */
  parameters?: unknown;
  /** Resources that the version does not have any more may go with their data. */
  removeDropped?: boolean;
  /** Who chooses the version. @default FLEET: the provider */
  audience?: Audience;
}

/** Why an instance cannot be upgraded as it was asked for; `field`: what cures it. */
export interface UpgradeProblem {
  code: string;
  field?: string;
  message: string;
}

interface Assessed {
  version: PlanVersion;
  requested: InstanceValues;
  problems: ErrorDetail[];
  data: JsonObject;
}

/**
 * Begins an upgrade, or goes back to an older version, in the caller's transaction. The instance must be locked.
 * @throws DomainError not_found (no such version); bad_request naming every value that does not fit; invalid_state (same version, deprecated,
 * a resource would go with its data, another operation runs, not offered)
 */
export async function beginUpgrade(
  deps: InstanceDeps,
  tx: Transaction,
  input: UpgradeInput & { by: string; data?: JsonObject },
): Promise<StartedOperation> {
  const { instance, by } = input;
  const { version, requested, problems, data } = await assess({ ...deps, db: tx }, tx, input);
  if (problems.length > 0) throw refusal(instance, version, problems);
  return begin(deps, tx, { instance, version, requested, by, data: { ...data, ...input.data } });
}

/** Upgrades an instance that the caller may see. @throws DomainError as `beginUpgrade`; not_found; forbidden */
export async function upgradeInstance(
  deps: InstanceDeps,
  caller: InstanceCaller,
  input: Omit<UpgradeInput, 'instance'> & { instanceId: string; may?: (tx: Transaction, instance: InstanceRow) => Promise<void> },
): Promise<StartedOperation> {
  const started = await transaction(deps.db, async (tx) => {
    const instance = await lockVisible(tx, caller, input.instanceId);
    await input.may?.(tx, instance);
    return beginUpgrade(deps, tx, { ...input, instance, by: caller.userId });
  });
  deps.wake(started.runId);
  return started;
}

/** The same rules as `beginUpgrade`, and nothing is touched. Empty: it could begin now. */
export async function checkUpgrade(
  deps: InstanceDeps,
  db: Database,
  instance: InstanceRow,
  target: string,
  parameters?: unknown,
  { removeDropped = false, audience = 'FLEET' }: Pick<UpgradeInput, 'removeDropped' | 'audience'> = {},
): Promise<UpgradeProblem[]> {
  try {
    const { problems } = await assess({ ...deps, db }, db, { instance, target, parameters, removeDropped, audience });
    const decision = await askArbiter(db, instance, { kind: 'upgrade', trigger: 'person' });
    const { code, message } = 'code' in decision ? decision : { code: undefined, message: '' };
    return [
      ...(code === undefined ? [] : [{ code, message }]),
      ...problems.map((one) => ({ ...problemOf(one), code: one.code ?? 'invalid-parameters', message: sentence(one) })),
    ];
  } catch (error) {
    if (!(error instanceof DomainError) || error.kind === 'unavailable') throw error;
    if (error.details.length === 0) return [{ code: error.code, message: error.message }];
    return error.details.map((detail) => ({ ...problemOf(detail), code: detail.code ?? error.code, message: error.message }));
  }
}

/**
 * Takes an upgrade back: to the version and the values that counted before it, whether it succeeded or failed. What it has added goes again.
 * The instance must be locked.
 * @throws DomainError invalid_state (the version does not declare `rollback`, nothing had run before, something came after it, another operation runs)
 */
export async function beginRollback(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; operationId: string; by: string; data?: JsonObject },
): Promise<StartedOperation> {
  const { instance, operationId, by } = input;
  const operation = await selectOperation(tx, operationId);
  const { requested, previous } = operation ?? {};
  if (operation?.instanceId !== instance.id || operation.kind !== 'upgrade' || requested === undefined)
    throw invalidState('no-upgrade', `${operationId} is no upgrade of ${instance.id}.`);
  if (previous === null || previous === undefined || requested === null)
    throw invalidState('nothing-before', `${instance.id} had never run before its upgrade: there is nothing to go back to.`);
  const upgraded = await targetVersion(tx, { instance, target: requested.planVersion, anyway: true });
  const resource = upgraded.compiled.resources.find(({ key }) => key === instance.resourceKey);
  if (resource?.upgrade?.rollback !== true)
    throw invalidState(
      'rollback-not-declared',
      `Version ${upgraded.version} of plan "${upgraded.place.planName}" does not declare that an upgrade to it may be taken back (operatorCRDConfiguration.upgrade.rollback).`,
    );
  const newest = await selectNewestOperation(tx, instance.id, OPERATION_KINDS.filter(isNeutral));
  if (newest?.id !== operationId)
    throw invalidState(
      'rollback-outdated',
      `${newest?.kind ?? 'Another operation'} came after the upgrade of ${instance.id}: its values would be lost.`,
    );
  const version = await targetVersion(tx, { instance, target: previous.planVersion, anyway: true });
  const data = { fromVersion: upgraded.version, toVersion: version.version, rollbackOf: operationId };
  return begin(deps, tx, { instance, version, requested: previous, by, data: { ...data, ...input.data } });
}

async function begin(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instance: InstanceRow; version: PlanVersion; requested: InstanceValues; by: string; data: JsonObject },
): Promise<StartedOperation> {
  const { instance, version, requested, by, data } = input;
  const operation = { kind: 'upgrade' as const, by, data };
  const { planVersion, parameters, sealedParameters, networkType } = instance;
  const previous = { planVersion, parameters, sealedParameters, networkType };
  if (instance.everRan) return beginOperation(deps, tx, { ...operation, instance, requested, previous });
  // Nothing has ever succeeded, so there is nothing good to keep: what was asked for last counts. A refusal rolls it back.
  await updateParameters(tx, instance.id, requested);
  await setWarnings(tx, instance.id, warningsOfVersion(instance.warnings, skippedDependencies(version.compiled, instance.resourceKey)));
  return beginOperation(deps, tx, { ...operation, instance: { ...instance, ...requested } });
}

/** What the upgrade would be, and all that is wrong with it. @throws DomainError if there is no such version to go to */
async function assess(deps: InstanceDeps, db: Database, input: UpgradeInput): Promise<Assessed> {
  const { instance, parameters, removeDropped = false, audience = 'FLEET' } = input;
  const version = await targetVersion(db, { instance, target: input.target, audience });
  const present = openParameters(deps.sealer, instance);
  const { values, problems, removed } = valuesInVersion({
    plan: version.compiled,
    version: version.version,
    resourceKey: instance.resourceKey,
    cloudProvider: instance.cloudProvider,
    given: parameters,
    present,
  });
  await refuseForeignParameters(deps, instance, parameters);
  const requested: InstanceValues = {
    planVersion: version.version,
    parameters: values.clear,
    sealedParameters: sealValues(deps.sealer, instance.id, values),
    networkType: instance.networkType,
  };
  const dropped = await droppedResources(deps, instance, version.compiled);
  const found = [
    ...problems,
    ...problemsOfPlace(version, instance),
    ...problemsOfDropped(dropped, { version: version.version, removeDropped }),
  ];
  // With values that are missing anyway the rest would repeat them.
  if (found.length === 0) {
    const steps = await stepsOfPlan(deps, db, { instance, kind: 'upgrade', by: '', version, requested });
    found.push(...(await problemsOfWorkflows(deps, { instance, version, requested, steps })));
  }
  return {
    version,
    requested,
    problems: found,
    data: {
      fromVersion: instance.planVersion,
      toVersion: version.version,
      requestParams: maskedValues(changedValues(present, values)),
      ...(removed.length === 0 ? {} : { removedParameters: removed }),
      ...(dropped.length === 0 ? {} : { droppedResources: dropped.map(({ resource }) => resource.key) }),
    },
  };
}

/** One refusal for all: what the request can cure is a bad request, the rest is not. */
function refusal(instance: InstanceRow, version: PlanVersion, problems: ErrorDetail[]): DomainError {
  const summary = problems.map((problem) => sentence(problem)).join(' ');
  const message = `${instance.id} cannot be upgraded from ${instance.planVersion} to ${version.version}: ${summary} Nothing was changed.`;
  const [first] = problems;
  if (problems.length === 1 && first !== undefined && first.field === undefined)
    return invalidState(first.code ?? 'upgrade-refused', message);
  const code = problems.every((problem) => problem.code === 'missing-parameter') ? 'missing-parameter' : 'invalid-parameters';
  return badRequest(code, message, problems);
}

function sentence({ message, cure }: ErrorDetail): string {
  return [message.endsWith('.') ? message : `${message}.`, ...(cure === undefined ? [] : [cure])].join(' ');
}

function problemOf({ field }: ErrorDetail): { field?: string } {
  return field === undefined ? {} : { field };
}
