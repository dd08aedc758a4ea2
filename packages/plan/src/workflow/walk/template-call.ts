/** Calls of templates: inputs bound, then the node of the template's kind. The tree's recursion goes through `callTemplate`. */
import { fragmentText, isSecret, isTainted, textFragment } from '../../expression/fragment-text.js';
import type { Inputs } from '../../expression/fragment.js';
import { type RenderScope, renderText } from '../../expression/render-text.js';
import type { Json } from '../../json.js';
import type { ParameterBinding, ResourceTemplate, Template } from '../../model.js';
import { failed, ok, type Result } from '../../result.js';
import { runDag } from './dag.js';
import type { NodeType, RunNode } from '../model.js';
import { runRetry } from './retry.js';
import { runSteps } from './steps.js';
import { end, isFulfilled, put, takeRoom, wake } from './walk.js';
import type { Walk } from './state.js';

/** Template calls inside template calls, at most (Argo's maxAllowedStackDepth). */
export const MAX_DEPTH = 100;

export interface Call {
  id: string;
  parent?: string;
  task: string;
  template: string;
  /** The caller's arguments, rendered; only asked for when the node is new. */
  supplied: () => Result<Inputs, string>;
  item?: Json;
  depth: number;
  /** True for an attempt of a Retry node. */
  attempt?: boolean;
}

const NODE_TYPES: Record<Template['type'], NodeType> = { dag: 'DAG', steps: 'Steps', resource: 'Resource' };

/** Brings the node of a call as far as it can go now. Does nothing for one that has ended. */
export function callTemplate(walk: Walk, call: Call): void {
  const existing = walk.nodes.get(call.id);
  if (existing === undefined ? !takeRoom(walk) : isFulfilled(existing)) return;
  const template = walk.templates.get(call.template);
  const node: RunNode = existing ?? {
    id: call.id,
    ...(call.parent !== undefined && { parent: call.parent }),
    task: call.task,
    template: call.template,
    type: template === undefined ? 'Skipped' : NODE_TYPES[template.type],
    phase: 'Running',
    message: '',
    ...(call.item !== undefined && { item: call.item }),
    startedAt: walk.now,
  };
  const error = (message: string): void => {
    put(walk, { ...node, phase: 'Error', message, finishedAt: walk.now });
  };
  if (template === undefined) return error(`template name '${call.template}' undefined`);
  if (call.depth > MAX_DEPTH) return error(`Maximum recursion depth exceeded: more than ${MAX_DEPTH} template calls inside each other`);
  let { inputs } = node;
  if (inputs === undefined) {
    const bound = bindInputs(walk, template, call.supplied);
    if (!bound.ok) return error(bound.problem);
    inputs = bound.value;
  }
  const bound = { ...node, inputs };
  if (template.retryStrategy !== undefined && call.attempt !== true) return runRetry(walk, call, bound, inputs, template.retryStrategy);
  switch (template.type) {
    case 'resource':
      return runLeaf(walk, bound, inputs, template);
    case 'dag':
    case 'steps': {
      const place = { id: call.id, inputs, depth: call.depth };
      const own = existing ?? put(walk, withDeadline(walk, bound, template));
      return withinDeadline(walk, own, () => (template.type === 'dag' ? runDag(walk, place, template) : runSteps(walk, place, template)));
    }
  }
}

/** A node with the time at which its template's own deadline, or one around it, comes. */
function withDeadline(walk: Walk, node: RunNode, template: Template): RunNode {
  if (template.activeDeadlineSeconds === undefined) return node;
  return { ...node, deadlineAt: Math.min(walk.now + template.activeDeadlineSeconds * 1000, walk.deadlineAt) };
}

/**
 * Walks what is in a DAG or in steps under their own deadline: once it has come nothing in there begins any more, and nothing is
 * tried again. What was open has been ended by then (`closeOverdue`).
 */
function withinDeadline(walk: Walk, node: RunNode, walkInside: () => void): void {
  if (node.deadlineAt === undefined) return walkInside();
  const { mayStart, stopping, deadlineAt } = walk;
  walk.deadlineAt = Math.min(deadlineAt, node.deadlineAt);
  wake(walk, walk.deadlineAt);
  if (walk.now >= node.deadlineAt) {
    walk.mayStart = false;
    walk.stopping ??= overdueText(node);
  }
  walkInside();
  walk.mayStart = mayStart;
  walk.deadlineAt = deadlineAt;
  if (stopping === undefined) delete walk.stopping;
}

/** What a node is told to have failed of when its time is over. */
export function overdueText(node: RunNode): string {
  const allowed = Math.round(((node.deadlineAt ?? 0) - (node.startedAt ?? 0)) / 1000);
  const what = node.type === 'Resource' ? 'the task' : `'${node.task}' (template ${node.template})`;
  return `DeadlineExceeded: ${what} did not end within ${allowed} s`;
}

/** Inputs of a template: the caller's argument, else the default, else Argo's error. Undeclared arguments are ignored. */
function bindInputs(walk: Walk, template: Template, supplied: Call['supplied']): Result<Inputs, string> {
  const given = supplied();
  if (!given.ok) return given;
  const inputs: Inputs = {};
  for (const { name, default: fallback } of template.inputs) {
    const argument = Object.hasOwn(given.value, name) ? given.value[name] : undefined;
    if (argument !== undefined) inputs[name] = argument;
    else if (fallback === undefined) return failed(`inputs.parameters.${name} was not supplied`);
    else {
      const rendered = renderArguments(
        walk,
        [{ name, value: fallback }],
        {},
        (parameter) => `templates.${template.name}.inputs.${parameter}`,
      );
      if (!rendered.ok) return rendered;
      inputs[name] = rendered.value[name] ?? textFragment('');
    }
  }
  return ok(inputs);
}

/** A run's leaf: the engine gets it as a start until its intent is recorded. */
function runLeaf(walk: Walk, node: RunNode, inputs: Inputs, template: ResourceTemplate): void {
  let leaf = node;
  if (!walk.nodes.has(node.id)) {
    const own = template.activeDeadlineSeconds === undefined ? Number.POSITIVE_INFINITY : walk.now + template.activeDeadlineSeconds * 1000;
    leaf = put(walk, {
      ...node,
      phase: 'Pending',
      deadlineAt: Math.min(own, walk.deadlineAt),
      leaf: { phase: 'Pending', attempts: 0 },
    });
  }
  if (walk.counting) {
    end(walk, leaf, 'Succeeded');
    return;
  }
  if (leaf.deadlineAt !== undefined) wake(walk, leaf.deadlineAt);
  if (leaf.phase === 'Pending' && walk.mayStart) walk.starts.push({ node: leaf, inputs });
}

/**
 * Renders argument values in the caller's scope. A reference to an input that does not exist is rendered empty (the build
 * refuses it); every other tag without a value is an error.
 */
export function renderArguments(
  walk: Pick<Walk, 'run' | 'workflowParameters'>,
  bindings: ParameterBinding[],
  inputs: Inputs,
  place: (parameter: string) => string,
  more: Pick<RenderScope, 'item' | 'itemFlags' | 'results'> = {},
): Result<Inputs, string> {
  const rendered: Inputs = {};
  const missing: string[] = [];
  for (const { name, value } of bindings) {
    if (value === undefined) continue;
    const scope = {
      inputs,
      values: walk.run.values,
      place: place(name),
      workflowName: walk.run.runId,
      workflowParameters: walk.workflowParameters,
      ...more,
    };
    const text = renderText(value, scope);
    rendered[name] = text.fragment;
    missing.push(...text.missing.filter((tag) => !/^\{\{\s*inputs\./.test(tag)));
  }
  return missing.length === 0 ? ok(rendered) : failed(`failed to resolve ${missing.join(', ')}`);
}

/** What a value may be, as its history has it. */
export type Flags = NonNullable<RenderScope['itemFlags']>;

/** One text in the scope of a task, for its loop. */
export function renderOne(
  walk: Walk,
  text: string,
  { inputs, results }: Pick<RenderScope, 'inputs' | 'results'>,
  place: string,
): Result<{ text: string; flags: Flags }, string> {
  const rendered = renderArguments(walk, [{ name: 'text', value: text }], inputs, () => place, results && { results });
  if (!rendered.ok) return rendered;
  const fragment = rendered.value['text'] ?? { parts: [] };
  const flags = { ...(isSecret(fragment) && { secret: true as const }), ...(isTainted(fragment) && { tainted: true as const }) };
  return ok({ text: fragmentText(fragment), flags });
}
