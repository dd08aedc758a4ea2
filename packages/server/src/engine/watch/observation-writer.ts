/** Observations for runs that other processes own, or nobody: they are judged here, and stored where they change what people see. */
import { type JsonObject, judge, type Observation, type Verdict } from '@cellplane/plan';
import { gaveWay } from '../../database/away.js';
import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import { messageOf } from '../../errors.js';
import type { Logger } from '../../log.js';
import type { Sealer } from '../../secrets/envelope.js';
import { atStep } from '../../watchdog/loop-step.js';
import { Batch } from '../rows/batch.js';
import { isOlder, signature, uidOf, versionOf, withKnownQuiet } from '../run/leaf/leaf-memory.js';
import type { Wait } from '../run/wait-registry.js';
import { waitKey } from './kind-watch.js';
import { type JudgedObservation, storeObservations } from './observations.js';

export interface ObservationWriterDeps {
  db: Database;
  owner: string;
  sealer: Sealer;
  clock: Clock;
  log: Logger;
  /** This run was rung and has no owner. */
  wake(runId: string): void;
}

/** An observation of a run whose row somebody holds is stored after this time. Milliseconds. */
const HELD_MS = 200;
/** One that could not be stored then is tried again after this time. Milliseconds. */
const FAILED_MS = 1_000;

interface Last {
  /** Of the object only what tells its age. */
  observation: Observation;
  /** What people see of it; absent if it is to be stored again. */
  shown?: string;
}

export class ObservationWriter {
  /** What was stored last of each wait. */
  private readonly last = new Map<string, Last>();
  /** Answers false where the run's row is held by somebody just now. */
  private readonly store: Batch<JudgedObservation, boolean>;
  private stopped = false;

  constructor(private readonly deps: ObservationWriterDeps) {
    this.store = new Batch({ inFlight: 1, size: 64 }, async (observations) => {
      const { unowned, held } = await storeObservations(deps.db, deps, observations);
      for (const id of unowned) deps.wake(id);
      return observations.map(({ runId }) => !held.has(runId));
    });
  }

  /** Judges what was observed and stores it, if that is news. Rejects where the database does not take it: then it is to be observed again. */
  async write(wait: Wait, seen: Observation): Promise<void> {
    // Without the write's answer only the owner can judge; it reads the object itself when it takes the run up.
    if (wait.judged === undefined || (wait.judged.write === undefined && wait.judged.action !== 'get')) return;
    const { judged } = wait;
    const key = waitKey(wait);
    const before = this.last.get(key);
    const observation = withKnownQuiet(seen, before?.observation);
    const verdict = atStep(wait.runId, `task ${wait.nodeId}: its gate`, () =>
      maskVerdict(judge(judged, observation, this.deps.clock.now()), observation.object),
    );
    const shown = signature(verdict, observation);
    // The watch may overtake a single read: what is older than what was stored is no news.
    if (before?.shown === shown || (before !== undefined && isOlder(observation, before.observation))) return;
    const now: Last = { observation: ageOf(observation), shown };
    this.last.set(key, now);
    const news = { runId: wait.runId, nodeId: wait.nodeId, observation, verdict };
    const stored = await this.store.call(news).catch((error: unknown) => {
      if (gaveWay(error)) return false;
      delete now.shown;
      throw error;
    });
    if (!stored) this.writeLater(key, news, now);
  }

  /** The next observation of this wait is stored even if it is not news: what the row shows may have been overtaken. */
  repeat(key: string): void {
    const last = this.last.get(key);
    if (last !== undefined) delete last.shown;
  }

  /** Nobody waits here any more. */
  forget(key: string): void {
    this.last.delete(key);
  }

  stop(): void {
    this.stopped = true;
  }

  /**
   * Somebody holds the run's row: the observations of other runs do not wait for it, this one comes after, however often that fails;
   * the watch does not report it again. A newer one takes its place.
   */
  private writeLater(key: string, news: JudgedObservation, own: Last, pauseMs = HELD_MS): void {
    setTimeout(() => {
      if (this.stopped || this.last.get(key) !== own) return;
      this.store.call(news).then(
        (stored) => {
          if (!stored) this.writeLater(key, news, own);
        },
        (error: unknown) => {
          this.deps.log.warn({ run: news.runId, error: messageOf(error) }, 'an observation could not be stored; it is tried again');
          this.writeLater(key, news, own, FAILED_MS);
        },
      );
    }, pauseMs).unref();
  }
}

function ageOf({ at, quietSince, object }: Observation): Observation {
  return { at, quietSince, object: object && { metadata: { uid: uidOf(object), resourceVersion: versionOf(object) } } };
}

/** Live values of a Secret are nobody's to read. */
function maskVerdict(verdict: Verdict, object: JsonObject | null): Verdict {
  if (object?.kind !== 'Secret') return verdict;
  const { success: _success, failure: _failure, ...rest } = verdict;
  return { ...rest, reason: verdict.state === 'waiting' ? 'the gate is not true yet' : rest.reason };
}
