/** What the platform does before and after a plan's workflow. Each stage can be called again at any time (docs/architecture.md#what-happens-on-create). */
import { evaluateOutput, type Json, outputPlace, prepareOutputs, resolveExpressions } from '@cellplane/plan';
import { ensureAccess, removeNamespace } from '../cells/access.js';
import { refuseMissingNamespace } from '../lifecycle/kept-objects.js';
import { isKnownOperator } from '../charts/simulated-backend.js';
import { serveUnknownKinds } from '../simulated/kinds.js';
import type { Run, Stage, StageContext, StageResult } from '../engine/model.js';
import { RUN_ANNOTATION } from '../engine/object-marks.js';
import { Redactor } from '../engine/redact.js';
import { chartWish } from './chart-wish.js';
import { resolveEndpoints } from '../instances/endpoint.js';
import { outputContext } from '../instances/expression-context.js';
import { refuseForeignNames } from '../lifecycle/foreign-names.js';
import { FIELD_MANAGER, instanceLabels, type StoredOutput } from '../instances/instance.js';
import { expressionsOfStep } from '../lifecycle/operation-input.js';
import { removeObjects } from './remove-objects.js';
import { stageTitle, STAGES } from '../lifecycle/stage-names.js';
import { type InstanceDeps, loadContextOfRun, type RunContext } from '../lifecycle/run-context.js';
import { kindsOf, withDependencies } from '../lifecycle/steps.js';
import { setPlaced, setResults, setWarnings } from '../instances/store.js';
import { unnamedSecrets } from './unnamed-secrets.js';

/** So many looks, a second apart, an API server is given to serve the kinds of a chart that was just installed. */
const LOOKS_FOR_NEW_KINDS = 3;

/** All stages of instances, for the engine. */
export function instanceStages(deps: InstanceDeps): Stage[] {
  return [
    { name: STAGES.charts, title: stageTitle(STAGES.charts), run: (context) => installCharts(deps, context) },
    { name: STAGES.access, title: stageTitle(STAGES.access), run: (context) => giveAccess(deps, context, false) },
    { name: STAGES.finalSnapshot, title: stageTitle(STAGES.finalSnapshot), run: noFinalSnapshot },
    { name: STAGES.deleteAccess, title: stageTitle(STAGES.deleteAccess), run: (context) => giveAccess(deps, context, true) },
    { name: STAGES.values, title: stageTitle(STAGES.values), run: (context) => renderValues(deps, context) },
    { name: STAGES.publish, title: stageTitle(STAGES.publish), run: (context) => publish(deps, context) },
    { name: STAGES.removeObjects, title: stageTitle(STAGES.removeObjects), run: (context) => removeLabelled(deps, context) },
    { name: STAGES.removeNamespace, title: stageTitle(STAGES.removeNamespace), run: (context) => dropNamespace(deps, context) },
  ];
}

/** Deletes begun by the version of the program that had no backups yet have this stage; they go on as they began. */
function noFinalSnapshot({ log, run }: StageContext): Promise<StageResult> {
  log.warn({ run: run.id, instance: run.subject }, 'an instance is deleted without the final snapshot that its plan asks for');
  return Promise.resolve({ done: true, note: 'WARNING: not taken, the delete was begun by a version without backups' });
}

/** The same, with what the run's operation and step add to what expressions see. */
async function workflowContextOf(deps: InstanceDeps, run: Run): Promise<RunContext> {
  const context = await loadContextOfRun(deps, run);
  return { ...context, expressions: await expressionsOfStep(deps, run, context.expressions) };
}

async function installCharts(deps: InstanceDeps, context: StageContext): Promise<StageResult> {
  const { run } = context;
  const { instance, version, resource, shared, cell } = await loadContextOfRun(deps, run);
  const plan = { id: version.place.planId, name: version.place.planName, version: version.version };
  const warnings: string[] = [];
  const notes: string[] = [];
  for (const dependency of resource.charts) {
    const wish = chartWish(dependency, shared, plan);
    if (!wish.ok) return { failed: { code: 'unresolved-parameters', message: wish.message } };
    const state = await deps.charts.ensure(instance.cellId, wish.chart, run.createdAt);
    if (state.state === 'failed') return { failed: { code: 'chart-failed', message: state.message } };
    // Installed in list order: the next chart waits for this one.
    if (state.state === 'installing') return { wait: { for: state.message, lookAgainInMs: 500 } };
    if (state.warning !== undefined) warnings.push(state.warning);
    notes.push(`${wish.chart.chart} ${wish.chart.version}`);
  }
  if (cell.kind === 'simulated' && !(await isKnownOperator(context.client, resource, context.signal))) {
    const simulated = await serveUnknownKinds(context.client, resource.kinds, context.signal);
    if (simulated.length > 0) warnings.push(simulationWarning(simulated));
  }
  // Those about charts and simulation are said anew by each run; the others are not ours to take back.
  const all = [...instance.warnings.filter((warning) => !/^(chart|simulated:) /.test(warning)), ...warnings];
  if (JSON.stringify(all) !== JSON.stringify(instance.warnings)) await context.transaction((tx) => setWarnings(tx, instance.id, all));
  return { done: true, ...(notes.length === 0 ? {} : { note: notes.join(', ') }) };
}

function simulationWarning(kinds: string[]): string {
  return `simulated: no operator of ${kinds.join(', ')} is known to the simulated cell; their objects get the status that the plan's own gates ask for`;
}

async function giveAccess(deps: InstanceDeps, context: StageContext, deleting: boolean): Promise<StageResult> {
  const { run, client, signal } = context;
  const { instance, resource, version, cell } = await loadContextOfRun(deps, run);
  // The rights of the whole instance: what other resources need stays, and is not waited for.
  const others = kindsOf(withDependencies(version.compiled, instance.resourceKey));
  const refused = await refuseMissingNamespace(deps, run, { client, signal });
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

/** Every platform expression of the workflow and its outputs, once; with one unresolved, nothing is applied (docs/reference/plan-language.md#rendering). */
async function renderValues(deps: InstanceDeps, { run, step }: StageContext): Promise<StageResult> {
  if (run.workflow === undefined) return { done: true };
  const context = await workflowContextOf(deps, run);
  const { instance, expressions } = context;
  const { workflow } = run;
  const { values, unresolved } = step(() => resolveExpressions(workflow.expressions, expressions));
  const outputs = step(() => prepareOutputs(workflow.outputs, expressions));
  const missing = [...new Set([...unresolved, ...outputs.unresolved])];
  if (missing.length > 0) {
    return { failed: { code: 'unresolved-parameters', message: `unresolved workflow input parameters: [${missing.join(', ')}]` } };
  }
  // Outputs are not sent anywhere: they are looked at where another workflow uses them.
  await refuseForeignNames(deps, instance, values);
  return { done: true, values: { ...unnamedSecrets(deps.sealer, context), ...values, ...outputs.values } };
}

async function publish(deps: InstanceDeps, context: StageContext): Promise<StageResult> {
  const { run, client, signal } = context;
  const { instance, resource, expressions } = await workflowContextOf(deps, run);
  const stored: Record<string, StoredOutput> = { ...instance.outputs[resource.key] };
  // Hosts of endpoints may name what the workflow has just given.
  const own = expressions.resources[resource.key];
  const out = { ...own?.out };
  const store = (name: string, output: { value: Json; secret?: true }) => {
    out[name] = output.value;
    stored[name] =
      output.secret === true
        ? { sealed: deps.sealer.seal(JSON.stringify(output.value), outputContext(instance.id)).toString('base64') }
        : { value: output.value };
  };
  for (const [name, output] of Object.entries(run.outputs)) store(name, output);
  // The older way to name outputs, beside the workflow's. Like those, they may repeat a secret of the run.
  const redactor = new Redactor(run.values);
  for (const [name, text] of Object.entries(resource.outputs).filter(([name]) => run.outputs[name] === undefined)) {
    const evaluated = context.step(() => evaluateOutput(text, { ...expressions, tasks: run.tasks, place: outputPlace(name) }));
    if (!evaluated.ok) return { failed: { code: 'unresolved-output', message: `output ${name}: ${evaluated.problem.message}` } };
    const secret = evaluated.value.secret === true || redactor.holds(evaluated.value.value);
    store(name, { value: evaluated.value.value, ...(secret ? { secret: true } : {}) });
  }
  const services = await client.list({ apiVersion: 'v1', kind: 'Service', namespace: instance.namespace }, { signal });
  const resources = own === undefined ? expressions.resources : { ...expressions.resources, [resource.key]: { ...own, out } };
  const resolved = context.step(() =>
    resolveEndpoints(instance.networkType, resource.endpoints, { ...expressions, resources }, services.items),
  );
  if (!resolved.ok) return { failed: { code: 'unresolved-endpoint', message: resolved.message } };
  await context.transaction((tx) =>
    setResults(tx, instance.id, {
      outputs: { ...instance.outputs, [resource.key]: stored },
      endpoints: { ...instance.endpoints, [resource.key]: resolved.endpoints },
    }),
  );
  return { done: true, note: resolved.endpoints.map((endpoint) => `${endpoint.name} ${endpoint.host}`).join(', ') };
}

async function removeLabelled(deps: InstanceDeps, { run, client, signal }: StageContext): Promise<StageResult> {
  const { instance, version } = await loadContextOfRun(deps, run);
  const kinds = kindsOf(withDependencies(version.compiled, instance.resourceKey));
  const waiting = await removeObjects(client, { namespace: instance.namespace, instanceId: instance.id, kinds }, { signal });
  return waiting === undefined ? { done: true } : { wait: { for: waiting, lookAgainInMs: 500 } };
}

async function dropNamespace(deps: InstanceDeps, { run, client, signal }: StageContext): Promise<StageResult> {
  const { instance } = await loadContextOfRun(deps, run);
  const result = await removeNamespace(client, { namespace: instance.namespace, instanceId: instance.id }, { signal });
  if ('failed' in result) return result;
  return 'wait' in result ? { wait: { for: result.wait, lookAgainInMs: 500 } } : { done: true };
}
