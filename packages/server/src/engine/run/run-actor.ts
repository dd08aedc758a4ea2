import type { Observation } from '@cellplane/plan';
import { messageOf } from '../../errors.js';
import type { Sealer } from '../../secrets/envelope.js';
import { atStep, type OwnedRun, ownsRun } from '../../watchdog/loop-step.js';
import { forgive, markStep } from '../rows/strikes.js';
import { type ClaimedRun, isDoubtful, type Release } from '../rows/claims.js';
import type { Journal } from '../rows/journal.js';
import { Lease, LeaseLost } from '../rows/lease.js';
import type { RunRow } from '../rows/run-row.js';
import type { Control } from '../rows/write-commits.js';
import { RunBroken } from './broken-run.js';
import { StepMeter } from './fair-share.js';
import type { LeafRunner } from './leaf/leaf-runner.js';
import { Mailbox } from './mailbox.js';
import type { Outcome } from './outcome.js';
import { commitEnd } from './run-end.js';
import { RunMemory } from './run-memory.js';
import { RunProgress } from './run-progress.js';
import { makeRunners, type RunnerDeps } from './runners.js';
import type { StageRunner } from './stage-runner.js';
import { readWoken } from './woken-run.js';

export interface ActorDeps extends RunnerDeps {
  sealer: Sealer;
  journal: Journal;
  /** A message came while the run was being released. */
  missed(id: string): void;
  /** Releases the run until a time; false = it was woken meanwhile. */
  release(run: Release): Promise<boolean>;
  /** The run cannot be carried on, whoever tries: it is set aside. */
  broken(row: RunRow, reason: string): Promise<void>;
}

/** A run with nothing to do stays in memory so long, in case a message comes. Milliseconds. */
const LINGER_MS = 2_500;
/** Progress that no request depends on is committed with the next transition, at most so much later. Milliseconds. */
const DEFER_MS = 50;
/** A run that could not be released has its next turn after this time. Milliseconds. */
const RELEASE_AGAIN_MS = 20;
/** A suspect run that its new owner has had for so long did not crash the earlier owners. Milliseconds. */
const FORGIVEN_MS = 60_000;
/** A run whose next timer is nearer than this is not released. Milliseconds. */
const NEAR_MS = 10_000;
/** An actor has a turn at least so often. Milliseconds. */
const LONGEST_REST_MS = 60_000;

/**
 * The owner of one run, from the claim to the release. Its turns go round:
 *
 *   **absorb** the messages of the mailbox (answers, observations, results of stages) → **advance** (stages, the workflow, timers: in
 *   memory only) → **commit** all changes in one statement, with the intents of the requests that follow → **launch** the requests →
 *   **rest** until the next message or timer; a run that is idle for a while is **released**: it is a row again.
 *
 * Trouble with the database or the lease ends the ownership: calls are aborted, the memory is dropped, and the rows are claimed again,
 * by this process or another.
 */
export class RunActor {
  readonly lease: Lease;
  readonly done: Promise<void>;
  private readonly memory: RunMemory;
  private readonly leaves: LeafRunner;
  private readonly stages: StageRunner;
  private readonly progress: RunProgress;
  private readonly owned: OwnedRun;
  private readonly forgivenAt: number;
  private readonly disown: () => void;
  private readonly mailbox = new Mailbox();
  private readonly meter = new StepMeter();
  private isWoken = false;
  private stopping = false;
  private deferredUntil = 0;

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
    const { leaves, stages } = makeRunners(deps, this.memory, this.lease, (absorb) => this.mailbox.post(absorb));
    this.leaves = leaves;
    this.stages = stages;
    this.progress = new RunProgress(this.memory, this.leaves, this.stages, this.owned);
    this.lease.signal.addEventListener('abort', () => {
      // Calls in flight end with the lease, not when this actor's turn comes.
      this.leaves.abort();
      this.stages.abort();
      this.mailbox.interrupt();
    });
    this.done = this.live(claimed.takenOver);
  }

  get id(): string {
    return this.memory.id;
  }

  /** The run needs another version of the program: it was released at once, and this process does not claim it again soon. */
  get isForeign(): boolean {
    return this.progress.isForeign;
  }

  /** Earlier owners have ended at one of its steps. */
  get isSuspect(): boolean {
    return this.memory.row.strikes > 0;
  }

  /** Another process or transaction has changed the run's rows: they are read again. */
  wake(): void {
    this.isWoken = true;
    this.mailbox.interrupt();
  }

  /** The number of wake-ups that a renewal has read from the row. */
  wokenUntil(wakeSeq: number): void {
    if (wakeSeq !== this.memory.control.wakeSeq) this.wake();
  }

  observe(nodeId: string, observation: Observation): void {
    this.mailbox.post(() => this.leaves.observe(nodeId, observation));
  }

  /** The program stops: calls in flight are finished, nothing new begins, the run is released. */
  stop(): void {
    this.stopping = true;
    this.leaves.halt();
    this.stages.abort();
    this.mailbox.interrupt();
  }

  private async live(takenOver: boolean): Promise<void> {
    try {
      this.inMemory('what was in progress', () => this.leaves.resume(takenOver));
      while (!(await this.turn())) this.lease.signal.throwIfAborted();
    } catch (error) {
      if (error instanceof RunBroken) await this.deps.broken(this.memory.row, error.message);
      else if (!(error instanceof LeaseLost))
        this.deps.log.error({ run: this.id, error: messageOf(error) }, 'a run was given up here and will be claimed again');
    } finally {
      this.disown();
      this.lease.lose('this process no longer works on it');
      this.leaves.abort();
      this.stages.abort();
      if (!this.mailbox.isEmpty) this.deps.missed(this.id);
    }
  }

  /** One turn. Answers whether the run is no longer ours. */
  private async turn(): Promise<boolean> {
    if (this.isWoken) await this.reload();
    const { made: wakeAt, pauseMs } = this.meter.measure(() =>
      this.inMemory('what comes next', () => {
        this.mailbox.absorb();
        return this.progress.advance(this.deps.clock.now(), !this.stopping);
      }),
    );
    if (this.progress.ending !== undefined) {
      await this.end(this.progress.ending);
      return true;
    }
    const deferred = this.mayDefer();
    const commits = deferred
      ? []
      : this.inMemory('what is to be stored', () => this.memory.takeCommits(!this.deps.waits.isMine(this.memory.row.cell_id)));
    for (const commit of commits) {
      const control = await this.deps.journal.commit(commit, this.lease.signal);
      if (control === undefined) throw new LeaseLost(`run ${this.id} belongs to another process`);
      this.accept(control);
    }
    if (this.isSuspect && this.deps.clock.monotonic() >= this.forgivenAt) await this.forgive();
    if (!this.stopping) {
      this.leaves.launch();
      this.stages.launch();
    }
    if (pauseMs > 0) await this.giveWay(pauseMs);
    if (this.isWoken || !this.mailbox.isEmpty) return false;
    const busy = this.leaves.busy || this.stages.busy;
    if ((this.stopping || this.isForeign) && !busy) return this.release(this.deps.clock.now());
    const idle = await this.rest(deferred ? Math.min(wakeAt, this.deferredUntil) : wakeAt, busy);
    return idle && !busy ? this.release(wakeAt) : false;
  }

  /** The run has been worked on for long without ending this process. */
  private async forgive(): Promise<void> {
    const { row } = this.memory;
    await forgive(this.deps.db, { run: this.id, fence: this.lease.fence });
    Object.assign(row, { strikes: 0, struck_at: null, taken_over: 0 });
    this.owned.isDoubtful = false;
  }

  /** After a long step other runs have their turns: one run has no more than its share of the event loop. */
  private async giveWay(milliseconds: number): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    this.lease.signal.throwIfAborted();
  }

  /** Work on the memory alone. An error in it comes back each time, so the run is set aside instead of being claimed again and again. */
  private inMemory<T>(step: string, work: () => T): T {
    try {
      return atStep(this.id, step, work);
    } catch (error) {
      if (error instanceof LeaseLost) throw error;
      throw new RunBroken(messageOf(error), { cause: error });
    }
  }

  /**
   * True while the changes may wait a moment for the next commit: only tasks have succeeded, another call of the run is in flight,
   * and no request is about to be sent. If the process dies meanwhile, these tasks are done once more, as if it had died before their
   * answers came.
   */
  private mayDefer(): boolean {
    const now = this.deps.clock.now();
    const may = this.leaves.busy && !this.leaves.pending && !this.stages.pending && !this.stopping && this.memory.onlySuccesses;
    if (!may) this.deferredUntil = 0;
    else if (this.deferredUntil === 0) this.deferredUntil = now + DEFER_MS;
    return may && now < this.deferredUntil;
  }

  /** Waits for a message, a wake-up or a timer. Answers true if none came for so long that the run may be released. */
  private async rest(wakeAt: number, busy: boolean): Promise<boolean> {
    if (this.lease.signal.aborted) return false;
    const untilWake = wakeAt - this.deps.clock.now();
    // Timers of released runs are found by a sweep each second; a near one is kept here, where it is exact.
    const linger = busy || untilWake < NEAR_MS ? Infinity : LINGER_MS;
    return (await this.mailbox.rest(Math.min(untilWake, linger, LONGEST_REST_MS))) && untilWake > linger;
  }

  private async release(wakeAt: number): Promise<boolean> {
    const dueAt = Math.min(wakeAt, this.memory.deadlineAt);
    const released = await this.deps.release({
      id: this.id,
      fence: this.lease.fence,
      wakeSeq: this.memory.control.wakeSeq,
      dueAt: Number.isFinite(dueAt) ? dueAt : null,
    });
    if (!released) {
      this.isWoken = true;
      // The row may be locked for a while: ask again now and then, not as fast as the database answers.
      await new Promise((resolve) => setTimeout(resolve, RELEASE_AGAIN_MS));
    }
    return released;
  }

  private accept(control: Control): void {
    const { wakeSeq } = this.memory.control;
    if (control.wakeSeq !== wakeSeq) this.isWoken = true;
    // The rows behind a wake-up are read in the next turn; but a pause holds from the commit that has read it.
    this.memory.control = { ...control, wakeSeq };
  }

  /** Reads the rows that others write: what users want of the run, and observations of a watcher in another process. */
  private async reload(): Promise<void> {
    this.isWoken = false;
    const woken = await readWoken(this.deps.db, this.deps.owner, this.deps.sealer, this.id, this.lease.fence);
    if (woken === undefined) throw new LeaseLost(`run ${this.id} belongs to another process`);
    this.memory.control = woken.control;
    for (const { nodeId, observation } of woken.observations) this.leaves.observe(nodeId, observation, true);
  }

  /** Ends the run. The domain's part of the end is work on the run as well, so its step is stored before. */
  private async end(outcome: Outcome): Promise<void> {
    const { deps, memory, lease } = this;
    for (const node of Object.values(memory.nodes)) if (node.leaf !== undefined) this.leaves.ended(node);
    if (this.isSuspect) await markStep(deps.db, { run: this.id, fence: lease.fence, label: 'its end' });
    await commitEnd({ memory, lease, journal: deps.journal, clock: deps.clock, log: deps.log }, outcome);
  }
}
