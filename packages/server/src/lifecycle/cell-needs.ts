/** What a plan reads of a deployment cell that the cell does not have: refused by name before anything is made. */
import { readPath, type SystemNeed, systemNeeds } from '@cellplane/plan';
import type { PlanVersion } from '../catalog/catalog.js';
import type { Transaction } from '../database/database.js';
import { invalidState } from '../errors.js';
import { findResource } from '../instances/expression-context.js';
import type { Step } from './operation.js';
import type { OperationKind } from '../instances/instance.js';
import { type InstanceDeps, loadRunContext } from './run-context.js';
import { workflowOf } from './steps.js';
import type { InstanceValues } from '../instances/store.js';

/** Operations that bring something up. What takes down must always be possible: its run says what is missing. */
const KINDS: readonly OperationKind[] = ['create', 'modify', 'upgrade', 'restore'];

/** @throws DomainError invalid_state `cell-facts-missing`, naming each path and its cure */
export async function refuseUnfilled(
  deps: InstanceDeps,
  tx: Transaction,
  input: { instanceId: string; kind: OperationKind; version: PlanVersion; steps: Step[]; requested?: InstanceValues | undefined },
): Promise<void> {
  if (!KINDS.includes(input.kind)) return;
  const { compiled } = input.version;
  for (const step of input.steps) {
    if (step.dropped === true) continue;
    const resource = findResource(compiled, step.resourceKey);
    const workflow = workflowOf(compiled, step);
    const needs = systemNeeds(resource, workflow === undefined ? [] : [workflow]);
    if (needs.length === 0) continue;
    const { expressions, cell } = await loadRunContext({ ...deps, db: tx }, input.instanceId, step.resourceKey, input.requested);
    const missing = needs.filter(({ path }) => readPath(expressions.sys, path) === undefined);
    if (missing.length > 0) throw unfilled(missing, { cell: cell.key, verb: step.verb, resource: resource.name });
  }
}

function unfilled(missing: SystemNeed[], of: { cell: string; verb: string; resource: string }) {
  const known = missing.filter(({ facts }) => facts.length > 0);
  const facts = [...new Set(known.flatMap((need) => need.facts))];
  const cures = [
    ...(known.length === 0
      ? []
      : [
          `Give the cell the facts ${facts.join(', ')}: "cellplane deployment-cell facts set ${of.cell} --fact PATH=VALUE", or CELLPLANE_CELL_FACTS (docs/system-parameters.md).`,
        ]),
    ...(known.length === missing.length
      ? []
      : [
          `Not known to Cellplane at all, so correct the plan: ${missing
            .filter((need) => need.facts.length === 0)
            .map(({ text }) => text)
            .join(', ')}.`,
        ]),
  ];
  return invalidState(
    'cell-facts-missing',
    `The ${of.verb} of "${of.resource}" reads what deployment cell "${of.cell}" does not have: ${missing.map(({ text }) => text).join(', ')}. Nothing was made. ${cures.join(' ')}`,
  );
}
