/**
 * What a modify, an upgrade or a restore would change, before it is asked for (docs/diff.md). The change is planned by the code that begins
 * it, its workflow is gone through without a cell, and each write is shown to the API server as a dry run. Nothing is written anywhere.
 */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import { databaseTime } from '../database/clock.js';
import { LeafStop } from '../engine/run/leaf/leaf-answer.js';
import { refuseOther } from '../engine/run/leaf/attempt/expected-object.js';
import { driftMessage, findDrift } from '../engine/run/leaf/drift.js';
import { markManifest } from '../engine/object-marks.js';
import { Redactor } from '../engine/redact.js';
import { instanceUser } from '../cells/access.js';
import { answering } from '../cells/cell-answer.js';
import { instanceLabels } from '../cells/instance-labels.js';
import { FIELD_MANAGER } from '../instances/instance.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { type DryRun, dryRun, nameOf, type Write, type Writer } from './dry-run.js';
import { type Begin, planChange, type PlannedChange, type PlannedStep, type PlannedTask } from './planned-change.js';
import { type ChartChange, plannedCharts } from './planned-charts.js';
import { objectChange, type ObjectChange, type Shown } from './object-change.js';
import { predictObject, type Prediction } from './predict-object.js';

export interface PreviewProblem {
  code: string;
  /** The field of the request that cures it. */
  field?: string;
  message: string;
}

export interface PreviewedStep {
  verb: string;
  /** Key of the plan's resource. */
  resource: string;
  planVersion: string;
  tasks: number;
  /** Outputs of steps before it that it is made of, taken as they are now. */
  assumed: string[];
}

export interface ChangePreview {
  steps: PreviewedStep[];
  objects: ObjectChange[];
  charts: ChartChange[];
  /** Why the change would be refused, or fail. Empty: nothing is known against it. */
  problems: PreviewProblem[];
  /** What the plan declares to restart, by object. */
  restarts: { kind: string; name: string; fields: string[] }[];
}

/** Objects that are asked about; what comes after them is named as unknown. */
const MOST_OBJECTS = 200;
/** Characters of all fields of an answer. */
const MOST_CHARACTERS = 1_000_000;
/** Objects that are asked about at the same time. */
const AT_ONCE = 4;
/** The whole time that the cell has for its answers. Milliseconds. */
const DEADLINE_MS = 20_000;
/** Far enough from now that every text of a time differs. Milliseconds. */
const ANOTHER_TIME = 90_061_001;

/** @throws DomainError as the change itself would; unavailable if the cell does not answer */
export async function previewOf(deps: InstanceDeps, begin: Begin, { deadlineMs = DEADLINE_MS } = {}): Promise<ChangePreview> {
  const now = (await databaseTime(deps.db)).getTime();
  const planned = await planChange(deps, begin, now);
  const otherwise = await planChange(deps, begin, now + ANOTHER_TIME);
  const { instance, steps, cell } = planned;
  const problems: PreviewProblem[] = steps.flatMap(({ problem }) => (problem === undefined ? [] : [problem]));
  const charts = await plannedCharts(deps, instance.cellId, steps);
  problems.push(
    ...charts.flatMap(({ action, message }) => (action === 'refuse' ? [{ code: 'chart-failed', message: message ?? '' }] : [])),
  );
  const redactor = new Redactor(planned.secrets);
  const signal = AbortSignal.timeout(deadlineMs);
  const objects = await answering({ key: cell.key, so: 'it cannot be said what would change' }, async () => {
    const client = await deps.cells.client(instance.cellId);
    const missing = await missingNamespace(client, planned, signal);
    if (missing !== undefined) {
      problems.push(missing);
      return [];
    }
    return predictAll(client, planned, otherwise, { redactor, signal });
  });
  problems.push(...objects.flatMap(problemOf), ...renderProblems(planned, redactor));
  return {
    steps: steps.map(({ step, planVersion, tasks, assumed }) => ({
      verb: step.customVerb ?? step.verb,
      resource: step.resourceKey,
      planVersion,
      tasks: tasks.length,
      assumed,
    })),
    objects: withinSize(objects),
    charts,
    problems: problems.map((problem) => ({ ...problem, message: redactor.text(problem.message) })),
    restarts: objects.flatMap(({ restarts, kind, name, restartFields }) => (restarts ? [{ kind, name, fields: restartFields }] : [])),
  };
}

async function missingNamespace(
  client: KubernetesClient,
  { instance, withoutNamespace }: PlannedChange,
  signal: AbortSignal,
): Promise<PreviewProblem | undefined> {
  if (withoutNamespace === undefined) return undefined;
  try {
    await client.get({ apiVersion: 'v1', kind: 'Namespace', name: instance.namespace }, { signal });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && error.reason === 'NotFound') return withoutNamespace;
    throw error;
  }
}

interface PlannedObject {
  step: PlannedStep;
  tasks: PlannedTask[];
}

/** Tasks that write to one object, in their order; objects in the order of their first task. */
function objectsOf({ steps }: PlannedChange): PlannedObject[] {
  const objects = new Map<string, PlannedObject>();
  for (const step of steps) {
    for (const task of step.tasks) {
      if (task.manifest === undefined) continue;
      const key = `${task.apiVersion.replace(/\/[^/]*$/, '')} ${task.kind} ${nameOf(task.manifest)}`;
      const object = objects.get(key);
      if (object === undefined) objects.set(key, { step, tasks: [task] });
      else object.tasks.push(task);
    }
  }
  return [...objects.values()];
}

type Previewed = ObjectChange & { restartFields: string[] };

async function predictAll(
  client: KubernetesClient,
  planned: PlannedChange,
  otherwise: PlannedChange,
  { redactor, signal }: { redactor: Redactor; signal: AbortSignal },
): Promise<Previewed[]> {
  const { instance } = planned;
  const writer: Writer = {
    namespace: instance.namespace,
    labels: instanceLabels(instance),
    fieldManager: FIELD_MANAGER,
    impersonate: instanceUser(instance.namespace),
  };
  const others = new Map(otherwise.steps.flatMap((step, at) => step.tasks.map((task) => [`${at} ${task.id}`, task] as const)));
  const shown = standIns(planned, otherwise);
  const shownOtherwise = standIns(otherwise, planned);
  const objects = objectsOf(planned);
  const results = objects.map((): Previewed | undefined => undefined);
  let next = 0;
  const work = async () => {
    for (let at = next++; at < objects.length; at = next++) {
      const object = objects[at] as PlannedObject;
      const prediction = at < MOST_OBJECTS ? await predict(client, writer, object.tasks, signal) : tooMany();
      const stepOf = (task: PlannedTask) => planned.steps.findIndex(({ tasks }) => tasks.includes(task));
      const facts = {
        apiVersion: object.tasks[0]?.apiVersion ?? '',
        kind: object.tasks[0]?.kind ?? '',
        namespace: instance.namespace,
        name: nameOf(object.tasks[0]?.manifest ?? {}),
        resource: object.step.step.resourceKey,
        tasks: object.tasks.map(({ task }) => task),
        manifests: object.tasks.flatMap(({ manifest, masked = {} }) => (manifest === undefined ? [] : [{ manifest, masked }])),
        otherwise: object.tasks.map((task) => others.get(`${stepOf(task)} ${task.id}`)?.manifest ?? {}),
        restarts: object.step.resource.upgrade?.restarts ?? [],
      };
      results[at] = objectChange(marked(prediction, writer), facts, { redactor, shown, shownOtherwise });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return results.flatMap((result) => (result === undefined ? [] : [result]));
}

async function predict(client: KubernetesClient, writer: Writer, tasks: PlannedTask[], signal: AbortSignal): Promise<Prediction> {
  const writes = tasks.map(({ task, action, manifest = {}, mergeStrategy, expected }) => ({
    task,
    action: action as Write['action'],
    manifest,
    ...(mergeStrategy === undefined ? {} : { mergeStrategy }),
    expected,
  }));
  try {
    return await predictObject(async (write) => {
      const { expected } = write as (typeof writes)[number];
      return asRunWould(await dryRun(client, writer, write, { signal }), write, expected);
    }, writes);
  } catch (error) {
    if (!signal.aborted) throw error;
    return { live: null, why: ['The time for asking the API server was over before it had answered.'] };
  }
}

/** What a run refuses itself, whatever the API server says: an object that is gone, one that does not hold what was sent. */
function asRunWould(answer: DryRun, write: Write, expected: PlannedTask['expected']): DryRun {
  const { live } = answer;
  if (write.action === 'delete' || answer.outcome === 'refused') return answer;
  try {
    refuseOther({ manifest: write.manifest, ...(expected === undefined ? {} : { expected }) }, live);
  } catch (error) {
    if (!(error instanceof LeafStop) || error.answer.kind !== 'failed') throw error;
    return { outcome: 'refused', live, code: error.answer.code, message: error.answer.message, immutable: [] };
  }
  if (answer.outcome !== 'written' || write.action === 'patch') return answer;
  const drift = findDrift(write.manifest, answer.next as never);
  if (drift.length === 0) return answer;
  const message = `DriftMismatch: ${driftMessage({ kind: answer.next.kind, name: answer.next.metadata.name }, drift)}`;
  return { outcome: 'refused', live, code: 'drift-mismatch', message, immutable: [] };
}

function tooMany(): Prediction {
  return { live: null, why: [`More than ${MOST_OBJECTS} objects: this one was not asked about.`] };
}

/** What could not be asked about is shown as it would be sent. */
function marked(prediction: Prediction, { namespace, labels }: Writer): Prediction {
  if (prediction.rendered === undefined) return prediction;
  return { ...prediction, rendered: markManifest(prediction.rendered, { namespace, labels }) as never };
}

/** Ids that are only made when the change runs, by names that people understand. */
function standIns(planned: PlannedChange, otherwise: PlannedChange): Shown {
  const names: [string, string][] = planned.steps.map(({ runId }) => [runId, '(run)']);
  if (planned.instance.id !== otherwise.instance.id) names.push([planned.instance.id, '(new instance)']);
  return (text) => names.reduce((shown, [id, name]) => shown.replaceAll(id, name), text);
}

function problemOf({ refused, refusedCode = 'refused' }: ObjectChange): PreviewProblem[] {
  return refused === undefined ? [] : [{ code: refusedCode, message: refused }];
}

function renderProblems({ steps }: PlannedChange, redactor: Redactor): PreviewProblem[] {
  return steps.flatMap(({ tasks, unknown }) =>
    // Of a value that nobody knows yet it is not known what it would do.
    unknown.length > 0
      ? []
      : tasks.flatMap(({ problem }) => (problem === undefined ? [] : [{ ...problem, message: redactor.text(problem.message) }])),
  );
}

/** Once an answer is full, further objects go without their fields. */
function withinSize(objects: Previewed[]): ObjectChange[] {
  let left = MOST_CHARACTERS;
  return objects.map(({ restartFields: _fields, ...object }) => {
    left -= JSON.stringify(object.fields).length;
    if (left >= 0) return object;
    const { fields } = object;
    return { ...object, fields: [], moreFields: fields.length + (object.moreFields ?? 0) };
  });
}
