/**
 * What an operation would do, told by the very code that begins it: in a transaction that is undone. Parameters are checked, the arbiter
 * is asked, steps are chosen and values are evaluated exactly as for the operation itself, and of its rows, events and locks nothing
 * stays. The cell is not asked here.
 */
import type { CompiledResource, CompiledWorkflow, ExpressionValues, JsonObject, ResourceTemplate } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import { type Transaction, transaction } from '../database/database.js';
import type { ExpectedObject } from '../engine/model.js';
import { renderLeaf } from '../engine/run/leaf/leaf-render.js';
import { unnamedSecrets } from '../stages/unnamed-secrets.js';
import { valuesOfWorkflow, workflowContextOf } from '../stages/workflow-values.js';
import type { StartedOperation } from '../lifecycle/begin-operation.js';
import { insertStepRun, WORKFLOW_SECONDS } from '../lifecycle/insert-step-run.js';
import { keptObject, refusalWithoutNamespace } from '../lifecycle/kept-objects.js';
import { lockThere } from '../lifecycle/new-instance.js';
import type { Step } from '../lifecycle/operation.js';
import { type InstanceDeps, loadRunContext, type RunContext } from '../lifecycle/run-context.js';
import { runData } from '../lifecycle/run-data.js';
import { workflowOf } from '../lifecycle/steps.js';
import { selectOperation } from '../lifecycle/store.js';
import type { InstanceRow } from '../instances/store.js';
import { nameOf } from './dry-run.js';
import { rehearse } from './rehearse.js';

/** One task of a step that writes, as its run would send it. */
export interface PlannedTask {
  /** Node of the run: the same in every plan of the same change. */
  id: string;
  task: string;
  action: ResourceTemplate['action'];
  apiVersion: string;
  kind: string;
  mergeStrategy?: 'merge' | 'strategic' | 'json';
  /** Absent with a problem. */
  manifest?: JsonObject;
  /** The same with secrets masked. */
  masked?: JsonObject;
  /** Why the run would fail here. */
  problem?: { code: string; message: string };
  /** The object that must be found. */
  expected?: ExpectedObject;
}

export interface PlannedStep {
  step: Step;
  runId: string;
  planVersion: string;
  resource: CompiledResource;
  tasks: PlannedTask[];
  /** Outputs of steps before it that its values are made of, as they are now. */
  assumed: string[];
  /** Values that are only known once a step before it has made them. */
  unknown: string[];
  /** Why the step would fail before its first task, or that it has more tasks than are looked at. */
  problem?: { code: string; message: string };
  context: RunContext;
  /** What its expressions come to. */
  values: ExpressionValues;
}

export interface PlannedChange {
  instance: InstanceRow;
  cell: RunContext['cell'];
  runId: string;
  steps: PlannedStep[];
  /** What the first run fails of if the namespace is not there; undefined: it makes it. */
  withoutNamespace?: { code: string; message: string };
  /** Every secret that the change may meet, old values too: for masks. */
  secrets: ExpressionValues;
}

/** Begins an operation of the instance that it answers, in the transaction that is given. */
export type Begin = (tx: Transaction) => Promise<StartedOperation & { instanceId: string }>;

/** Tasks of one step that are looked at, at most. */
const MOST_TASKS = 500;

/** Thrown to undo the transaction. */
const UNDONE = Symbol('undone');

/**
 * Plans the change. `now`: epoch milliseconds that the run's clock would show. Two plans of the same change with different times differ
 * exactly in what is only known when it runs.
 * @throws DomainError as the operation's own request would
 */
export async function planChange(deps: InstanceDeps, begin: Begin, now: number): Promise<PlannedChange> {
  let planned: PlannedChange | undefined;
  try {
    await transaction(deps.db, async (tx) => {
      planned = await planIn({ ...deps, db: tx }, tx, begin, now);
      throw UNDONE;
    });
  } catch (thrown) {
    if (thrown !== UNDONE) throw thrown;
  }
  if (planned === undefined) throw new Error('a change was planned to nothing');
  return planned;
}

async function planIn(deps: InstanceDeps, tx: Transaction, begin: Begin, now: number): Promise<PlannedChange> {
  const { instanceId, operationId, runId } = await begin(tx);
  const operation = await selectOperation(tx, operationId);
  if (operation?.step === undefined || operation.step === null) throw new Error(`operation ${operationId} has no step`);
  const instance = await lockThere(tx, instanceId);
  const present = await loadRunContext(deps, instanceId);
  const all = [operation.step, ...operation.nextSteps];
  const withoutNamespace = await refusalWithoutNamespace(deps, { id: runId, kind: operation.step.verb, namespace: instance.namespace });
  const steps: PlannedStep[] = [];
  for (const [at, step] of all.entries()) {
    const of = { instance, operationId, step, nextSteps: all.slice(at + 1) };
    const stepRun = at === 0 ? runId : await insertStepRun(deps, tx, of);
    steps.push(await planStep(deps, { ...of, runId: stepRun, before: all.slice(0, at), now }));
  }
  const contexts = [present, ...steps.map(({ context }) => context)];
  const secrets = [...contexts.map((context) => unnamedSecrets(deps.sealer, context)), ...steps.map(({ values }) => values)];
  return {
    instance,
    cell: present.cell,
    runId,
    steps,
    ...(withoutNamespace === undefined ? {} : { withoutNamespace }),
    secrets: Object.fromEntries(secrets.flatMap((found, at) => Object.entries(found).map(([key, value]) => [`${at}/${key}`, value]))),
  };
}

interface StepToPlan {
  instance: InstanceRow;
  operationId: string;
  step: Step;
  runId: string;
  before: Step[];
  now: number;
}

async function planStep(deps: InstanceDeps, input: StepToPlan): Promise<PlannedStep> {
  const { instance, operationId, step, runId, before } = input;
  const stepVersion = step.planVersion ?? instance.planVersion;
  const { compiled } = await planVersion(deps.db, instance.providerOrgId, instance.planId, stepVersion);
  const workflow = step.bare === true ? undefined : workflowOf(compiled, step);
  const context = await workflowContextOf(deps, {
    id: runId,
    subject: instance.id,
    data: runData({ operationId, step, planVersion: stepVersion }),
    ...(workflow === undefined ? {} : { workflow }),
  });
  const planned: PlannedStep = {
    step,
    runId,
    planVersion: context.version.version,
    resource: context.resource,
    tasks: [],
    assumed: [],
    unknown: [],
    context,
    values: {},
  };
  if (workflow === undefined) return planned;
  const { values, missing } = await valuesOfWorkflow(deps, context, workflow);
  const fromBefore = outputsOf(before);
  const late = missing.filter((text) => fromBefore(text));
  if (late.length < missing.length) {
    const message = `unresolved workflow input parameters: [${missing.join(', ')}]`;
    return { ...planned, problem: { code: 'unresolved-parameters', message } };
  }
  planned.values = values;
  planned.unknown = late;
  planned.assumed = [...new Set(workflow.expressions.map(({ text }) => text).filter((text) => fromBefore(text) && !late.includes(text)))];
  return rehearseStep(deps, planned, { ...input, workflow, values: withProbes(workflow, values, input) });
}

/** Whether an expression reads an output that one of the steps makes. */
function outputsOf(steps: Step[]): (text: string) => boolean {
  const keys = new Set(steps.map(({ resourceKey }) => resourceKey));
  return (text) => [...text.matchAll(/\$([A-Za-z][\w-]*)\.out\b/g)].some(([, key = '']) => keys.has(key));
}

/** What has no value yet gets one that no other plan of the change has. */
function withProbes(workflow: CompiledWorkflow, values: ExpressionValues, { now, runId }: StepToPlan): ExpressionValues {
  const lacking = workflow.expressions.filter(({ place }) => values[place] === undefined);
  const probes = lacking.map(({ place, text }, at) => [
    place,
    { value: `later-${at}-${now}-${runId}`, source: text, tainted: true as const },
  ]);
  return { ...values, ...(Object.fromEntries(probes) as ExpressionValues) };
}

async function rehearseStep(
  deps: InstanceDeps,
  planned: PlannedStep,
  { instance, runId, workflow, values, now }: StepToPlan & { workflow: CompiledWorkflow; values: ExpressionValues },
): Promise<PlannedStep> {
  const seconds = workflow.activeDeadlineSeconds ?? WORKFLOW_SECONDS;
  const state = { runId, workflow, values, startedAt: now, deadlineAt: now + seconds * 1_000 };
  const { leaves, outcome } = rehearse(state, now, MOST_TASKS);
  if (outcome !== undefined && outcome.phase !== 'Succeeded')
    planned.problem = { code: outcome.code ?? 'workflow-fails', message: outcome.message };
  else if (outcome === undefined)
    planned.problem = {
      code: 'too-many-tasks',
      message: `the workflow has more than ${MOST_TASKS} tasks; what comes after them is not shown`,
    };
  const templates = new Map(workflow.templates.map((template) => [template.name, template]));
  const memory = { values, row: { id: runId, namespace: instance.namespace, workflow } };
  for (const { node, inputs } of leaves.slice(0, MOST_TASKS)) {
    const template = templates.get(node.template);
    // A read writes nothing.
    if (template?.type !== 'resource' || template.action === 'get') continue;
    const { action, apiVersion, kind, mergeStrategy } = template;
    const task: PlannedTask = {
      id: node.id,
      task: node.task,
      action,
      apiVersion,
      kind,
      ...(mergeStrategy === undefined ? {} : { mergeStrategy }),
    };
    const rendered = renderLeaf(memory, { ...node, inputs }, template);
    if (!rendered.ok) planned.tasks.push({ ...task, problem: rendered.problem });
    else {
      const { manifest, masked } = rendered.value;
      planned.tasks.push({
        ...task,
        manifest,
        masked,
        ...(await expectedOf(deps, task, { runId, namespace: instance.namespace, manifest })),
      });
    }
  }
  return planned;
}

/** Deletes may find nothing; whatever else is written must find what was there. */
async function expectedOf(
  deps: InstanceDeps,
  { action, apiVersion, kind }: PlannedTask,
  { runId, namespace, manifest }: { runId: string; namespace: string; manifest: JsonObject },
): Promise<Pick<PlannedTask, 'expected'>> {
  if (action === 'delete') return {};
  const expected = await keptObject(deps, runId, { apiVersion, kind, namespace, name: nameOf(manifest) });
  return expected === undefined ? {} : { expected };
}
