/** One reconcile pass over a cell: what is there is compared with what the rows say. It only reads; nothing in the cell is changed. */
import type { KubernetesClient } from '@cellplane/kubernetes';
import { databaseTime } from '../database/clock.js';
import type { Database } from '../database/database.js';
import type { Logger } from '../log.js';
import type { CellFinding, PassCounts } from './cell-finding.js';
import { compareCell, isSuspicious, type Suspicion } from './compare.js';
import { confirmSuspicions } from './confirm.js';
import { mustBeThere } from './expected-objects.js';
import { bringForward, selectResting, selectWritten } from './expected-store.js';
import { kindsInUse, seeCell } from './seen-objects.js';
import { settle } from './settle.js';
import { cellFindings } from './unknown.js';
import { knownRuns } from '../engine/run-history.js';

export interface PassDeps {
  db: Database;
  log: Logger;
  client: KubernetesClient;
}

export interface PassResult {
  findings: CellFinding[];
  counts: PassCounts;
}

/** Reconciles a cell and tells what differs. Rejects with `ApiError` where the cell does not answer: then nothing is told. */
export async function reconcileCell(
  deps: PassDeps,
  cell: { id: string; key: string; findings: CellFinding[] },
  signal: AbortSignal,
): Promise<PassResult> {
  const begun = performance.now();
  const { db, client } = deps;
  const now = await databaseTime(db);
  await bringForward(db, cell.id, signal);
  const instances = await selectResting(db, cell.id);
  const written = await selectWritten(db, instances);
  const expected = [...written.values()].flat().filter(mustBeThere);
  const seen = await seeCell(client, kindsInUse(expected), signal);
  const suspicions = compareCell(instances, written, seen);
  const runs = await knownRuns(
    db,
    suspicions.flatMap((one) => one.runIds),
  );
  const confirmed = await confirmAll(client, suspicions, signal);
  const counts = countsOf(instances.length, expected.length, confirmed);
  const unknownRuns = new Set<string>();
  for (const suspicion of confirmed) {
    signal.throwIfAborted();
    const unknownRun = suspicion.runIds.find((id) => !runs.has(id));
    if (unknownRun !== undefined) unknownRuns.add(unknownRun);
    const told = { ...suspicion, ...(unknownRun === undefined ? {} : { unknownRun }) };
    const isQuiet = unknownRun === undefined && !isSuspicious(suspicion) && suspicion.instance.findings.length === 0;
    if (!isQuiet && (await settle(deps, told, now)).length > 0) counts.instancesThatDiffer += 1;
  }
  const findings = await cellFindings({ db, client, signal }, { cell, seen, unknownRuns, now });
  counts.unknownRuns = unknownRuns.size;
  counts.unknownNamespaces = findings.find((one) => one.code === 'unknown-namespace')?.count ?? 0;
  counts.took = Math.round(performance.now() - begun);
  return { findings, counts };
}

async function confirmAll(client: KubernetesClient, suspicions: Suspicion[], signal: AbortSignal): Promise<Suspicion[]> {
  const asked = await confirmSuspicions(client, suspicions.filter(isSuspicious), signal);
  return [...suspicions.filter((one) => !isSuspicious(one)), ...asked];
}

function countsOf(instances: number, objects: number, confirmed: Suspicion[]): PassCounts {
  const sum = (of: (one: Suspicion) => number) => confirmed.reduce((total, one) => total + of(one), 0);
  return {
    instances,
    objects,
    missingObjects: sum((one) => one.gone.length + one.unserved.length),
    replacedObjects: sum((one) => one.replaced.length),
    missingNamespaces: sum((one) => (one.namespaceGone ? 1 : 0)),
    unknownNamespaces: 0,
    unknownRuns: 0,
    instancesThatDiffer: 0,
    took: 0,
  };
}
