import {
  type ExpressionValues,
  type JsonObject,
  type LeafState,
  PatternBudget,
  type RunNode,
  type RunState,
  type Verdict,
} from '@cellplane/plan';
import type { Sealer } from '../../secrets/envelope.js';
import { BROKEN } from './broken-run.js';
import type { ClaimedRun } from '../rows/claims.js';
import { placeInWords } from '../breakpoint.js';
import type { BreakpointPlace } from '../model.js';
import { type Control, controlOf, type RunCommit, type TaskWrite } from '../rows/write-commits.js';
import { ROWS_AT_ONCE } from './fair-share.js';
import { LeafMemory, uidOf, versionOf } from './leaf/leaf-memory.js';
import type { Run, RunOutput } from '../model.js';
import { Redactor } from '../redact.js';
import { fixedPartsOf, type NewEvent, type RunRow, type StageRow } from '../rows/run-row.js';
import { shownObservation } from '../rows/shown-observation.js';

/**
 * A run that this process owns, in memory. Rows are read once, at the claim; from then on the memory is what `advance`
 * works on, and what has changed is collected until `takeCommit`. If a commit fails, the memory is thrown away.
 */
export class RunMemory {
  readonly row: RunRow;
  values: ExpressionValues;
  data: JsonObject;
  outputs: Record<string, RunOutput> = {};
  redactor: Redactor;
  control: Control;
  readonly nodes: Record<string, RunNode> = {};
  readonly leaves = new Map<string, LeafMemory>();
  readonly stages = new Map<string, StageRow>();
  startedAt: number;
  private begun: boolean;
  private readonly dirtyNodes = new Set<string>();
  private readonly dirtyStages = new Set<string>();
  private readonly storedInputs = new Set<string>();
  /** Conditions of the run are charged to it as long as this process owns the run. */
  private readonly patterns = new PatternBudget();
  private events: NewEvent[] = [];
  private set: NonNullable<RunCommit['set']> = {};

  constructor(
    claimed: ClaimedRun,
    private readonly sealer: Sealer,
    now: number,
  ) {
    this.row = claimed.row;
    this.values = JSON.parse(sealer.open(claimed.row.sealed_values, claimed.row.id).toString('utf8')) as ExpressionValues;
    this.redactor = new Redactor(this.values);
    this.data = claimed.row.data;
    this.control = controlOf(claimed.row);
    this.begun = claimed.row.phase !== 'Pending';
    this.startedAt = claimed.row.started_at?.getTime() ?? now;
    if (!this.begun) this.set = { phase: 'Running', startedAt: now };
    // It had been set aside; now it goes on.
    if (claimed.row.code === BROKEN) this.set = { ...this.set, code: '', message: '' };
    for (const stage of claimed.stages) this.stages.set(stage.name, stage);
    for (const task of claimed.tasks) {
      const { node } = task;
      if (task.sealed_inputs !== null) Object.assign(node, this.open(task.sealed_inputs, task.node_id));
      this.storedInputs.add(node.id);
      this.nodes[node.id] = node;
      if (node.leaf !== undefined)
        this.leaves.set(
          node.id,
          LeafMemory.load(task, (sealed) => this.open(sealed, task.node_id)),
        );
    }
  }

  get id(): string {
    return this.row.id;
  }

  get deadlineAt(): number {
    return this.row.deadline_at.getTime();
  }

  /** What `advance` works on; undefined for a run of stages only. The workflow's own deadline counts from when it begins. */
  state(now: number): RunState | undefined {
    const { workflow } = this.row;
    if (workflow === null) return undefined;
    const startedAt = this.nodes[workflow.entrypoint]?.startedAt ?? now;
    const own = workflow.activeDeadlineSeconds === undefined ? Infinity : startedAt + workflow.activeDeadlineSeconds * 1_000;
    return {
      runId: this.id,
      workflow,
      values: this.values,
      nodes: this.nodes,
      startedAt,
      deadlineAt: Math.min(this.deadlineAt, own),
      ...(this.control.terminate === null ? {} : { terminate: this.control.terminate }),
      ...(this.control.paused ? { paused: true } : {}),
      held: this.heldTasks(),
      patterns: this.patterns,
    };
  }

  /** Whether a breakpoint holds the run here. */
  holds(place: BreakpointPlace): boolean {
    return this.control.breakpoints?.[place]?.status === 'Pending';
  }

  /** The run has come to a breakpoint: it is paused, and the next commit says so. */
  hit(place: BreakpointPlace, now: number): void {
    const breakpoint = this.control.breakpoints?.[place];
    if (breakpoint === undefined) return;
    const hit = { [place]: { ...breakpoint, status: 'Hit' as const, hitAt: now } };
    this.control = { ...this.control, paused: true, breakpoints: { ...this.control.breakpoints, ...hit } };
    this.set.breakpoints = { ...this.set.breakpoints, ...hit };
    const step = place === 'workflow' ? place : place.slice(place.indexOf(':') + 1);
    this.event({
      at: now,
      type: 'WorkflowStepDebug',
      step,
      message: `held before ${placeInWords(place)} by a breakpoint (${breakpoint.id}); resume the run to go on`,
    });
  }

  private heldTasks(): ReadonlySet<string> {
    const places = Object.keys(this.control.breakpoints ?? {}) as BreakpointPlace[];
    return new Set(places.filter((place) => place.startsWith('task:') && this.holds(place)).map((place) => place.slice('task:'.length)));
  }

  changed(node: RunNode): void {
    this.nodes[node.id] = node;
    this.dirtyNodes.add(node.id);
  }

  stage(stage: StageRow): void {
    this.stages.set(stage.name, stage);
    this.dirtyStages.add(stage.name);
  }

  event(event: NewEvent): void {
    this.events.push({
      ...event,
      message: this.redactor.text(event.message),
      ...(event.details === undefined ? {} : { details: this.redactor.json(event.details, 'numbers') }),
    });
  }

  merge(values: ExpressionValues | undefined, data: JsonObject | undefined): void {
    if (values !== undefined && Object.keys(values).length > 0) {
      this.values = { ...this.values, ...values };
      this.redactor = new Redactor(this.values);
      this.set.sealedValues = this.sealer.seal(JSON.stringify(this.values), this.id);
    }
    if (data !== undefined && Object.keys(data).length > 0) {
      this.data = { ...this.data, ...data };
      this.set.data = this.data;
    }
  }

  /** The end; goes with the last commit. */
  end(outcome: { phase: 'Succeeded' | 'Failed' | 'Terminated'; message: string; code: string }, now: number): void {
    Object.assign(this.set, { ...outcome, message: this.redactor.text(outcome.message), finishedAt: now });
    if (Object.keys(this.outputs).length > 0) this.set.sealedOutputs = this.sealer.seal(JSON.stringify(this.outputs), this.id);
  }

  /** True if something has changed, and it is nothing but tasks that have succeeded and were not waited for by a gate. */
  get onlySuccesses(): boolean {
    if (this.dirtyNodes.size === 0 || this.dirtyStages.size > 0 || Object.keys(this.set).length > 0) return false;
    for (const id of this.dirtyNodes) {
      if (this.nodes[id]?.leaf?.phase !== 'Succeeded' || this.leaves.get(id)?.gated !== false) return false;
    }
    return true;
  }

  /**
   * Everything that changed since the last time, to be committed in this order; empty if nothing did. It is one transition, but for
   * what is too much for a statement that other runs wait behind: then leaves come before what holds them, and the run itself comes
   * last, so that every prefix is a state that the run could have been in. `announce`: the cell's watcher is another process.
   */
  takeCommits(announce: boolean): RunCommit[] {
    const touched = Object.keys(this.set).length > 0;
    if (!touched && this.dirtyNodes.size === 0 && this.dirtyStages.size === 0 && this.events.length === 0) return [];
    const commit = (ids: string[], events: NewEvent[]): RunCommit => ({
      runId: this.id,
      fence: this.row.fence,
      cellId: this.row.cell_id,
      tasks: ids.map((id) => this.taskWrite(id, announce)),
      stages: [],
      events,
    });
    const isLeaf = (id: string) => this.nodes[id]?.leaf !== undefined;
    const dirty = [...this.dirtyNodes];
    const ids = dirty.length <= ROWS_AT_ONCE ? dirty : [...dirty.filter(isLeaf), ...dirty.filter((id) => !isLeaf(id)).toReversed()];
    const commits: RunCommit[] = [];
    for (let at = 0; at + ROWS_AT_ONCE < ids.length; at += ROWS_AT_ONCE)
      commits.push(commit(ids.slice(at, at + ROWS_AT_ONCE), this.events.slice(at, at + ROWS_AT_ONCE)));
    const taken = commits.length * ROWS_AT_ONCE;
    commits.push({
      ...commit(ids.slice(taken), this.events.slice(taken)),
      stages: [...this.dirtyStages].flatMap((name) => this.stages.get(name) ?? []),
      ...(touched ? { set: this.set } : {}),
    });
    this.dirtyNodes.clear();
    this.dirtyStages.clear();
    this.events = [];
    this.set = {};
    return commits;
  }

  /** The run as the domain sees it. */
  view(): Run {
    const { row } = this;
    return {
      ...fixedPartsOf(row),
      values: this.values,
      data: this.data,
      phase: row.phase,
      message: row.message,
      startedAt: new Date(this.startedAt),
      deadlineAt: row.deadline_at,
      paused: this.control.paused,
      tasks: this.taskObjects(),
      outputs: this.outputs,
    };
  }

  /** The last object of each finished task that has one. */
  taskObjects(): Record<string, JsonObject> {
    const objects: Record<string, JsonObject> = {};
    for (const node of Object.values(this.nodes)) {
      const object = node.leaf?.phase === 'Succeeded' ? node.leaf.observation?.object : undefined;
      if (object !== undefined && object !== null) objects[node.task] = object;
    }
    return objects;
  }

  private taskWrite(id: string, announce: boolean): TaskWrite {
    const node = this.nodes[id] as RunNode;
    const leaf = this.leaves.get(id);
    const { inputs, item, ...clear } = node;
    const write: TaskWrite = { nodeId: id, node: this.clearNode(clear), watch: leaf?.watch ?? null };
    if (!this.storedInputs.has(id) && (inputs !== undefined || item !== undefined)) {
      write.sealedInputs = this.seal({ ...(inputs === undefined ? {} : { inputs }), ...(item === undefined ? {} : { item }) }, id);
      this.storedInputs.add(id);
    }
    if (node.leaf?.object !== undefined) write.object = node.leaf.object;
    const stored = leaf?.takeStored(node.leaf);
    if (stored?.gates !== undefined) write.sealedGate = this.seal(stored.gates, id);
    if (stored?.observation !== undefined) {
      const { object, ...meta } = stored.observation;
      write.observation = {
        ...meta,
        ...(object === null ? { gone: true as const } : { uid: uidOf(object), resourceVersion: versionOf(object) }),
      };
      write.sealedObject = object === null ? null : this.seal(object, id);
      const verdict = node.leaf?.verdict;
      if (verdict !== undefined) write.shown = shownObservation(stored.observation, verdict, this.redactor);
    }
    if (announce && write.watch !== null && leaf?.waits === true && leaf.takeAnnouncement()) write.announce = true;
    return write;
  }

  /** Without the observed object, and without secrets in what people read. */
  private clearNode(node: RunNode): RunNode {
    const message = this.redactor.text(node.message);
    if (node.leaf === undefined) return { ...node, message };
    const { observation: _observation, write, ...leaf } = node.leaf;
    const clear = this.redactor.json(leaf as unknown as JsonObject) as unknown as LeafState;
    if (leaf.verdict !== undefined)
      clear.verdict = this.redactor.json(leaf.verdict as unknown as JsonObject, 'numbers') as unknown as Verdict;
    // Ids and versions only, and they are read back: nothing in them may be taken for a secret.
    return { ...node, message, leaf: write === undefined ? clear : { ...clear, write } };
  }

  private seal(value: unknown, nodeId: string): Buffer {
    return this.sealer.seal(JSON.stringify(value), `${this.id}/${nodeId}`, this.id);
  }

  private open(sealed: Buffer, nodeId: string): unknown {
    return JSON.parse(this.sealer.open(sealed, `${this.id}/${nodeId}`).toString('utf8'));
  }
}
