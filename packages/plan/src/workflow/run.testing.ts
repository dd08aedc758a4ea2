/** Runs for tests: a workflow built from a few words, and a driver that answers its leaves. */
import type { ExpressionValues } from '../expression/fragment.js';
import type { CompiledWorkflow, DagTask, DagTemplate, ResourceTemplate, StepsTemplate, Template } from '../model.js';
import { advance } from './walk/advance.js';
import type { Advance, RunNode, RunState } from './model.js';
import { leafFailed, leafSucceeded, recordIntent, withNodes } from './reducers.js';

export function task(name: string, more: Partial<DagTask> = {}): DagTask {
  return { name, template: 'leaf', dependencies: [], arguments: [], ...more };
}

export function dag(name: string, tasks: DagTask[], more: Partial<DagTemplate> = {}): DagTemplate {
  return { type: 'dag', name, inputs: [], failFast: true, tasks, ...more };
}

export function steps(name: string, groups: DagTask[][], more: Partial<StepsTemplate> = {}): StepsTemplate {
  return { type: 'steps', name, inputs: [], groups, ...more };
}

export function leaf(name = 'leaf', more: Partial<ResourceTemplate> = {}): ResourceTemplate {
  return {
    type: 'resource',
    name,
    inputs: [],
    action: 'apply',
    flags: [],
    manifest: 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n',
    apiVersion: 'v1',
    kind: 'ConfigMap',
    ...more,
  };
}

export function workflow(templates: Template[], more: Partial<CompiledWorkflow> = {}): CompiledWorkflow {
  return {
    verb: 'create',
    displayName: 'Create',
    description: '',
    scope: [],
    parameters: [],
    entrypoint: templates[0]?.name ?? '',
    arguments: [],
    templates,
    outputs: [],
    expressions: [],
    ...more,
  };
}

export function run(of: CompiledWorkflow, more: Partial<RunState> & { values?: ExpressionValues } = {}): RunState {
  return { runId: 'run-1', workflow: of, values: {}, nodes: {}, startedAt: 0, deadlineAt: 3_600_000, ...more };
}

export type Outcome = 'Succeeded' | 'Failed' | 'Error';

/** Moves a run and its clock by hand. */
export class Driver {
  now = 0;
  last: Advance = { changed: [], starts: [] };

  constructor(public state: RunState) {}

  /** Advances once and keeps the nodes. */
  step(): this {
    this.last = advance(this.state, this.now);
    this.state = withNodes(this.state, this.last.changed);
    return this;
  }

  /** Ids of the leaves to start. */
  get starts(): string[] {
    return this.last.starts.map((start) => start.node.id).sort();
  }

  start(id: string): this {
    const node = this.node(id);
    this.state = withNodes(this.state, [recordIntent(node, { apiVersion: 'v1', kind: 'ConfigMap', name: id }, this.now)]);
    return this;
  }

  end(id: string, outcome: Outcome = 'Succeeded', message = `${id} ${outcome}`): this {
    const node = this.node(id);
    const ended = outcome === 'Succeeded' ? leafSucceeded(node, this.now) : leafFailed(node, message, outcome, this.now);
    this.state = withNodes(this.state, [ended]);
    return this.step();
  }

  node(id: string): RunNode {
    const node = this.state.nodes[id];
    if (node === undefined) throw new Error(`no node ${id}; there are ${Object.keys(this.state.nodes).join(', ')}`);
    return node;
  }

  /** Phases by node id. */
  get phases(): Record<string, string> {
    return Object.fromEntries(Object.values(this.state.nodes).map((node) => [node.id, node.phase]));
  }

  /** Answers every leaf by its task until nothing is left to start. */
  finish(outcomes: Record<string, Outcome> = {}): this {
    for (this.step(); this.last.starts.length > 0; ) {
      const [first] = this.last.starts;
      if (first === undefined) break;
      this.start(first.node.id).end(first.node.id, outcomes[first.node.task] ?? 'Succeeded');
    }
    return this;
  }
}
