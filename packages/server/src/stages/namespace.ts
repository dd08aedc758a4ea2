/** Stages about the instance's namespace: the rights that its runs have in it, and its end. Any kind of resource may have them. */
import { ensureAccess, removeNamespace } from '../cells/access.js';
import { releaseNamespace } from '../cells/release-namespace.js';
import type { StageContext, StageResult } from '../engine/model.js';
import { RUN_ANNOTATION } from '../engine/object-marks.js';
import { instanceLabels } from '../cells/instance-labels.js';
import { FIELD_MANAGER } from '../instances/instance.js';
import { refuseMissingNamespace } from '../lifecycle/kept-objects.js';
import { setPlaced } from '../instances/store.js';
import { type InstanceDeps, loadSubjectOfRun } from '../lifecycle/run-context.js';
import { kindsOf, withDependencies } from '../lifecycle/steps.js';
import { removeObjects } from './remove-objects.js';
import type { InstanceStage } from './stage.js';

/** So many looks, a second apart, an API server is given to serve the kinds of a chart that was just installed. */
const LOOKS_FOR_NEW_KINDS = 3;

export const access: InstanceStage = {
  name: 'access',
  title: 'Namespace and access',
  run: (deps, context) => giveAccess(deps, context, false),
};

export const deleteAccess: InstanceStage = {
  name: 'delete-access',
  title: 'Access for the delete',
  run: (deps, context) => giveAccess(deps, context, true),
};

export const removeLabelledObjects: InstanceStage = { name: 'remove-objects', title: 'Objects of the instance', run: removeLabelled };

export const dropNamespace: InstanceStage = { name: 'remove-namespace', title: 'Namespace', run: drop };

async function giveAccess(deps: InstanceDeps, context: StageContext, deleting: boolean): Promise<StageResult> {
  const { run, client, signal } = context;
  const { instance, resource, version, cell } = await loadSubjectOfRun(deps, run);
  // The rights of the whole instance: what other resources need stays, and is not waited for.
  const others = kindsOf(withDependencies(version.compiled, instance.resourceKey));
  // What has never been whole has nothing that could be gone.
  const refused = instance.everRan ? await refuseMissingNamespace(deps, run, { client, signal }) : undefined;
  if (refused !== undefined) return { failed: refused };
  // Before anything is made: from here on a delete has something to look for.
  if (!instance.placed && instance.deletedAt === null) await context.transaction((tx) => setPlaced(tx, instance.id));
  const result = await ensureAccess(
    client,
    {
      namespace: instance.namespace,
      labels: instanceLabels(instance),
      annotations: { [RUN_ANNOTATION]: run.id },
      kinds: resource.kinds,
      otherKinds: others,
      fieldManager: FIELD_MANAGER,
    },
    { cellName: cell.key, signal, skipMissing: deleting, mayBeComing: context.attempt < LOOKS_FOR_NEW_KINDS },
  );
  if ('failed' in result) return result;
  // The workflow cannot begin without the kinds it names, so its own deadline holds for this wait too.
  const withinMs = run.workflow?.activeDeadlineSeconds === undefined ? {} : { withinMs: run.workflow.activeDeadlineSeconds * 1000 };
  if ('wait' in result) return { wait: { for: result.wait, lookAgainInMs: 1_000, ...withinMs } };
  return { done: true, note: `namespace ${instance.namespace}` };
}

async function removeLabelled(deps: InstanceDeps, { run, client, signal }: StageContext): Promise<StageResult> {
  const { instance, version } = await loadSubjectOfRun(deps, run);
  const kinds = kindsOf(withDependencies(version.compiled, instance.resourceKey));
  const waiting = await removeObjects(client, { namespace: instance.namespace, instanceId: instance.id, kinds }, { signal });
  return waiting === undefined ? { done: true } : { wait: { for: waiting, lookAgainInMs: 500 } };
}

async function drop(deps: InstanceDeps, { run, client, signal }: StageContext): Promise<StageResult> {
  const { instance } = await loadSubjectOfRun(deps, run);
  const of = { namespace: instance.namespace, instanceId: instance.id };
  const result = await (instance.adopted ? releaseNamespace : removeNamespace)(client, of, { signal });
  if ('failed' in result) return result;
  return 'wait' in result ? { wait: { for: result.wait, lookAgainInMs: 500 } } : { done: true };
}
