/** All stages of instances. A kind of resource with stages of its own has a file beside this one, and a line in the list. */
import type { ResourceKind } from '@cellplane/plan';
import type { Stage } from '../engine/model.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { StageSets } from '../lifecycle/stage-set.js';
import { operatorStages } from './operator.js';
import type { InstanceStage, ResourceStages } from './stage.js';

/** The first one serves kinds that no set names: their resources have workflows only. */
const SETS: readonly [ResourceStages, ...ResourceStages[]] = [operatorStages];

const byName = stagesByName(SETS);

/** The sets, for operations. */
export const stageSets = {
  all: SETS,
  of: (kind: ResourceKind | undefined): ResourceStages => SETS.find(({ kinds }) => kinds.some((one) => one === kind)) ?? SETS[0],
} satisfies StageSets;

/** All stages, for the engine. */
export function instanceStages(deps: InstanceDeps): Stage[] {
  return [...byName.values()].map((stage) => ({ ...stage, run: (context) => stage.run(deps, context) }));
}

/** Title of a stage by its stored name; the name itself for one of another version of the program. */
export function stageTitle(name: string): string {
  return byName.get(name)?.title ?? name;
}

/** The stages of all sets. Throws where two different stages have one name: a run stores the name alone. */
export function stagesByName(sets: readonly ResourceStages[]): Map<string, InstanceStage> {
  const found = new Map<string, InstanceStage>();
  for (const stage of sets.flatMap(({ stages }) => stages)) {
    if ((found.get(stage.name) ?? stage) !== stage) throw new Error(`two different stages are called ${stage.name}`);
    found.set(stage.name, stage);
  }
  return found;
}
