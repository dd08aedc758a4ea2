/**
 * Which stages of the platform a run goes through before and after its workflow. Each kind of resource has its set. This file says
 * what a set is; the sets, and the work of their stages, are in `stages/`, and reach this room through `InstanceDeps`.
 */
import type { ResourceKind } from '@cellplane/plan';
import type { Step } from './operation.js';

/** What a set is asked: the stages for one step of an operation. */
export interface StagesAsked {
  verb: Step['verb'];
  /** The run has a workflow of the plan. */
  hasWorkflow: boolean;
  /** Deletes: the instance was deleted before, and a late run had made something of it again. */
  isDeleted: boolean;
  /** Deletes: a resource of the instance has no delete workflow, so its objects are deleted by their label. */
  leavesObjects: boolean;
  /** Deletes: no further step of the operation deletes a resource. */
  isLastDelete: boolean;
}

/** Names of stages in their order, as they are stored with the run. */
export interface StageNames {
  before: string[];
  after: string[];
}

export interface StageSet {
  /** The kinds of resources that go through these stages. */
  kinds: readonly ResourceKind[];
  of(asked: StagesAsked): StageNames;
  /** The last stage before a run acts on the resource: once this stage has succeeded, something may have been made. */
  actsAfter: string;
  /** Event names of the reference's breakpoints; a run is held before the stage that each one stands for. */
  events: Readonly<Record<string, string>>;
}

/** All sets, by the kind of the resource. */
export interface StageSets {
  /** A kind without a set of its own goes by its workflows, as an operator's resource does. */
  of(kind: ResourceKind | undefined): StageSet;
  readonly all: readonly StageSet[];
}

/** Names of the stages that a create of a resource of this set has, in order. */
export function createStages(set: StageSet): string[] {
  const { before, after } = set.of({ verb: 'create', hasWorkflow: true, isDeleted: false, leavesObjects: false, isLastDelete: false });
  return [...before, ...after];
}
