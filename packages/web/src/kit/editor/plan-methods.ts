/** What the worker does for pages: plain data in, plain data out. */
import {
  type BuildResult,
  buildPlan,
  type CompiledPlan,
  type CompiledWorkflow,
  type GraphTask,
  looseKey,
  workflowGraph,
} from '@cellplane/plan';
import { complete, type Completion } from './language/completion';
import { definitionOf } from './language/definition';
import { type Fix, fixOf } from './language/fix';
import { explain, type Explanation } from './language/hover';
import { secretsIn, workflowAt } from './language/names';
import { type Outline, outlineOf } from './language/outline';
import { placeAt, type Spot } from './language/place';

/** What is found in a spec, with a change of the text for each problem whose cure is one. */
export interface Checked extends BuildResult {
  /** One for each problem; undefined: the cure needs a person. */
  fixes: (Fix | undefined)[];
  /** Names of the secrets that it reads. */
  secrets: string[];
}

let last: { text: string; outline: Outline } | undefined;

function outline(text: string): Outline {
  if (last?.text !== text) last = { text, outline: outlineOf(text) };
  return last.outline;
}

export const methods = {
  /** All problems of a spec, and the compiled plan if there is no error. */
  build(text: string): Checked {
    const result = buildPlan(text);
    const { lines } = outline(text);
    return { ...result, fixes: result.problems.map((problem) => fixOf(lines, problem)), secrets: secretsIn(outline(text)) };
  },

  /** The tasks of one workflow with their order; empty if there is no such workflow. */
  graph(plan: CompiledPlan, resource: string, verb: string): GraphTask[] {
    const workflow = workflowOf(plan, resource, verb);
    return workflow === undefined ? [] : workflowGraph(workflow);
  },

  suggest(text: string, spot: Spot): Completion {
    return complete(outline(text), spot);
  },

  explain(text: string, spot: Spot): Explanation | undefined {
    return explain(outline(text), spot);
  },

  define(text: string, spot: Spot): Spot | undefined {
    return definitionOf(outline(text), spot);
  },

  /** The workflow that a spot stands in: name of its resource, and verb. */
  workflowAt(text: string, spot: Spot): { resource: string; verb: string } | undefined {
    const { valueOf, within } = placeAt(outline(text), spot);
    return workflowAt(outline(text), valueOf ?? within);
  },
};
export type PlanMethods = typeof methods;

/** A workflow of a plan by the key or name of its resource, and its verb. */
export function workflowOf(plan: CompiledPlan, resource: string, verb: string): CompiledWorkflow | undefined {
  const found = plan.resources.find(({ key }) => looseKey(key) === looseKey(resource));
  const { systemWorkflows = {}, customWorkflows = [] } = found ?? {};
  return (
    Object.values(systemWorkflows).find((workflow) => workflow.verb === verb) ?? customWorkflows.find((workflow) => workflow.verb === verb)
  );
}
