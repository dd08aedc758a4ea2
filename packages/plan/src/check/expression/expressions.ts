import type { PlanSource } from '../../compile/plan.js';
import type { ResourceSource } from '../../compile/resource.js';
import { REPLICA_COUNT } from '../../compile/capacity.js';
import { tasksOf } from '../../compile/expressions.js';
import type { WorkflowSource } from '../../compile/workflow.js';
import { isReadinessPath, readinessClause } from '../../compile/legacy.js';
import { parseManifestText, parseText } from '../../expression/text.js';
import { type CompiledWorkflow, SYSTEM_VERBS, type SystemVerb } from '../../model.js';
import { entriesOf, itemsOf, placeInside, type ScalarNode, type SpecNode, textOf, valueAt } from '../../parse/node.js';
import { keyPlace, type Report } from '../../parse/report.js';
import { parseGate } from '../../workflow/gate/gate.js';
import { holdsExpression } from './literal-fields.js';
import { checkOutputText } from './output-text.js';
import { gateFaults } from '../../workflow/gate/faults.js';
import { checkTextParts, orDeclare } from './expression.js';
import { type ExpressionScope, resourceScope } from './scope.js';

/** Every expression of the plan, wherever one may stand. */
export function checkExpressions(report: Report, { resources }: PlanSource): void {
  for (const resource of resources) {
    const scope = resourceScope(resource, resources);
    for (const entry of entriesOf(resource.node)) if (!SILENT.has(entry.key)) checkTree(report, entry.value, scope);
    checkSharedCharts(report, resource, scope);
    checkOlderFields(report, valueAt(resource.node, 'operatorCRDConfiguration'), scope);
    for (const source of resource.workflows) if (source.node) checkWorkflow(report, source, source.node, scope);
    checkParameterReferences(report, resource);
  }
}

/** Keys of a service whose texts are words for people, or are looked at with more care elsewhere. */
const SILENT = new Set(['name', 'description', 'apiParameters', 'dependsOn', 'systemWorkflows', 'customWorkflows', 'agentConfiguration']);
const OLDER = new Set(['template', 'supplementalFiles', 'readinessConditions', 'outputParameters']);
/** What is judged by more than the scope of the resource. */
const APART = new Set([...OLDER, 'helmChartDependencies']);

/** Keys that hold values of a chart, of an operator or of a resource. */
const CHART_VALUES = new Set(['chartValues', 'values']);

/** Charts of operators: installed once for all instances of a cell. */
function checkSharedCharts(report: Report, resource: ResourceSource, scope: ExpressionScope): void {
  for (const chart of itemsOf(valueAt(resource.node, 'operatorCRDConfiguration', 'helmChartDependencies'))) {
    const shared = { ...scope, shared: `the chart '${textOf(valueAt(chart, 'chartName')) ?? ''}'` };
    for (const key of ['chartValues', 'username', 'password', 'authProvider']) checkField(report, chart, key, shared);
    for (const layer of itemsOf(valueAt(chart, 'layeredChartValues')))
      for (const key of ['scope', 'values']) checkField(report, layer, key, shared);
    const values = [
      valueAt(chart, 'chartValues'),
      ...itemsOf(valueAt(chart, 'layeredChartValues')).map((layer) => valueAt(layer, 'values')),
    ];
    for (const node of values) if (node) checkValues(report, node, resource);
  }
}

function checkField(report: Report, node: SpecNode, key: string, scope: ExpressionScope): void {
  const value = valueAt(node, key);
  if (value) checkTree(report, value, CHART_VALUES.has(key) ? { ...scope, chartValues: true } : scope);
}

/** Values reach the chart with what the platform has rendered; its keys and the tags of workflows are not among that. */
function checkValues(report: Report, node: SpecNode, resource: ResourceSource): void {
  for (const item of itemsOf(node)) checkValues(report, item, resource);
  for (const entry of entriesOf(node)) {
    const key = parseText(entry.key).find((part) => part.type === 'platform');
    if (key) {
      report.error(keyPlace(entry), {
        code: 'expression-not-read',
        message: `\`${key.text}\` stands in a key of the chart’s values; expressions are read in values only.`,
        cure: 'Write the key itself.',
      });
    }
    checkValues(report, entry.value, resource);
  }
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return;
  for (const part of parseText(node.source)) {
    if (part.type !== 'input' && part.type !== 'workflowParameter') continue;
    const declared = resource.compiled.systemWorkflows.create?.arguments.some(({ name }) => name === part.name) === true;
    // A chart may have templates of Argo's own in its values; those of this plan's workflows are a slip.
    report[declared ? 'error' : 'warning'](placeInside(node, part.offset), {
      code: 'expression-not-read',
      message: `\`${part.text}\` is a tag of a workflow, and no workflow renders the values of a chart: it reaches the chart as it stands.`,
      cure: declared ? 'Write the value itself.' : 'Write the value itself; nothing to do if it is meant for the chart.',
    });
  }
}

function checkTree(report: Report, node: SpecNode, scope: ExpressionScope): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') checkTextParts(report, node, parseText(unquoted(node.source)), scope);
    return;
  }
  for (const item of itemsOf(node)) checkTree(report, item, scope);
  for (const entry of entriesOf(node)) {
    // The scopes of Helm value layers have expressions as keys.
    if (entry.key.includes('$')) checkTextParts(report, keyScalar(entry.key, entry.value), parseText(entry.key), scope);
    if (APART.has(entry.key)) continue;
    if (entry.key === 'host' && entry.value.kind === 'scalar') checkHostParts(report, entry.value, scope);
    else checkTree(report, entry.value, CHART_VALUES.has(entry.key) ? { ...scope, chartValues: true } : scope);
  }
}

/** `"$sys.x"` with quotes of its own forces a text in chart values (docs/reference/plan-language.md#forced-text): the expression is what they enclose. */
function unquoted(text: string): string {
  const inner = /^"(\$[^"]*)"$/.exec(text)?.[1];
  return inner !== undefined && parseText(inner)[0]?.type === 'platform' ? inner : text;
}

/** What lies outside braces in a host is the business of the endpoint checks. */
function checkHostParts(report: Report, host: ScalarNode, scope: ExpressionScope): void {
  checkTextParts(
    report,
    host,
    parseText(host.source).filter((part) => part.type !== 'text'),
    scope,
  );
}

function keyScalar(key: string, value: SpecNode): ScalarNode {
  return { kind: 'scalar', path: value.path, position: value.position, value: key, source: key, quoted: true };
}

function checkOlderFields(report: Report, operator: SpecNode | undefined, scope: ExpressionScope): void {
  for (const key of ['template', 'supplementalFiles']) {
    const node = valueAt(operator, key);
    if (node) checkManifestTree(report, node, scope);
  }
  const outputs = valueAt(operator, 'outputParameters');
  if (outputs) checkTree(report, outputs, { ...scope, customResource: true });
  for (const entry of entriesOf(valueAt(operator, 'readinessConditions'))) {
    checkTree(report, entry.value, { ...scope, customResource: true });
    const parsed = isReadinessPath(entry.key) ? parseGate(readinessClause(entry), 'success') : undefined;
    if (parsed?.ok) {
      for (const { severity, code, message, cure } of gateFaults(parsed.value))
        report[severity](keyPlace(entry), { code, message: `${message}.`, cure });
      continue;
    }
    report.error(keyPlace(entry), {
      code: 'readiness-condition',
      message: `\`${entry.key}\` is no condition on the custom resource${parsed ? `: ${parsed.problem.message}` : ''}.`,
      cure: 'Write `"$var._crd.status.<path>": value`.',
    });
  }
}

function checkManifestTree(report: Report, node: SpecNode, scope: ExpressionScope): void {
  if (node.kind === 'scalar') {
    const manifest = node.source.includes('\n');
    checkTextParts(report, node, manifest ? parseManifestText(node.source) : parseText(node.source), scope, true);
    return;
  }
  for (const item of itemsOf(node)) checkManifestTree(report, item, scope);
  for (const entry of entriesOf(node)) checkManifestTree(report, entry.value, scope);
}

/** Values that only some lifecycle calls give (docs/reference/plan-language.md#verbs). */
const VERB_VARIABLES: Partial<Record<SystemVerb, string[]>> = {
  addCapacity: [REPLICA_COUNT],
  removeCapacity: [REPLICA_COUNT],
  failover: ['failedReplicaId', 'failedReplicaAction'],
};

function checkWorkflow(report: Report, { compiled }: WorkflowSource, node: SpecNode, base: ExpressionScope): void {
  const verb = compiled.scope.length === 0 ? SYSTEM_VERBS.find((one) => one === compiled.verb) : undefined;
  const own = [...compiled.parameters.map((parameter) => parameter.key), ...((verb && VERB_VARIABLES[verb]) ?? [])];
  const scope: ExpressionScope = {
    ...base,
    variables: new Set([...own, ...base.variables]),
    where: `workflow '${compiled.verb}' of '${base.resource.compiled.key}'`,
    ...(verb ? { verb } : {}),
  };
  const body = valueAt(node, 'workflow');
  for (const key of ['arguments', 'templates']) {
    const part = valueAt(body, key);
    if (part) checkBody(report, part, scope);
  }
  const outputScope = { ...scope, tasks: taskObjects(compiled) };
  const outputs = valueAt(node, 'outputParameters');
  if (outputs) checkOutputs(report, outputs, outputScope);
  for (const spec of itemsOf(valueAt(node, 'outputParameterSpecs'))) {
    const value = valueAt(spec, 'valueRef');
    if (value?.kind === 'scalar') checkTextParts(report, value, parseText(value.source), outputScope);
  }
}

function checkBody(report: Report, node: SpecNode, scope: ExpressionScope): void {
  if (node.kind === 'scalar') {
    if (typeof node.value === 'string') checkTextParts(report, node, parseText(node.source), scope);
    return;
  }
  for (const item of itemsOf(node)) checkBody(report, item, scope);
  for (const { key, value } of entriesOf(node)) {
    if (key === 'description') continue;
    if (key === 'manifest' && value.kind === 'scalar') checkTextParts(report, value, parseManifestText(value.source), scope, true);
    else checkBody(report, value, scope);
  }
}

function checkOutputs(report: Report, outputs: SpecNode, scope: ExpressionScope): void {
  for (const entry of entriesOf(outputs)) {
    if (entry.value.kind !== 'scalar' || textOf(entry.value) === undefined) {
      report.error(keyPlace(entry), {
        code: 'wrong-type',
        message: `The output '${entry.key}' has no value.`,
        cure: 'Write `$tasks.<task>.resource.<path>`.',
      });
      continue;
    }
    const parts = parseText(entry.value.source);
    checkTextParts(report, entry.value, parts, scope);
    checkOutputText(report, entry.value, parts);
  }
}

/** All tasks of a workflow by name, with whether their object is gone afterwards. */
function taskObjects(workflow: CompiledWorkflow): Map<string, { deleted: boolean }> {
  const tasks = new Map<string, { deleted: boolean }>();
  for (const template of workflow.templates) {
    for (const task of tasksOf(template)) {
      const called = workflow.templates.find((one) => one.name === task.template);
      tasks.set(task.name, { deleted: called?.type === 'resource' && called.action === 'delete' });
    }
  }
  const entry = workflow.templates.find((template) => template.name === workflow.entrypoint);
  // A leaf as the entrypoint is a task of the same name.
  if (entry?.type === 'resource') tasks.set(entry.name, { deleted: entry.action === 'delete' });
  return tasks;
}

/** Fields that name a parameter by its key: `apiParam`, `…APIParam`. */
function checkParameterReferences(report: Report, resource: ResourceSource): void {
  const keys = resource.compiled.parameters.map((parameter) => parameter.key);
  const visit = (node: SpecNode): void => {
    for (const entry of entriesOf(node)) {
      const text = textOf(entry.value);
      if (text === undefined || !/apiparam$/i.test(entry.key)) visit(entry.value);
      // An expression in its place is told of, too.
      else if (!keys.includes(text) && !holdsExpression(text)) {
        report.error(entry.value, {
          code: 'undeclared-parameter',
          message: `\`${entry.spelling}\` names the parameter '${text}', which '${resource.compiled.key}' does not declare.`,
          cure: orDeclare(text, keys),
        });
      }
    }
    for (const item of itemsOf(node)) visit(item);
  };
  for (const key of ['compute', 'storage']) {
    const node = valueAt(resource.node, key);
    if (node) visit(node);
  }
}
