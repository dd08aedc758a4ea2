import { advance, sizeProblem } from '@cellplane/plan';
import { atStep, type OwnedRun } from '../../watchdog/loop-step.js';
import type { LeafRunner } from './leaf/leaf-runner.js';
import { evaluateOutputs, failedOutcome, type Outcome, stageDeadlineOutcome, terminatedOutcome } from './outcome.js';
import type { RunMemory } from './run-memory.js';
import type { StageProgress, StageRunner } from './stage-runner.js';

/** A stage that is aborted, at the deadline or because the run is terminated, has so long to return. Milliseconds. */
const ABORT_PATIENCE_MS = 5_000;
/** Of a run whose steps are stored before they begin, so many tasks begin at once. */
const DOUBTFUL_ROOM = 4;

/**
 * What comes next in a run: stages, then the workflow's tasks, then stages, then the end. It works on the memory alone and ends
 * nothing itself: the actor commits what has changed.
 */
export class RunProgress {
  /** How the run ends, once that is decided. */
  ending: Outcome | undefined;
  /** A stage needs another version of the program. */
  isForeign = false;
  private explained = false;
  /** Since when a stage is to return because the run is terminated; epoch milliseconds. */
  private abortedAt: number | undefined;
  /** The size of the run has not been checked yet. */
  private isNew = true;

  constructor(
    private readonly memory: RunMemory,
    private readonly leaves: LeafRunner,
    private readonly stages: StageRunner,
    private readonly owned: OwnedRun,
  ) {}

  /**
   * Takes the run as far as the memory allows. Answers when to call again at the latest; epoch milliseconds. `mayStart`: new
   * tasks may begin.
   */
  advance(now: number, mayStart: boolean): number {
    const { memory } = this;
    if (this.ending !== undefined) return now;
    if (memory.control.terminate !== null && !this.workflowIsOpen()) {
      this.abortedAt ??= now;
      return this.endStages(now, this.abortedAt, () => terminatedOutcome(memory));
    }
    if (now >= memory.deadlineAt && !this.workflowIsOpen())
      return this.endStages(now, memory.deadlineAt, () => stageDeadlineOutcome(memory, now));
    const tooLarge = this.isNew ? this.tooLarge(now) : undefined;
    this.isNew = false;
    if (tooLarge !== undefined) return this.end({ phase: 'Failed', ...tooLarge }, now);
    const before = this.stages.advance(memory.row.before, now);
    if (before.state !== 'done') return this.stageStep(before);
    const workflow = this.workflow(now, mayStart);
    if (workflow !== 'succeeded') return workflow;
    const after = this.stages.advance(memory.row.after, now);
    if (after.state !== 'done') return this.stageStep(after);
    return this.end({ phase: 'Succeeded', code: '', message: '' }, now);
  }

  private end(outcome: Outcome, at: number): number {
    this.ending = outcome;
    return at;
  }

  /** A call that a stage has in flight must not reach into the next operation; but the run ends, whatever the stage does. */
  private endStages(now: number, since: number, outcome: () => Outcome): number {
    this.stages.abort();
    const patience = since + ABORT_PATIENCE_MS;
    return this.stages.busy && now < patience ? patience : this.end(outcome(), now);
  }

  /**
   * Checked before the first stage, with the values that are there then, so that a run which is too large changes nothing. In a run
   * without stages the workflow's first step checks it.
   */
  private tooLarge(now: number): { code: string; message: string } | undefined {
    const { memory } = this;
    if (memory.row.before.length === 0) return undefined;
    const state = memory.stages.size > 0 || Object.keys(memory.nodes).length > 0 ? undefined : memory.state(now);
    return state === undefined ? undefined : atStep(memory.id, 'how large it becomes', () => sizeProblem(state, now));
  }

  private stageStep(progress: StageProgress): number {
    this.isForeign = progress.state === 'unknown';
    if (progress.state === 'failed') this.ending = { phase: 'Failed', code: progress.code, message: progress.message };
    return Math.min(progress.state === 'waiting' ? progress.until : Infinity, this.memory.deadlineAt);
  }

  /** The workflow's part: `succeeded`, or when to call again. */
  private workflow(now: number, mayStart: boolean): 'succeeded' | number {
    const { memory } = this;
    this.leaves.tick(now);
    if (this.isHeldBefore(now)) return Infinity;
    for (;;) {
      const state = memory.state(now);
      if (state === undefined) return 'succeeded';
      const room = this.owned.isDoubtful ? Math.min(this.leaves.room, DOUBTFUL_ROOM) : this.leaves.room;
      const atTask = (task: string, work: () => void) => atStep(memory.id, `task ${task}: whether and how it begins`, work);
      const next = advance({ ...state, room, atTask }, now);
      if (next.held !== undefined) {
        // The run is paused from here on, so no task of this step begins.
        for (const task of next.held) memory.hit(`task:${task}`, now);
        continue;
      }
      for (const node of next.changed) {
        memory.changed(node);
        this.leaves.ended(node);
      }
      if (next.outcome !== undefined) return this.workflowEnded(next.outcome, now);
      const starts = mayStart ? next.starts : [];
      for (const start of starts) this.leaves.start(start);
      // The rest of a wide loop begins with the next turns, one slice after another.
      if (next.more === true && room > 0) return now;
      // A leaf that failed while it was rendered may have ended the run.
      if (starts.some(({ node }) => memory.nodes[node.id]?.phase !== 'Running')) continue;
      return Math.min(next.wakeAt ?? Infinity, this.leaves.nextTick());
    }
  }

  /** A run that is held before its workflow has not begun it: the workflow's own time has not begun, either. */
  private isHeldBefore(now: number): boolean {
    const { memory } = this;
    const { workflow } = memory.row;
    if (workflow === null || memory.nodes[workflow.entrypoint] !== undefined) return false;
    if (!memory.control.paused && memory.holds('workflow')) memory.hit('workflow', now);
    return memory.control.paused;
  }

  private workflowEnded(outcome: { phase: string; message: string; code?: string }, now: number): 'succeeded' | number {
    const { memory } = this;
    if (outcome.phase === 'Succeeded') {
      const failure = evaluateOutputs(memory, now);
      return failure === undefined ? 'succeeded' : this.end(failure, Infinity);
    }
    if (memory.control.terminate !== null) return this.end(terminatedOutcome(memory), Infinity);
    // Pods and Events often know why; the end waits until they have been read once.
    if (!this.explained) {
      this.explained = true;
      if (this.leaves.explainFailures()) return Infinity;
    }
    if (this.leaves.busy) return Infinity;
    return this.end(failedOutcome(memory, outcome), Infinity);
  }

  /** True while tasks may be open: then `advance` of the plan package ends them, and with them the run. */
  private workflowIsOpen(): boolean {
    const root = this.memory.row.workflow === null ? undefined : this.memory.nodes[this.memory.row.workflow.entrypoint];
    return root !== undefined && root.phase === 'Running';
  }
}
