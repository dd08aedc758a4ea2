import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import { sql, transaction } from '../../database/database.js';
import type { Database, Transaction } from '../../database/database.js';
import { DomainError, messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import { atStep } from '../../watchdog/loop-step.js';
import type { Clock } from '../../database/clock.js';
import { guardClient } from './guarded-client.js';
import { backOff } from './leaf/leaf-failure.js';
import { type Lease, LeaseLost } from '../rows/lease.js';
import type { Stage, StageResult } from '../model.js';
import type { RunMemory } from './run-memory.js';
import type { StageRow } from '../rows/run-row.js';

export interface StageWorld {
  memory: RunMemory;
  lease: Lease;
  clock: Clock;
  log: Logger;
  db: Database;
  owner: string;
  stages: ReadonlyMap<string, Stage>;
  client(): Promise<KubernetesClient>;
  post(absorb: () => void): void;
}

/** Where a row of stages stands. */
export type StageProgress =
  | { state: 'done' }
  | { state: 'going' }
  | { state: 'waiting'; until: number }
  /** This version of the program does not know the stage. */
  | { state: 'unknown' }
  | { state: 'failed'; code: string; message: string };

/**
 * The stages before and after the workflow, one at a time. A stage's row is committed before it begins; what it answers is
 * committed before the next one begins. It is called again after a crash, after a wait, and after an error that may pass.
 */
export class StageRunner {
  private current: { name: string; abort: AbortController } | undefined;
  private launching: string | undefined;
  private failure: { code: string; message: string } | undefined;

  constructor(private readonly world: StageWorld) {}

  get busy(): boolean {
    return this.current !== undefined;
  }

  get pending(): boolean {
    return this.launching !== undefined;
  }

  /** Brings the named stages on as far as memory can; what is to be begun is begun by `launch`. */
  advance(names: string[], now: number): StageProgress {
    const { memory } = this.world;
    if (this.failure !== undefined) return { state: 'failed', ...this.failure };
    for (const name of names) {
      const row = memory.stages.get(name);
      if (row?.state === 'Succeeded') continue;
      if (row?.state === 'Failed') return { state: 'failed', code: 'stage-failed', message: row.message };
      if (this.current !== undefined || this.launching !== undefined) return { state: 'going' };
      const stage = this.world.stages.get(name);
      if (stage === undefined) return this.unknown(name);
      const until = row?.next_at?.getTime() ?? 0;
      if (row?.state === 'Waiting' && until > now) return { state: 'waiting', until };
      if (row === undefined && !memory.control.paused && memory.holds(`stage:${name}`)) memory.hit(`stage:${name}`, now);
      if (memory.control.paused) return { state: 'waiting', until: Infinity };
      this.begin(stage, row, now);
      return { state: 'going' };
    }
    return { state: 'done' };
  }

  launch(): void {
    const name = this.launching;
    this.launching = undefined;
    const stage = name === undefined ? undefined : this.world.stages.get(name);
    if (stage === undefined) return;
    const abort = new AbortController();
    this.current = { name: stage.name, abort };
    this.call(stage, abort).then(
      (absorb) => this.finish(abort, absorb),
      (error: unknown) => {
        if (error instanceof LeaseLost) this.world.lease.lose(error.message);
        this.finish(abort, () => this.thrown(stage, error));
      },
    );
  }

  abort(): void {
    this.current?.abort.abort();
  }

  private unknown(name: string): StageProgress {
    // A newer version of the program may know it: not a failure, and not for us to hold.
    this.world.log.error({ run: this.world.memory.id, stage: name }, 'this version of the program does not know a stage of the run');
    return { state: 'unknown' };
  }

  private begin(stage: Stage, row: StageRow | undefined, now: number): void {
    const { memory } = this.world;
    if (row === undefined) memory.event({ at: now, type: 'WorkflowStepStarted', step: stage.name, message: stage.title });
    // A wait that goes on keeps its row: only what people see is written.
    if (row?.state === 'Waiting') row.attempts++;
    else {
      memory.stage({
        name: stage.name,
        title: stage.title,
        state: 'Running',
        attempts: (row?.attempts ?? 0) + 1,
        message: row?.message ?? '',
        waiting: null,
        next_at: null,
        started_at: row?.started_at ?? new Date(now),
        finished_at: null,
      });
    }
    this.launching = stage.name;
  }

  private async call(stage: Stage, abort: AbortController): Promise<() => void> {
    const { memory, lease, db, log } = this.world;
    const signal = AbortSignal.any([abort.signal, lease.signal]);
    const client = guardClient(await this.world.client(), lease, signal);
    const attempt = (memory.stages.get(stage.name)?.attempts ?? 1) - 1;
    const step = <T>(work: () => T) => atStep(memory.id, `stage ${stage.name}`, work);
    const result = await step(() =>
      stage.run({ run: memory.view(), client, signal, log, db, transaction: (work) => this.fenced(work), step, attempt }),
    );
    return () => this.answered(stage, result);
  }

  /** Commits only while the run is ours: the row is read and locked last. */
  private fenced<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    const { db, memory, owner, lease } = this.world;
    return transaction(db, async (tx) => {
      const answer = await work(tx);
      const held = await sql`/* prepared */
        select 1 from runs where id = ${memory.id} and owner = ${owner} and fence = ${lease.fence} and finished_at is null for no key update`.execute(
        tx,
      );
      if (held.rows.length === 0) throw new LeaseLost(`run ${memory.id} belongs to another process`);
      return answer;
    });
  }

  private finish(abort: AbortController, absorb: () => void): void {
    this.world.post(() => {
      this.current = undefined;
      if (!abort.signal.aborted) absorb();
    });
  }

  private answered(stage: Stage, result: StageResult): void {
    const { memory, clock } = this.world;
    const now = clock.now();
    const row = memory.stages.get(stage.name) as StageRow;
    if ('done' in result) {
      memory.merge(result.values, result.data);
      const message = result.note ?? '';
      memory.stage({
        ...row,
        state: 'Succeeded',
        message: memory.redactor.text(message),
        waiting: null,
        next_at: null,
        finished_at: new Date(now),
      });
      memory.event({ at: now, type: 'WorkflowStepCompleted', step: stage.name, message: message === '' ? stage.title : message });
    } else if ('failed' in result) this.fail(stage, result.failed.code, result.failed.message);
    else this.waitWithin(stage, row, result.wait, now);
  }

  private waitWithin(stage: Stage, row: StageRow, wait: Extract<StageResult, { wait: unknown }>['wait'], now: number): void {
    const deadline = wait.withinMs === undefined ? undefined : (row.started_at?.getTime() ?? now) + wait.withinMs;
    if (deadline !== undefined && now >= deadline) {
      const seconds = Math.round((wait.withinMs ?? 0) / 1000);
      return this.fail(stage, 'deadline-exceeded', `DeadlineExceeded: ${stage.title}: waited ${seconds} s: ${wait.for}`);
    }
    const next = Math.min(now + Math.max(50, wait.lookAgainInMs), deadline ?? Infinity);
    this.wait(stage, wait.for, wait.details, next, deadline);
  }

  private thrown(stage: Stage, error: unknown): void {
    if (error instanceof ApiError && error.outcome === 'permanent') return this.fail(stage, 'refused', error.message);
    if (error instanceof DomainError && error.kind !== 'unavailable') return this.fail(stage, error.code, error.message);
    const { memory, clock, log } = this.world;
    const attempts = memory.stages.get(stage.name)?.attempts ?? 1;
    log.warn({ run: memory.id, stage: stage.name, error: memory.redactor.text(messageOf(error)) }, 'a stage failed and is tried again');
    this.wait(stage, messageOf(error), undefined, clock.now() + backOff(Math.min(attempts, 6)));
  }

  private wait(stage: Stage, what: string, details: NonNullable<StageRow['waiting']>['details'], until: number, deadline?: number): void {
    const { memory, clock } = this.world;
    const row = memory.stages.get(stage.name) as StageRow;
    const text = memory.redactor.text(what);
    const shown = memory.redactor.json(details ?? null);
    const same =
      row.state === 'Waiting' && row.waiting?.for === text && JSON.stringify(row.waiting.details ?? null) === JSON.stringify(shown);
    row.next_at = new Date(until);
    if (same) return;
    const since = row.state === 'Waiting' && row.waiting?.for === text ? row.waiting.since : clock.now();
    const waiting = {
      for: text,
      since,
      ...(shown === null ? {} : { details: shown }),
      ...(deadline === undefined ? {} : { deadline }),
    };
    memory.stage({ ...row, state: 'Waiting', message: text, waiting });
  }

  private fail(stage: Stage, code: string, message: string): void {
    const { memory, clock } = this.world;
    const now = clock.now();
    const row = memory.stages.get(stage.name) as StageRow;
    this.failure = { code, message };
    memory.stage({
      ...row,
      state: 'Failed',
      message: memory.redactor.text(message),
      waiting: null,
      next_at: null,
      finished_at: new Date(now),
    });
    memory.event({ at: now, type: 'WorkflowStepFailed', step: stage.name, message, details: { code } });
  }
}
