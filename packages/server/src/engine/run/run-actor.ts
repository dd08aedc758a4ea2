import { advance, evaluateOutput, ExpressionWork, type JsonObject, outputPlace, sizeProblem } from '@cellplane/plan';
import type { KubernetesClient } from '@cellplane/kubernetes';
import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { Sealer } from '../../secrets/envelope.js';
import { atStep, type OwnedRun, ownsRun } from '../../watchdog/loop-step.js';
import { forgive, markStep } from '../../watchdog/strikes.js';
import { isConnectionTrouble } from '../rows/batch.js';
import { RunBroken } from './broken-run.js';
import { type ClaimedRun, isDoubtful } from '../rows/claims.js';
import { explainInWords } from '../explain/explain.js';
import { pauseAfter } from './fair-share.js';
import type { Journal } from '../rows/journal.js';
import type { Control, RunCommit } from '../rows/write-commits.js';
import { LeafRunner } from './leaf/leaf-runner.js';
import { CALL_TIMEOUT_MS, Lease, LeaseLost } from '../rows/lease.js';
import type { Cells, Stage, KeptJudge, TaintJudge } from '../model.js';
import { RunMemory } from './run-memory.js';
import type { RunRow } from '../rows/run-row.js';
import { readRung } from './woken-run.js';
import { StageRunner } from './stage-runner.js';
import type { CellWatcher } from '../watch/cell-watcher.js';
import type { Observation } from '@cellplane/plan';

export interface ActorDeps {
  db: Database;
  owner: string;
  sealer: Sealer;
  cells: Cells;
  stages: ReadonlyMap<string, Stage>;
  refuseTainted: TaintJudge;
  keptObject: KeptJudge;
  journal: Journal;
  watcher: CellWatcher;
  clock: Clock;
  log: Logger;
  /** Something came while the run was being let go. */
  missed(id: string): void;
  /** Lets the run go until a time; false = it was rung meanwhile. */
  release(run: { id: string; fence: number; wakeSeq: number; dueAt: number | null }): Promise<boolean>;
  /** The run cannot be carried on, whoever tries: it is set aside. */
  broken(row: RunRow, reason: string): Promise<void>;
}

/** A run that has nothing to do stays in memory this long, in case something comes. Milliseconds. */
const LINGER_MS = 2_500;
/** Progress that nothing depends on is committed with the next transition, at most this much later. Milliseconds. */
const DEFER_MS = 50;
/** A stage that is cut off, at the deadline or because the run is terminated, has so long to come back. Milliseconds. */
const ABORT_PATIENCE_MS = 5_000;
/** A run that could not be let go is looked at again after this time. Milliseconds. */
const LET_GO_AGAIN_MS = 20;
/** A run at whose steps owners have ended, and that has been in one's hands for so long since, did not end them. Milliseconds. */
const FORGIVEN_MS = 60_000;
/** Of a run whose steps are told before they begin so many tasks begin in one go. */
const DOUBTFUL_ROOM = 4;
/** A run whose next timer is nearer than this is kept. Milliseconds. */
const NEAR_MS = 10_000;

type Outcome = { phase: 'Succeeded' | 'Failed' | 'Terminated'; code: string; message: string };

/**
 * The owner of one run, from claim to release. It goes round:
 *
 *   **absorb** what came into the mailbox (answers, observations, results of stages) → **think** (`advance`, stages, timers:
 *   memory only) → **commit** all of it in one statement, with the intents of what is to be sent → **launch** the requests →
 *   wait for the mailbox or the next timer; with nothing in flight for a while, **let go**: the run is a row again.
 *
 * Whatever goes wrong with the database or the lease ends the ownership: calls are aborted, the memory is dropped, and
 * the rows are claimed anew, here or elsewhere.
 */
export class RunActor {
  readonly lease: Lease;
  readonly done: Promise<void>;
  private readonly memory: RunMemory;
  private readonly leaves: LeafRunner;
  private readonly stages: StageRunner;
  private readonly owned: OwnedRun;
  private readonly forgivenAt: number;
  private readonly disown: () => void;
  private mailbox: (() => void)[] = [];
  private wakeUp: (() => void) | undefined;
  private rung = false;
  private stopping = false;
  private explained = false;
  private deferredUntil = 0;
  private ending: Outcome | undefined;
  /** Since when a stage is asked to come back because the run is terminated; epoch milliseconds. */
  private cutOffAt: number | undefined;
  private foreign = false;
  /** Nobody has looked yet whether the run would become too large. */
  private isNew = true;

  constructor(
    private readonly deps: ActorDeps,
    claimed: ClaimedRun,
    claimSentAt: number,
  ) {
    const { clock } = deps;
    this.lease = new Lease(claimed.row.id, claimed.row.fence, () => clock.monotonic(), claimSentAt);
    const { row } = claimed;
    this.forgivenAt = claimSentAt + FORGIVEN_MS;
    this.owned = {
      fence: row.fence,
      isDoubtful: isDoubtful(row),
    };
    this.disown = ownsRun(row.id, this.owned);
    try {
      this.memory = atStep(row.id, 'its stored values', () => new RunMemory(claimed, deps.sealer, clock.now()));
    } catch (error) {
      this.disown();
      throw error;
    }
    const post = (absorb: () => void) => this.post(absorb);
    const client = (): Promise<KubernetesClient> => deps.cells.client(this.memory.row.cell_id);
    this.leaves = new LeafRunner({
      memory: this.memory,
      lease: this.lease,
      clock,
      waits: deps.watcher,
      client,
      refuseTainted: (texts) => deps.refuseTainted(this.memory.row.subject, texts),
      keptObject: (object) => deps.keptObject(this.memory.id, object),
      explain: async (cluster, namespace, object, signal) => {
        await this.lease.cover(CALL_TIMEOUT_MS);
        const found = await explainInWords(cluster, namespace, object, {
          signal: AbortSignal.any([signal, this.lease.signal]),
          timeoutMs: CALL_TIMEOUT_MS,
        });
        return found;
      },
      post,
    });
    this.stages = new StageRunner({
      memory: this.memory,
      lease: this.lease,
      clock,
      log: deps.log,
      db: deps.db,
      owner: deps.owner,
      stages: deps.stages,
      client,
      post,
    });
    this.lease.signal.addEventListener('abort', () => {
      // Calls in flight end with the lease, not when this actor's turn comes.
      this.leaves.abort();
      this.stages.abort();
      this.wake();
    });
    this.done = this.live(claimed.takenOver);
  }

  get id(): string {
    return this.memory.id;
  }

  /** The run needs another version of the program: it was let go at once, and is not for this process to take up again soon. */
  get isForeign(): boolean {
    return this.foreign;
  }

  /** Owners before have ended at one of its steps. */
  get isStruck(): boolean {
    return this.memory.row.strikes > 0;
  }

  /** Something outside has changed the run's rows. */
  ring(): void {
    this.rung = true;
    this.wake();
  }

  /** How often the run was rung, as a renewal has seen it. */
  rungUntil(wakeSeq: number): void {
    if (wakeSeq !== this.memory.control.wakeSeq) this.ring();
  }

  observe(nodeId: string, observation: Observation): void {
    this.post(() => this.leaves.observe(nodeId, observation));
  }

  /** The program stops: what is in flight is finished, nothing new begins, the run is let go. */
  stop(): void {
    this.stopping = true;
    this.leaves.halt();
    this.stages.abort();
    this.wake();
  }

  private post(absorb: () => void): void {
    this.mailbox.push(absorb);
    this.wake();
  }

  private wake(): void {
    this.wakeUp?.();
    this.wakeUp = undefined;
  }

  private async live(takenOver: boolean): Promise<void> {
    try {
      this.inMemory('what was in progress', () => this.leaves.resume(takenOver));
      while (!(await this.turn())) this.lease.signal.throwIfAborted();
    } catch (error) {
      if (error instanceof RunBroken) await this.deps.broken(this.memory.row, error.message);
      else if (!(error instanceof LeaseLost))
        this.deps.log.error({ run: this.id, error: messageOf(error) }, 'a run was given up here and will be taken up again');
    } finally {
      this.disown();
      this.lease.lose('this process no longer works on it');
      this.leaves.abort();
      this.stages.abort();
      if (this.mailbox.length > 0) this.deps.missed(this.id);
    }
  }

  /** One round. Answers whether the run is no longer ours. */
  private async turn(): Promise<boolean> {
    if (this.rung) await this.reload();
    const began = process.cpuUsage();
    const wakeAt = this.inMemory('what comes next', () => {
      for (const absorb of this.mailbox.splice(0)) absorb();
      return this.think();
    });
    const pause = pauseAfter(process.cpuUsage(began));
    if (this.ending !== undefined) return this.end(this.ending);
    const deferred = this.mayDefer();
    const commits = deferred
      ? []
      : this.inMemory('what is to be stored', () => this.memory.takeCommits(!this.deps.watcher.isMine(this.memory.row.cell_id)));
    for (const commit of commits) {
      const control = await this.deps.journal.commit(commit, this.lease.signal);
      if (control === undefined) throw new LeaseLost(`run ${this.id} belongs to another process`);
      this.accept(control);
    }
    if (this.isStruck && this.deps.clock.monotonic() >= this.forgivenAt) await this.forgive();
    if (!this.stopping) {
      this.leaves.launch();
      this.stages.launch();
    }
    if (pause > 0) await this.giveWay(pause);
    if (this.rung || this.mailbox.length > 0) return false;
    const busy = this.leaves.busy || this.stages.busy;
    if ((this.stopping || this.foreign) && !busy) return this.letGo(this.deps.clock.now());
    const idle = await this.rest(deferred ? Math.min(wakeAt, this.deferredUntil) : wakeAt, busy);
    return idle && !busy ? this.letGo(wakeAt) : false;
  }

  /** It has been worked on for long, and this process is still there. */
  private async forgive(): Promise<void> {
    const { row } = this.memory;
    await forgive(this.deps.db, { run: this.id, fence: this.lease.fence });
    Object.assign(row, { strikes: 0, struck_at: null, taken_over: 0 });
    this.owned.isDoubtful = false;
  }

  /** A step that was long is followed by a while for others: one run has no more than its share of the event loop. */
  private async giveWay(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    this.lease.signal.throwIfAborted();
  }

  /** Work on the memory alone: what fails here fails each time, so the run is set aside instead of being taken up again and again. */
  private inMemory<T>(step: string, work: () => T): T {
    try {
      return atStep(this.id, step, work);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      throw new RunBroken(messageOf(error), { cause: error });
    }
  }

  /**
   * True while what has changed may wait a moment for the next commit: only tasks that have succeeded, while another call of
   * the run is in flight, and nothing is about to be sent. If the process dies meanwhile, these tasks are done once more, as if it
   * had died before their answers came.
   */
  private mayDefer(): boolean {
    const now = this.deps.clock.now();
    const may = this.leaves.busy && !this.leaves.pending && !this.stages.pending && !this.stopping && this.memory.onlySuccesses;
    if (!may) this.deferredUntil = 0;
    else if (this.deferredUntil === 0) this.deferredUntil = now + DEFER_MS;
    return may && now < this.deferredUntil;
  }

  /** Memory only: stages, then the workflow, then stages. Answers when to look again at the latest; epoch milliseconds. */
  private think(): number {
    const { memory } = this;
    const now = this.deps.clock.now();
    if (this.ending !== undefined) return now;
    if (memory.control.terminate !== null && !this.workflowOpen()) {
      this.stages.abort();
      // What a stage has under way must not reach into the next operation; but a run ends, whatever a stage does.
      this.cutOffAt ??= now;
      const patience = this.cutOffAt + ABORT_PATIENCE_MS;
      if (this.stages.busy && now < patience) return patience;
      this.ending = this.terminated();
      return now;
    }
    if (now >= memory.deadlineAt && !this.workflowOpen()) {
      this.stages.abort();
      const patience = memory.deadlineAt + ABORT_PATIENCE_MS;
      if (this.stages.busy && now < patience) return patience;
      this.ending = { phase: 'Failed', code: 'deadline-exceeded', message: this.stageDeadline(now) };
      return now;
    }
    const tooLarge = this.isNew ? this.tooLarge(now) : undefined;
    this.isNew = false;
    if (tooLarge !== undefined) {
      this.ending = { phase: 'Failed', ...tooLarge };
      return now;
    }
    const before = this.stages.advance(memory.row.before, now);
    if (before.state !== 'done') return this.stageStep(before);
    const workflow = this.workflow(now);
    if (workflow !== 'succeeded') return workflow;
    const after = this.stages.advance(memory.row.after, now);
    if (after.state !== 'done') return this.stageStep(after);
    this.ending = { phase: 'Succeeded', code: '', message: '' };
    return now;
  }

  /** Counted with the values that are there before the first stage, so that what is too large touches nothing; without stages the workflow's first step counts. */
  private tooLarge(now: number): { code: string; message: string } | undefined {
    if (this.memory.row.before.length === 0) return undefined;
    const state = this.memory.stages.size > 0 || Object.keys(this.memory.nodes).length > 0 ? undefined : this.memory.state(now);
    return state === undefined ? undefined : atStep(this.id, 'how large it becomes', () => sizeProblem(state, now));
  }

  private stageStep(progress: { state: string; until?: number; code?: string; message?: string }): number {
    this.foreign = progress.state === 'unknown';
    if (progress.state === 'failed')
      this.ending = { phase: 'Failed', code: progress.code ?? 'stage-failed', message: progress.message ?? '' };
    return Math.min(progress.until ?? Infinity, this.memory.deadlineAt);
  }

  /** The workflow's part of a round: `succeeded`, or when to look again. */
  private workflow(now: number): 'succeeded' | number {
    const { memory } = this;
    this.leaves.tick(now);
    if (this.heldBefore(now)) return Infinity;
    for (;;) {
      const state = memory.state(now);
      if (state === undefined) return 'succeeded';
      const room = this.owned.isDoubtful ? Math.min(this.leaves.room, DOUBTFUL_ROOM) : this.leaves.room;
      const atTask = (task: string, work: () => void) => atStep(this.id, `task ${task}: whether and how it begins`, work);
      const next = advance({ ...state, room, atTask }, now);
      if (next.held !== undefined) {
        // The run is paused from here on, so nothing of this step begins.
        for (const task of next.held) memory.hit(`task:${task}`, now);
        continue;
      }
      for (const node of next.changed) {
        memory.changed(node);
        this.leaves.ended(node);
      }
      if (next.outcome !== undefined) return this.workflowEnded(next.outcome);
      const starts = this.stopping ? [] : next.starts;
      for (const start of starts) this.leaves.start(start);
      // The rest of a wide loop begins with the next turns, one slice after another.
      if (next.more === true && room > 0) return now;
      // A leaf that failed while it was rendered may have ended the run.
      if (starts.some(({ node }) => memory.nodes[node.id]?.phase !== 'Running')) continue;
      return Math.min(next.wakeAt ?? Infinity, this.leaves.nextTick());
    }
  }

  /** A run that is held before its workflow has not begun it: the workflow's own time has not begun, either. */
  private heldBefore(now: number): boolean {
    const { memory } = this;
    const { workflow } = memory.row;
    if (workflow === null || memory.nodes[workflow.entrypoint] !== undefined) return false;
    if (!memory.control.paused && memory.holds('workflow')) memory.hit('workflow', now);
    return memory.control.paused;
  }

  private workflowEnded(outcome: { phase: string; message: string; code?: string }): 'succeeded' | number {
    const { memory } = this;
    if (outcome.phase === 'Succeeded') return this.evaluateOutputs() ?? 'succeeded';
    if (memory.control.terminate !== null) {
      this.ending = this.terminated();
      return Infinity;
    }
    // Pods and Events often know why; the end waits for one look.
    if (!this.explained) {
      this.explained = true;
      if (this.leaves.explainFailures()) return Infinity;
    }
    if (this.leaves.busy) return Infinity;
    const failed = Object.values(memory.nodes).find((node) => node.leaf?.phase === 'Failed' && node.phase !== 'Succeeded');
    const explanation = failed?.leaf?.explanation;
    const message =
      explanation === undefined || outcome.message.includes(explanation) ? outcome.message : `${outcome.message}; ${explanation}`;
    this.ending = { phase: 'Failed', code: outcome.code ?? failed?.leaf?.lastError?.code ?? 'workflow-failed', message };
    return Infinity;
  }

  private evaluateOutputs(): number | undefined {
    const { memory } = this;
    const tasks: Record<string, JsonObject | null> = {};
    for (const node of Object.values(memory.nodes)) if (node.leaf !== undefined) tasks[node.task] = null;
    Object.assign(tasks, memory.taskObjects());
    const work = new ExpressionWork();
    for (const { name, value } of memory.row.workflow?.outputs ?? []) {
      const output = atStep(this.id, `output ${name}`, () =>
        evaluateOutput(value, { tasks, known: memory.values, place: outputPlace(name), work }),
      );
      if (!output.ok) {
        this.ending = { phase: 'Failed', code: 'output-failed', message: `output ${name}: ${output.problem.message}` };
        return Infinity;
      }
      // Looked at again in later rounds: said once.
      if (output.value.value === null && !Object.hasOwn(memory.outputs, name))
        memory.event({
          at: this.deps.clock.now(),
          type: 'WorkflowStepDebug',
          step: `output ${name}`,
          message: `WARNING: output ${name} is null: ${value.trim()} is not there`,
        });
      // Any object may repeat a secret that the run has put into it.
      const secret = output.value.secret === true || memory.redactor.holds(output.value.value);
      memory.outputs[name] = { value: output.value.value, ...(secret ? { secret: true } : {}) };
    }
    return undefined;
  }

  /** True while tasks may be open: then `advance` ends them, and with them the run. */
  private workflowOpen(): boolean {
    const root = this.memory.row.workflow === null ? undefined : this.memory.nodes[this.memory.row.workflow.entrypoint];
    return root !== undefined && root.phase === 'Running';
  }

  private terminated(): Outcome {
    return { phase: 'Terminated', code: 'terminated', message: this.memory.control.terminate ?? '' };
  }

  private stageDeadline(now: number): string {
    const open = [...this.memory.stages.values()].find((stage) => stage.state === 'Waiting' || stage.state === 'Running');
    const seconds = Math.round((now - this.memory.startedAt) / 1_000);
    const waited = open?.waiting?.for ?? open?.message ?? '';
    return `DeadlineExceeded: the run did not end within ${seconds} s${open === undefined ? '' : `; ${open.title}`}${waited === '' ? '' : `: ${waited}`}`;
  }

  /** Waits for the mailbox, a ring or a timer. Answers true if nothing came for so long that the run may be let go. */
  private rest(wakeAt: number, busy: boolean): Promise<boolean> {
    const untilWake = wakeAt - this.deps.clock.now();
    // Timers of released runs are found by a sweep each second; a near one is kept here, where it is exact.
    const linger = busy || untilWake < NEAR_MS ? Infinity : LINGER_MS;
    return new Promise((resolve) => {
      const finish = (idle: boolean) => {
        clearTimeout(timer);
        this.wakeUp = undefined;
        resolve(idle);
      };
      const timer = setTimeout(() => finish(untilWake > linger), Math.max(0, Math.min(untilWake, linger, 60_000)));
      this.wakeUp = () => finish(false);
      if (this.rung || this.mailbox.length > 0 || this.lease.signal.aborted) finish(false);
    });
  }

  private async letGo(wakeAt: number): Promise<boolean> {
    const dueAt = Math.min(wakeAt, this.memory.deadlineAt);
    const released = await this.deps.release({
      id: this.id,
      fence: this.lease.fence,
      wakeSeq: this.memory.control.wakeSeq,
      dueAt: Number.isFinite(dueAt) ? dueAt : null,
    });
    if (!released) {
      this.rung = true;
      // Its row may be held by somebody; then it is asked again now and then, not as fast as the database answers.
      await new Promise((resolve) => setTimeout(resolve, LET_GO_AGAIN_MS));
    }
    return released;
  }

  private accept(control: Control): void {
    const { wakeSeq } = this.memory.control;
    if (control.wakeSeq !== wakeSeq) this.rung = true;
    // What a ring is about is read in the next round; but a pause holds from the commit that has seen it.
    this.memory.control = { ...control, wakeSeq };
  }

  /** Reads what others may have written: wishes, and observations of a watcher in another process. */
  private async reload(): Promise<void> {
    this.rung = false;
    const rung = await readRung(this.deps.db, this.deps.owner, this.deps.sealer, this.id, this.lease.fence);
    if (rung === undefined) throw new LeaseLost(`run ${this.id} belongs to another process`);
    this.memory.control = rung.control;
    for (const { nodeId, observation } of rung.observations) this.leaves.observe(nodeId, observation, true);
  }

  /** Ends the run: its last transition and what the domain makes of it, in one transaction. */
  private async end(outcome: Outcome): Promise<boolean> {
    const { deps, memory } = this;
    for (const node of Object.values(memory.nodes)) if (node.leaf !== undefined) this.leaves.ended(node);
    memory.end(outcome, deps.clock.now());
    // What the domain makes of it is work on the run as well.
    if (this.isStruck) await markStep(deps.db, { run: this.id, fence: this.lease.fence, label: 'its end' });
    const commits = memory.takeCommits(false);
    const commit = commits.pop() as RunCommit;
    for (const one of commits)
      if ((await deps.journal.commit(one, this.lease.signal)) === undefined)
        throw new LeaseLost(`run ${this.id} belongs to another process`);
    const message = memory.redactor.text(outcome.message);
    for (let attempt = 1; ; attempt++) {
      try {
        const run = { ...memory.view(), phase: outcome.phase, message, finishedAt: new Date(deps.clock.now()) };
        await deps.journal.end({ commit, ended: { run, outcome: outcome.phase, message, code: outcome.code } }, this.lease.signal);
        return true;
      } catch (error) {
        if (error instanceof LeaseLost) throw error;
        if (attempt >= 5) throw isConnectionTrouble(error) ? error : new RunBroken(`its end cannot be stored: ${messageOf(error)}`);
        // A deadlock with the domain's own transaction, or a hiccup of the database: the whole end is done again.
        deps.log.warn({ run: this.id, error: messageOf(error) }, 'the end of a run could not be committed and is tried again');
        await new Promise((resolve) => setTimeout(resolve, 50 * attempt));
        this.lease.signal.throwIfAborted();
      }
    }
  }
}
