/**
 * The compiled plans of versions, each parsed once in a process. A version never changes: what was read is right for ever. The
 * digest, which is made of the compiled plan, is part of the key for the sake of a version whose transaction was rolled back:
 * another one may get its number. Plans are frozen, because everybody gets the same objects.
 */
import type { CompiledPlan } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { selectCompiledTexts } from './compiled-store.js';
import { PlanCache } from './plan-cache.js';

/** Of JSON text; the objects take a few times as much memory. Characters. */
const MOST_CHARACTERS = 16_000_000;

const cache = new PlanCache(MOST_CHARACTERS);

/** How many compiled plans this process has parsed. */
export function parsedPlans(): number {
  return cache.parsed;
}

/** The compiled plans of these versions of a plan, in the same order. */
export async function compiledPlans(
  db: Database,
  planId: string,
  versions: readonly { number: number; digest: string }[],
): Promise<CompiledPlan[]> {
  const keyOf = (version: { number: number; digest: string }) => `${planId} ${version.number} ${version.digest}`;
  const found = new Map(versions.map((version) => [version.number, cache.get(keyOf(version))]));
  const missing = versions.filter(({ number }) => found.get(number) === undefined);
  if (missing.length > 0) {
    const rows = await selectCompiledTexts(db, planId, missing);
    for (const row of rows) found.set(row.number, cache.add(keyOf(row), row.text));
  }
  return versions.map(({ number }) => {
    const compiled = found.get(number);
    if (compiled === undefined) throw new Error(`version ${number} of plan ${planId} is gone`);
    return compiled;
  });
}
