import { hasValue } from '../../compile/read-value.js';
import type { CompiledWorkflow } from '../../model.js';
import { entryOf, itemsOf, placeInside, type SpecNode, valueAt } from '../../parse/node.js';
import { parsePath } from '../../parse/path.js';
import { keyPlace, type Place, type Report } from '../../parse/report.js';
import { validateWorkflow } from '../../workflow/validate/workflow.js';
import type { WorkflowProblem } from '../../workflow/validate/tell.js';

/** A workflow body: what was compiled of it, and where it was read. */
export interface WorkflowBody {
  workflow: CompiledWorkflow;
  body: SpecNode;
  /** The key `workflow`: where a body has no better place. */
  place: Place;
  /** Indexes of templates that are reported already; what follows from them is not. */
  broken: ReadonlySet<number>;
}

/** Said by the schema (required keys), or by the expression checks with more knowledge of the plan. */
const SAID_ELSEWHERE = new Set(['name-missing', 'template-missing', 'unknown-root']);

/** Names, entrypoint, templates, inputs, DAG, conditions and `when`, as the workflow core judges them, at their places in the spec. */
export function checkStructure(report: Report, input: WorkflowBody): void {
  if (!hasValue(input.body, 'templates')) return;
  for (const problem of validateWorkflow(input.workflow, report.patterns)) {
    if (SAID_ELSEWHERE.has(problem.code) || followsFromBroken(problem, input.broken)) continue;
    report[problem.severity](placeOf(problem, input), {
      code: problem.code,
      message: `${problem.message.replace(/\.$/, '')} (workflow '${input.workflow.verb}').`,
      cure: problem.cure,
    });
  }
}

function followsFromBroken(problem: WorkflowProblem, broken: ReadonlySet<number>): boolean {
  if (broken.size === 0) return false;
  const index = /^templates\[(\d+)\]/.exec(problem.path)?.[1];
  return problem.code === 'unreachable-template' || (index !== undefined && broken.has(Number(index)));
}

/** The deepest part of the path that the spec has. */
function placeOf(problem: WorkflowProblem, { body, place }: WorkflowBody): Place {
  let node: SpecNode = body;
  let found: Place = place;
  for (const segment of parsePath(problem.path) ?? []) {
    const next = typeof segment === 'number' ? itemsOf(node)[segment] : valueAt(node, segment);
    if (!next) return found;
    const entry = typeof segment === 'string' ? entryOf(node, segment) : undefined;
    // A scalar is shown at its value, a block at its key.
    found = entry && next.kind !== 'scalar' ? keyPlace(entry) : next;
    node = next;
  }
  return node.kind === 'scalar' && problem.offset !== undefined ? placeInside(node, problem.offset) : found;
}
