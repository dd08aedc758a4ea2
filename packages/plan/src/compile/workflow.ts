import type { CompiledWorkflow, OutputParameter } from '../model.js';
import { entriesOf, itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { collectExpressions, tasksOf } from './expressions.js';
import { compileParameters } from './parameter.js';
import { compact, numberAt, textAt } from './read-value.js';
import { compileArguments } from './task.js';
import { compileTemplate } from './template.js';

/** A workflow with the node it was read from, for checks that need positions. */
export interface WorkflowSource {
  compiled: CompiledWorkflow;
  /** The map that holds `workflow` and `outputParameters`. Undefined for workflows made from the older fields. */
  node?: SpecNode;
}

/** A system workflow of a verb. */
export function compileSystemWorkflow(verb: string, node: SpecNode): CompiledWorkflow {
  return compileBody(node, { verb, displayName: verb, description: '', scope: [], parameters: [] });
}

/** A custom workflow. Without a scope only the provider may call it. */
export function compileCustomWorkflow(node: SpecNode): CompiledWorkflow {
  const verb = textAt(node, 'verb', '');
  return compileBody(node, {
    verb,
    displayName: textAt(node, 'displayName', verb),
    description: textAt(node, 'description', ''),
    scope: compileScope(valueAt(node, 'scope')),
    parameters: compileParameters(valueAt(node, 'apiParameters')),
  });
}

function compileScope(list: SpecNode | undefined): CompiledWorkflow['scope'] {
  const words = new Set(itemsOf(list).map((item) => textOf(item)));
  if (words.has('all')) return ['FLEET', 'END_CUSTOMER'];
  const scope: CompiledWorkflow['scope'] = [];
  if (words.has('fleet') || words.size === 0) scope.push('FLEET');
  if (words.has('customer')) scope.push('END_CUSTOMER');
  return scope;
}

function compileBody(
  node: SpecNode,
  head: Pick<CompiledWorkflow, 'verb' | 'displayName' | 'description' | 'scope' | 'parameters'>,
): CompiledWorkflow {
  const body = valueAt(node, 'workflow');
  const templates = itemsOf(valueAt(body, 'templates')).map((template) => compileTemplate(template, valueAt(body, 'retryStrategy')));
  const values = compileArguments(valueAt(body, 'arguments'));
  const workflow = {
    ...head,
    entrypoint: textAt(body, 'entrypoint') ?? onlyUncalled(templates) ?? '',
    arguments: values,
    templates,
    activeDeadlineSeconds: numberAt(body, 'activeDeadlineSeconds') ?? longerThanUsual(templates),
    outputs: compileOutputs(node),
    settleSeconds: numberAt(body, 'settleSeconds'),
    expressions: collectExpressions({ arguments: values, templates }),
  };
  return compact<CompiledWorkflow>(workflow);
}

/** Seconds of a workflow that says nothing. */
const USUAL_DEADLINE = 3600;

/** A template that may take longer than a workflow usually does takes its workflow with it. */
function longerThanUsual(templates: CompiledWorkflow['templates']): number | undefined {
  const longest = Math.max(0, ...templates.map((template) => template.activeDeadlineSeconds ?? 0));
  return longest > USUAL_DEADLINE ? longest : undefined;
}

/** Results by name, and those of the list form that are not among them. */
function compileOutputs(node: SpecNode): OutputParameter[] {
  const outputs = entriesOf(valueAt(node, 'outputParameters')).flatMap((entry) => {
    const value = textOf(entry.value);
    return value === undefined ? [] : [{ name: entry.key, value }];
  });
  for (const spec of itemsOf(valueAt(node, 'outputParameterSpecs'))) {
    const [name, value] = [textAt(spec, 'name'), textAt(spec, 'valueRef')];
    if (name === undefined || value === undefined || outputs.some((output) => output.name === name)) continue;
    outputs.push({ name, value });
  }
  return outputs;
}

/** The one template that no task calls: what an omitted entrypoint can only mean. */
function onlyUncalled(templates: CompiledWorkflow['templates']): string | undefined {
  const called = new Set(templates.flatMap((template) => tasksOf(template).map((task) => task.template)));
  const uncalled = templates.filter((template) => !called.has(template.name));
  return uncalled.length === 1 ? uncalled[0]?.name : undefined;
}
