/**
 * Stages of a resource that workflows of its plan manage: an operator's custom resources. The operator's charts come first, then the
 * values that the workflow sees; after the workflow, what the instance shows of it.
 */
import { isDeepStrictEqual } from 'node:util';
import { evaluateOutput, type Json, outputPlace } from '@cellplane/plan';
import { isKnownOperator } from '../simulated/charts.js';
import type { StageContext, StageResult } from '../engine/model.js';
import { Redactor } from '../engine/redact.js';
import { resolveEndpoints } from '../instances/endpoint.js';
import { outputContext } from '../instances/expression-context.js';
import type { StoredOutput } from '../instances/instance.js';
import { setResults, setWarnings } from '../instances/store.js';
import { type InstanceDeps, loadContextOfRun, loadSubjectOfRun, type RunContext } from '../lifecycle/run-context.js';
import type { StageNames, StagesAsked } from '../lifecycle/stage-set.js';
import { serveUnknownKinds } from '../simulated/kinds.js';
import { chartWish, type PlanOfChart, planOfChart } from './chart-wish.js';
import { access, deleteAccess, dropNamespace, removeLabelledObjects } from './namespace.js';
import type { InstanceStage, ResourceStages } from './stage.js';
import { valuesOfWorkflow, workflowContextOf } from './workflow-values.js';

const charts: InstanceStage = { name: 'charts', title: 'Operator charts', run: installCharts };
const values: InstanceStage = { name: 'values', title: 'Values of the workflow', run: renderValues };
const publication: InstanceStage = { name: 'publish', title: 'Endpoints and outputs', run: publish };

export const operatorStages: ResourceStages = {
  kinds: ['OperatorCRD'],
  stages: [charts, access, deleteAccess, values, publication, removeLabelledObjects, dropNamespace],
  actsAfter: values.name,
  // After the charts comes the access.
  events: { StartHelmInstall: charts.name, CompleteHelmInstall: access.name },
  of: stagesOf,
};

function stagesOf({ verb, hasWorkflow, isDeleted, leavesObjects, isLastDelete }: StagesAsked): StageNames {
  switch (verb) {
    case 'create':
    case 'modify':
    case 'restore':
      return { before: [charts.name, access.name, values.name], after: [publication.name] };
    case 'delete': {
      if (isDeleted) return { before: [], after: [dropNamespace.name] };
      const cleanUp = [...(leavesObjects || !hasWorkflow ? [removeLabelledObjects.name] : []), dropNamespace.name];
      return { before: hasWorkflow ? [deleteAccess.name, values.name] : [], after: isLastDelete ? cleanUp : [] };
    }
    // Outputs of other workflows belong to their run (docs/reference/plan-language.md#outputs).
    default:
      return { before: [access.name, values.name], after: [] };
  }
}

async function installCharts(deps: InstanceDeps, context: StageContext): Promise<StageResult> {
  const { run } = context;
  const { instance, resource, version, cell } = await loadSubjectOfRun(deps, run);
  const warnings: string[] = [];
  const notes: string[] = [];
  let shared: ReturnType<RunContext['shared']> | undefined;
  let plan: PlanOfChart | undefined;
  for (const dependency of resource.charts) {
    // Only the values of charts are evaluated here, and a plan may have none.
    shared ??= (await loadContextOfRun(deps, run)).shared();
    plan ??= await planOfChart(deps, instance, version.version);
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

/** Every platform expression of the workflow and its outputs, once; with one unresolved, nothing is applied (docs/reference/plan-language.md#rendering). */
async function renderValues(deps: InstanceDeps, { run, step }: StageContext): Promise<StageResult> {
  if (run.workflow === undefined) return { done: true };
  const { values, missing } = await valuesOfWorkflow(deps, await workflowContextOf(deps, run), run.workflow, step);
  if (missing.length > 0) {
    return { failed: { code: 'unresolved-parameters', message: `unresolved workflow input parameters: [${missing.join(', ')}]` } };
  }
  return { done: true, values };
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
  const outputs = { ...instance.outputs, [resource.key]: stored };
  const endpoints = { ...instance.endpoints, [resource.key]: resolved.endpoints };
  // Nobody but runs of the instance writes them, one run at a time: where they are as they were there is nothing to write.
  if (!isDeepStrictEqual([outputs, endpoints], [instance.outputs, instance.endpoints]))
    await context.transaction((tx) => setResults(tx, instance.id, { outputs, endpoints }));
  return { done: true, note: resolved.endpoints.map((endpoint) => `${endpoint.name} ${endpoint.host}`).join(', ') };
}
