/** What the platform does before and after a plan's workflow. Each stage can be called again at any time (docs/architecture.md#what-happens-on-create). */
import type { Stage, StageContext, StageResult } from '../engine/model.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import type { StageSet } from '../lifecycle/stage-set.js';

/** A stage of instances. Its name is stored with runs: it stays as long as runs do. */
export interface InstanceStage extends Pick<Stage, 'name' | 'title'> {
  run(deps: InstanceDeps, context: StageContext): Promise<StageResult>;
}

/** The stages of a kind of resource. Sets may share a stage. */
export interface ResourceStages extends StageSet {
  /** All stages that a run of such a resource has, or had in a former version of the program. */
  stages: readonly InstanceStage[];
}
