import type { Inputs } from '../../expression/fragment.js';
import type { Template } from '../../model.js';
import { PatternBudget } from '../../pattern/budget.js';
import type { LeafStart, RunNode, RunState } from '../model.js';

export interface Walk {
  run: RunState;
  now: number;
  templates: ReadonlyMap<string, Template>;
  /** The workflow's rendered arguments, for `{{workflow.parameters.x}}`. */
  workflowParameters: Inputs;
  /** False while paused, terminated or past the deadline: nothing new begins. */
  mayStart: boolean;
  /** Why the run, or the DAG that is being walked, is being stopped, if it is. */
  stopping?: string;
  /** No task that is begun here may last longer, epoch milliseconds: the run's deadline, or that of a DAG around it. */
  deadlineAt: number;
  /** Nodes whose deadline ended something that was open in them. */
  cutOff: Set<string>;
  nodes: Map<string, RunNode>;
  children: Map<string, string[]>;
  changed: Set<string>;
  starts: LeafStart[];
  /** Tasks that a breakpoint kept from beginning. */
  held: Set<string>;
  wakeAt?: number;
  /** Nodes so far that count as tasks. */
  tasks: number;
  /** Of a walk that only counts: what its tasks were given. */
  characters: number;
  /** True for a walk that only counts: every leaf succeeds at once. */
  counting: boolean;
  /** What the patterns of conditions are charged to: the run's, but for a walk that only counts, which has its own. */
  patterns: PatternBudget;
  /** How many nodes may still begin in this walk. */
  room: number;
  /** Something would have begun, had there been room. */
  more: boolean;
}
