import type { KubernetesClient } from '@cellplane/kubernetes';
import type { Clock } from '../../database/clock.js';
import type { Database } from '../../database/database.js';
import type { Logger } from '../../log.js';
import { explainInWords } from '../explain/explain.js';
import type { Cells, ExpectedObjectOf, Stage, TextCheck } from '../model.js';
import { CALL_TIMEOUT_MS, type Lease } from '../rows/lease.js';
import { LeafRunner } from './leaf/leaf-runner.js';
import type { RunMemory } from './run-memory.js';
import { StageRunner } from './stage-runner.js';
import type { WaitRegistry } from './wait-registry.js';

/** What the stages and tasks of every run use. */
export interface RunnerDeps {
  db: Database;
  owner: string;
  cells: Cells;
  stages: ReadonlyMap<string, Stage>;
  checkTexts: TextCheck;
  expectedObject: ExpectedObjectOf;
  waits: WaitRegistry;
  clock: Clock;
  log: Logger;
}

/** The runners of one run's tasks and stages. `post` puts their answers into the mailbox of the run's actor. */
export function makeRunners(
  deps: RunnerDeps,
  memory: RunMemory,
  lease: Lease,
  post: (absorb: () => void) => void,
): { leaves: LeafRunner; stages: StageRunner } {
  const { clock, log, db, owner } = deps;
  const client = (): Promise<KubernetesClient> => deps.cells.client(memory.row.cell_id);
  const leaves = new LeafRunner({
    memory,
    lease,
    clock,
    waits: deps.waits,
    client,
    checkTexts: (texts) => deps.checkTexts(memory.row.subject, texts),
    expectedObject: (object) => deps.expectedObject(memory.id, object),
    explain: async (cluster, namespace, object, signal) => {
      await lease.cover(CALL_TIMEOUT_MS);
      const options = { signal: AbortSignal.any([signal, lease.signal]), timeoutMs: CALL_TIMEOUT_MS };
      return explainInWords(cluster, namespace, object, options);
    },
    post,
  });
  const stages = new StageRunner({ memory, lease, clock, log, db, owner, stages: deps.stages, client, post });
  return { leaves, stages };
}
