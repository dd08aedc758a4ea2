/** Steps: groups one after the other, the steps of a group at once (Argo 3.7 controller/steps.go). */
import type { Inputs } from '../../expression/fragment.js';
import type { DagTask, StepsTemplate } from '../../model.js';
import type { RunNode } from '../model.js';
import { type Boundary, runTask } from './task.js';
import { childrenOf, end, isFailing, isFulfilled, put, resultOf } from './walk.js';
import type { Walk } from './state.js';

/** Brings the open group on, begins the next one, and ends the node after the last or a failed one. */
export function runSteps(walk: Walk, at: { id: string; inputs: Inputs; depth: number }, template: StepsTemplate): void {
  const node = walk.nodes.get(at.id);
  if (node === undefined) return;
  const before = new Map<string, string>();
  const boundary: Boundary = {
    ...at,
    template: template.name,
    results: (of, step, field) => (of === 'steps' ? resultOf(walk.nodes.get(before.get(step) ?? ''), field) : undefined),
  };
  for (const [index, steps] of template.groups.entries()) {
    const group = runGroup(walk, boundary, `${at.id}[${index}]`, steps);
    if (group === undefined || !isFulfilled(group)) {
      if (group === undefined && walk.stopping !== undefined) end(walk, node, 'Failed', walk.stopping);
      return;
    }
    if (isFailing(group.phase)) {
      end(walk, node, 'Failed', group.message);
      return;
    }
    for (const step of steps) before.set(step.name, `${at.id}[${index}].${step.name}`);
  }
  const cut = walk.cutOff.has(at.id) ? walk.stopping : walk.run.terminate;
  end(walk, node, cut === undefined ? 'Succeeded' : 'Failed', cut ?? '');
}

function runGroup(walk: Walk, boundary: Boundary, id: string, steps: DagTask[]): RunNode | undefined {
  let group = walk.nodes.get(id);
  if (group !== undefined && isFulfilled(group)) return group;
  if (group === undefined) {
    if (!walk.mayStart) return undefined;
    group = put(walk, {
      id,
      parent: boundary.id,
      task: id.slice(boundary.id.length),
      template: boundary.template,
      type: 'StepGroup',
      phase: 'Running',
      message: '',
      startedAt: walk.now,
    });
  }
  const nodes: { step: DagTask; node: RunNode | undefined }[] = [];
  for (const step of steps) {
    runTask(walk, boundary, step, `${id}.${step.name}`, id);
    const node = walk.nodes.get(`${id}.${step.name}`);
    nodes.push({ step, node });
    if (node !== undefined && hasBrokenWhen(walk, node)) break;
  }
  const open = nodes.some(({ node }) => node !== undefined && !isFulfilled(node));
  const missing = nodes.some(({ node }) => node === undefined);
  if (open || (missing && walk.stopping === undefined)) return group;
  for (const { step, node } of nodes) {
    if (node === undefined) return end(walk, group, 'Failed', walk.stopping);
    if (!isFailing(node.phase)) continue;
    if (hasBrokenWhen(walk, node)) return end(walk, group, 'Error', node.message);
    if (node.phase === 'Failed' ? step.continueOn?.failed : step.continueOn?.error) continue;
    return end(walk, group, 'Failed', `child '${node.id}' failed`);
  }
  return end(walk, group, 'Succeeded', '');
}

/** A step whose `when` has no answer: the steps after it in the group do not begin. */
function hasBrokenWhen(walk: Walk, node: RunNode): boolean {
  if (node.type === 'TaskGroup') return childrenOf(walk, node.id).some((child) => hasBrokenWhen(walk, child));
  return node.type === 'Skipped' && node.phase === 'Error';
}
