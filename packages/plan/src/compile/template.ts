import type { DagTemplate, ResourceTemplate, StepsTemplate, Template } from '../model.js';
import { itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { outlineManifest } from './manifest.js';
import { RESOURCE_ACTIONS } from '../schema/template.js';
import { compact, hasKey, numberAt, oneOf, textAt, truthAt } from './read-value.js';
import { compileInputs, compileRetry, compileTask } from './task.js';

/** The kinds of template that run here. */
export const TEMPLATE_KINDS = ['dag', 'steps', 'resource'] as const;

/** One template. A template without a kind becomes a DAG without tasks; the checks report it. */
export function compileTemplate(node: SpecNode, workflowRetry: SpecNode | undefined): Template {
  const base = {
    name: textAt(node, 'name', ''),
    inputs: compileInputs(valueAt(node, 'inputs')),
    retryStrategy: compileRetry(valueAt(node, 'retryStrategy') ?? workflowRetry),
    activeDeadlineSeconds: numberAt(node, 'activeDeadlineSeconds'),
  };
  if (hasKey(node, 'resource')) return compileResourceTemplate(node, base);
  if (hasKey(node, 'steps')) {
    const groups = itemsOf(valueAt(node, 'steps')).map((group) => itemsOf(group).map(compileTask));
    return compact<StepsTemplate>({ type: 'steps', ...base, groups });
  }
  const dag = valueAt(node, 'dag');
  return compact<DagTemplate>({
    type: 'dag',
    ...base,
    failFast: truthAt(dag, 'failFast', true),
    tasks: itemsOf(valueAt(dag, 'tasks')).map(compileTask),
  });
}

function compileResourceTemplate(
  node: SpecNode,
  base: Pick<ResourceTemplate, 'name' | 'inputs'> & {
    retryStrategy: ResourceTemplate['retryStrategy'] | undefined;
    activeDeadlineSeconds: number | undefined;
  },
): ResourceTemplate {
  const resource = valueAt(node, 'resource');
  const manifest = textAt(resource, 'manifest', '');
  const { apiVersion, kind } = outlineManifest(manifest);
  return compact<ResourceTemplate>({
    type: 'resource',
    ...base,
    action: oneOf(RESOURCE_ACTIONS, textAt(resource, 'action')) ?? 'apply',
    successCondition: nonBlank(textAt(resource, 'successCondition')),
    failureCondition: nonBlank(textAt(resource, 'failureCondition')),
    mergeStrategy: textAt(resource, 'mergeStrategy') as ResourceTemplate['mergeStrategy'],
    flags: itemsOf(valueAt(resource, 'flags')).map((flag) => textOf(flag) ?? ''),
    manifest,
    apiVersion,
    kind,
    settleSeconds: numberAt(node, 'settleSeconds'),
  });
}

function nonBlank(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}
