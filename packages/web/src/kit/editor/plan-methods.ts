/** What the worker does for pages: plain data in, plain data out. */
import { type BuildResult, buildPlan, type CompiledPlan, type GraphTask, workflowGraph } from '@cellplane/plan';

/** All problems of a spec, and the compiled plan if there is no error. */
function build(text: string): BuildResult {
  return buildPlan(text);
}

/** The tasks of one workflow with their order; empty if there is no such workflow. */
function graph(plan: CompiledPlan, resource: string, verb: string): GraphTask[] {
  const workflow = workflowOf(plan, resource, verb);
  return workflow === undefined ? [] : workflowGraph(workflow);
}

/** A workflow of a plan by resource and verb. */
export function workflowOf(plan: CompiledPlan, resource: string, verb: string) {
  const { systemWorkflows = {}, customWorkflows = [] } = plan.resources.find(({ key }) => key === resource) ?? {};
  const own = Object.values(systemWorkflows).find((workflow) => workflow.verb === verb);
  return own ?? customWorkflows.find((workflow) => workflow.verb === verb);
}

export const methods = { build, graph };
export type PlanMethods = typeof methods;
