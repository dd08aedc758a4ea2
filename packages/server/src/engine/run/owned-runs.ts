import type { Observation } from '@cellplane/plan';
import type { RunActor } from './run-actor.js';

/** The runs that this process works on: those with an actor, those whose claim is under way, and those that it is ending. */
export class OwnedRuns {
  private readonly byId = new Map<string, RunActor>();
  /** Runs whose claim is under way. */
  readonly claiming = new Set<string>();
  /** Runs that are ended without an actor, see `poison-run.ts`. */
  readonly ending = new Set<string>();

  /** `concurrency`: runs that may be owned at once. */
  constructor(private readonly concurrency: number) {}

  /** Runs with an actor. */
  get size(): number {
    return this.byId.size;
  }

  /** How many more runs may be claimed. */
  get room(): number {
    return Math.max(0, this.concurrency - this.byId.size - this.claiming.size);
  }

  get actors(): RunActor[] {
    return [...this.byId.values()];
  }

  get(id: string): RunActor | undefined {
    return this.byId.get(id);
  }

  has(actor: RunActor): boolean {
    return this.byId.get(actor.id) === actor;
  }

  add(actor: RunActor): void {
    this.byId.set(actor.id, actor);
  }

  remove(actor: RunActor): void {
    if (this.has(actor)) this.byId.delete(actor.id);
  }

  /** Every run that this process works on in whatever way, from the claim on: no other process has left it behind. */
  ids(): string[] {
    return [...this.byId.keys(), ...this.claiming, ...this.ending];
  }

  /** Gives an observation to the run's actor. Answers false if there is none, or if it has lost its lease: then it must be stored. */
  observe(runId: string, nodeId: string, observation: Observation): boolean {
    const actor = this.byId.get(runId);
    if (actor === undefined || actor.lease.signal.aborted) return false;
    if (nodeId !== '') actor.observe(nodeId, observation);
    return true;
  }
}
