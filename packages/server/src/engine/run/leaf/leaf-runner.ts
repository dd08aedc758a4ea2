import { isFulfilled, type LeafStart, type LeafState, type Observation, type RunNode } from '@cellplane/plan';
import { LeaseLost } from '../../rows/lease.js';
import { requestsAtOnce, SLICE } from '../fair-share.js';
import { type InBackground, LeafCalls } from './leaf-calls.js';
import { LeafExplanations } from './leaf-explanations.js';
import { backOff } from './leaf-failure.js';
import type { LeafMemory } from './leaf-memory.js';
import { startLeaf } from './leaf-start.js';
import { HURRY, isFinished, LeafTransitions } from './leaf-transitions.js';
import type { LeafWorld } from './leaf-world.js';

/**
 * The leaves of one run: when each is rendered, sent, read and explained. What an answer or an observation makes of a leaf
 * is `LeafTransitions`' part. Everything here changes memory only; requests are sent by `launch`, after the actor has committed.
 */
export class LeafRunner {
  private readonly toLaunch = new Set<string>();
  /** Decided and committed, and not sent yet. */
  private readonly committed = new Set<string>();
  private halted = false;
  private inFlight = 0;

  private readonly leaf: LeafTransitions;
  private readonly calls: LeafCalls;
  private readonly explanations: LeafExplanations;

  constructor(private readonly world: LeafWorld) {
    this.leaf = new LeafTransitions(world, (id) => this.toLaunch.add(id));
    const inBackground: InBackground = (leaf, work) => this.inBackground(leaf, work);
    this.calls = new LeafCalls(world, this.leaf, inBackground);
    this.explanations = new LeafExplanations(world, inBackground);
  }

  get busy(): boolean {
    return this.inFlight > 0;
  }

  /** After a claim: what the rows say is in progress goes on. */
  resume(takenOver: boolean): void {
    for (const [id, leaf] of this.world.memory.leaves) {
      const node = this.world.memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf)) continue;
      leaf.open = true;
      leaf.mustRead = takenOver;
      this.leaf.register(node, leaf);
      // What the attempt that was under way, or an earlier one, came to is not known.
      leaf.repeated = node.leaf.phase === 'Applying';
      leaf.lost = node.leaf.phase === 'Applying' && node.leaf.nextRetryAt === undefined;
      if (node.leaf.phase === 'Applying' && node.leaf.nextRetryAt === undefined) this.toLaunch.add(id);
      else if (node.leaf.phase === 'AwaitingCondition') {
        if (takenOver) this.toLaunch.add(id);
        else {
          if (node.leaf.observation !== undefined) this.leaf.see(node, node.leaf.observation);
          // The watch may have observed more while the run had no owner.
          const held = node.leaf.object && this.world.waits.latest(this.world.memory.row.cell_id, node.leaf.object);
          if (held !== undefined && !isFinished(node.leaf)) this.leaf.see(node, held);
        }
      }
    }
  }

  /** Begins a leaf that is ready. */
  start(start: LeafStart): void {
    if (startLeaf(this.world, this.leaf, start)) this.toLaunch.add(start.node.id);
  }

  /** Timers that have come: retries, reads, deadlines, explanations. */
  tick(now: number): void {
    const { memory } = this.world;
    for (const [id, leaf] of memory.leaves) {
      const node = memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf) || node.phase !== 'Running') continue;
      if (leaf.busy !== undefined || this.toLaunch.has(id) || this.committed.has(id)) continue;
      if (node.leaf.nextRetryAt !== undefined && now >= node.leaf.nextRetryAt) {
        delete node.leaf.nextRetryAt;
        node.leaf.attempts++;
        node.leaf.phase = 'Applying';
        leaf.repeated = true;
        memory.changed(node);
        this.toLaunch.add(id);
      } else if (readDue(node.leaf, leaf) <= now) {
        // The watch may be behind or cut off: what time decides is decided on an object that is read now.
        leaf.readAt = undefined;
        this.toLaunch.add(id);
      } else if (this.explanations.dueAt(node, leaf) <= now) this.explanations.explain(node, leaf);
    }
  }

  /** The next time at which `tick` has something to do. Epoch milliseconds. */
  nextTick(): number {
    let next = Infinity;
    for (const [id, leaf] of this.world.memory.leaves) {
      const node = this.world.memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf) || node.phase !== 'Running') continue;
      if (leaf.busy !== undefined) continue;
      next = Math.min(next, node.leaf.nextRetryAt ?? Infinity, readDue(node.leaf, leaf), this.explanations.dueAt(node, leaf));
    }
    return next;
  }

  /** Sends what has been decided; its intents are committed by now. What there is no turn for yet goes out as answers come. */
  launch(): void {
    for (const id of this.toLaunch) this.committed.add(id);
    this.toLaunch.clear();
    this.send();
  }

  /** Nothing more is sent: the program stops. */
  halt(): void {
    this.halted = true;
  }

  /**
   * Sends as many as may be under way. A commit tells whether the run has been paused before it: then a task that was never tried
   * waits here for the resume.
   */
  private send(): void {
    if (this.halted) return;
    const most = requestsAtOnce(this.committed.size + this.inFlight);
    for (const id of this.committed) {
      if (this.inFlight >= most) return;
      const node = this.world.memory.nodes[id];
      const leaf = this.world.memory.leaves.get(id);
      const open = node?.leaf !== undefined && leaf !== undefined && !isFinished(node.leaf) && node.phase === 'Running';
      if (open && this.world.memory.control.paused && node.leaf?.phase === 'Applying' && node.leaf.attempts <= 1) continue;
      this.committed.delete(id);
      if (!open || node.leaf === undefined) continue;
      if (node.leaf.phase === 'AwaitingCondition' && this.leaf.template(node).action !== 'delete') this.calls.read(node, leaf);
      else this.calls.attempt(node, leaf);
    }
  }

  /** How many more tasks may begin: those that wait for their turn, or for an answer, are enough. */
  get room(): number {
    return Math.max(0, SLICE - this.toLaunch.size - this.committed.size - this.inFlight);
  }

  /** Explains leaves that have failed. Answers whether one is explained now: the run's end waits for it. */
  explainFailures(): boolean {
    return this.explanations.explainFailures();
  }

  /** True if a request waits to be launched after the next commit. */
  get pending(): boolean {
    return this.toLaunch.size > 0;
  }

  /** An observation by the watcher; `stored`: of the row that it wrote. */
  observe(nodeId: string, observation: Observation, stored = false): void {
    const node = this.world.memory.nodes[nodeId];
    const leaf = this.world.memory.leaves.get(nodeId);
    if (node?.leaf === undefined || leaf === undefined || node.phase !== 'Running') return;
    if (stored) leaf.isStored(observation, node.leaf.verdict);
    if (node.leaf.phase === 'AwaitingCondition') this.leaf.see(node, observation);
    else if (node.leaf.phase === 'Applying') {
      leaf.early = observation;
      // Something happened to what an attempt waits for (being deleted, not there yet): no need to wait for the timer.
      if (leaf.busy === undefined && node.leaf.nextRetryAt !== undefined && HURRY.has(node.leaf.lastError?.code ?? '')) {
        node.leaf.nextRetryAt = this.world.clock.now();
      }
    }
  }

  /** Ends what is in flight; the answers are not waited for. */
  abort(): void {
    this.halted = true;
    for (const leaf of this.world.memory.leaves.values()) leaf.busy?.abort();
  }

  /** A node that `advance` has ended (terminated, past a deadline): it waits for nothing any more. */
  ended(node: RunNode): void {
    const leaf = this.world.memory.leaves.get(node.id);
    if (leaf === undefined || !isFulfilled(node)) return;
    leaf.busy?.abort();
    if (leaf.open) {
      this.leaf.release(node, leaf);
      const code = this.world.memory.control.terminate === null ? 'deadline-exceeded' : 'terminated';
      this.leaf.failureEvent(node, code, [node.message, node.leaf?.explanation].filter((part) => part !== undefined).join('; '));
    }
  }

  /** Runs something in the background; what it resolves to is absorbed in the actor's turn. */
  private inBackground(leaf: LeafMemory, work: (signal: AbortSignal) => Promise<() => void>): void {
    const controller = new AbortController();
    leaf.busy = controller;
    this.inFlight++;
    const finish = (absorb: () => void) => {
      this.inFlight--;
      this.world.post(() => {
        if (leaf.busy === controller) leaf.busy = undefined;
        if (!controller.signal.aborted) absorb();
      });
      try {
        this.send();
      } catch (error) {
        // Told where it is heard: in the actor's turn.
        this.world.post(() => {
          throw error;
        });
      }
    };
    work(controller.signal).then(finish, (error: unknown) => {
      if (error instanceof LeaseLost) this.world.lease.lose(error.message);
      // The cell could not be reached at all. The object of a task that has been written is read again.
      finish(() => (leaf.readAt = this.world.clock.now() + backOff(++leaf.failedReads)));
    });
  }
}

/** When the object is to be read, whatever the watch says; epoch milliseconds. */
function readDue(state: LeafState, leaf: LeafMemory): number {
  return state.phase === 'AwaitingCondition' ? (leaf.readAt ?? state.verdict?.lookAgainAt ?? Infinity) : Infinity;
}
