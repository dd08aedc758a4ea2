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

interface Version {
  planId: string;
  number: number;
  digest: string;
}

/** The compiled plans of these versions of a plan, in the same order. */
export function compiledPlans(db: Database, planId: string, versions: readonly Omit<Version, 'planId'>[]): Promise<CompiledPlan[]> {
  return compiledOf(
    db,
    versions.map((version) => ({ ...version, planId })),
  );
}

/** The compiled plans of versions of any plans, in the same order: those that are not cached are read by one statement. */
export async function compiledOf(db: Database, versions: readonly Version[]): Promise<CompiledPlan[]> {
  const keyOf = ({ planId, number, digest }: Version) => `${planId} ${number} ${digest}`;
  const found = new Map(versions.map((version) => [placeOf(version), cache.get(keyOf(version))]));
  const missing = versions.filter((version) => found.get(placeOf(version)) === undefined);
  if (missing.length > 0) {
    const rows = await selectCompiledTexts(db, missing);
    for (const row of rows) found.set(placeOf(row), cache.add(keyOf(row), row.text));
  }
  return versions.map((version) => {
    const compiled = found.get(placeOf(version));
    if (compiled === undefined) throw new Error(`version ${version.number} of plan ${version.planId} is gone`);
    return compiled;
  });
}

function placeOf({ planId, number }: Omit<Version, 'digest'>): string {
  return `${planId} ${number}`;
}
