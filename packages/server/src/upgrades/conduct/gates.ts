/**
 * Gates between waves: whether what was upgraded is well. Health is read from rows (the status, and what the last look at the cell found),
 * conditions from the live objects that the upgrade's own workflows have written. Reading cells takes time, so no lock is held meanwhile.
 */
import { ApiError } from '@cellplane/kubernetes';
import { cut, decidingClauses, evaluateGate, explainClause, type Gate, type JsonObject, parseGate } from '@cellplane/plan';
import { selectUnwell, selectWrittenObjects, type WrittenObject } from '../candidate-store.js';
import type { UpgradeDeps } from '../deps.js';
import type { PathRow } from '../path-store.js';
import type { ConditionGate } from '../strategy.js';

/** Objects that are read at once. */
const AT_ONCE = 25;
/** Cells that answer slowly are given up: others wait to be judged. Milliseconds. */
const JUDGED_WITHIN_MS = 100_000;
/** How many instances a message names. */
const NAMED = 5;
const CALL = { timeoutMs: 10_000 };

/** Why the path must not go on after its present wave; undefined: nothing is against it. Rejects where a cell cannot be read. */
export async function judgeGates(deps: UpgradeDeps, path: PathRow): Promise<string | undefined> {
  const { healthGate, conditionGates } = path.strategy;
  if (healthGate) {
    const unwell = await selectUnwell(deps.instances.db, path.id, path.wave);
    if (unwell.length > 0)
      return `gate health: ${unwell.length} of the upgraded instances ${unwell.length === 1 ? 'is' : 'are'} not well: ${named(
        unwell.map(({ id, status }) => `${id} (${status === 'RUNNING' ? 'its cell lacks what it must have' : status})`),
      )}.`;
  }
  if (conditionGates.length === 0) return undefined;
  const objects = await selectWrittenObjects(
    deps.instances.db,
    path,
    conditionGates.map(({ kind }) => kind),
  );
  for (const gate of conditionGates) {
    const false_ = await judgeCondition(
      deps,
      gate,
      objects.filter(({ kind }) => kind === gate.kind),
    );
    if (false_ !== undefined) return `gate "${cut(gate.condition)}" of ${gate.kind}: ${false_}.`;
  }
  return undefined;
}

async function judgeCondition(
  deps: UpgradeDeps,
  { kind, condition }: ConditionGate,
  objects: WrittenObject[],
): Promise<string | undefined> {
  // It was parsed when it was accepted.
  const gate = parseGate(condition, 'success');
  if (!gate.ok) return `it cannot be read: ${gate.problem.message}`;
  if (objects.length === 0) return `the upgrades of the wave have written no ${kind}, so nothing shows that it holds`;
  const failures: string[] = [];
  const deadline = performance.now() + JUDGED_WITHIN_MS;
  for (let at = 0; at < objects.length; at += AT_ONCE) {
    if (performance.now() > deadline)
      throw new Error(`The cells have answered for ${at} of ${objects.length} objects in ${JUDGED_WITHIN_MS / 1_000} s.`);
    const answers = await Promise.all(objects.slice(at, at + AT_ONCE).map((object) => whyNot(deps, gate.value, object)));
    failures.push(...answers.filter((answer) => answer !== undefined));
  }
  return failures.length === 0 ? undefined : `it does not hold for ${failures.length} of ${objects.length}: ${named(failures)}`;
}

async function whyNot(deps: UpgradeDeps, gate: Gate, object: WrittenObject): Promise<string | undefined> {
  const { apiVersion, kind, name, namespace, instanceId } = object;
  const client = await deps.instances.cells.client(object.cellId);
  const live = await client.get({ apiVersion, kind, name, namespace }, CALL).catch((error: unknown) => {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  });
  if (live === undefined) return `${instanceId}: ${kind} ${name} is gone`;
  const proof = evaluateGate(gate, live as unknown as JsonObject);
  return proof.value ? undefined : `${instanceId}: ${decidingClauses(proof).map(explainClause).join(', ')}`;
}

function named(all: string[]): string {
  return `${all.slice(0, NAMED).join('; ')}${all.length > NAMED ? `; and ${all.length - NAMED} more` : ''}`;
}
