/** What a path would touch, before it is made: asked by people, and by the command before it asks them. Touches nothing. */
import type { Caller, Handlers } from '@cellplane/api';
import { databaseTime } from '../../database/clock.js';
import { DomainError } from '../../errors.js';
import { namesOf } from '../../identity/store.js';
import { selectInstance } from '../../instances/store.js';
import { type Candidate, selectMedianSeconds } from '../candidate-store.js';
import { type PathRequest, planPath } from '../create-path.js';
import type { UpgradeDeps } from '../deps.js';
import { estimateSeconds } from './estimate.js';
import { lookAtSome, spread } from './look-ahead.js';
import { windowAt } from '../window/maintenance-window.js';
import { strategyOnWire } from '../strategy.js';
import { selectWindows } from '../window/window-store.js';

type BlastRadius = Awaited<ReturnType<Handlers['previewUpgradePath']>>;

/** So many instances are checked one by one, and so many problems are told. */
const CHECKED = 200;
const MOST_TOLD = 50;

/** @throws DomainError what a create of the path would throw */
export async function foresee(
  deps: UpgradeDeps,
  caller: Caller,
  of: { serviceId: string; planId: string },
  request: PathRequest,
): Promise<BlastRadius> {
  const { db } = deps.instances;
  const { target, strategy, maxConcurrent, candidates, sizes } = await planPath(db, caller, of, request);
  const overrides = request.configurationOverrides;
  const { lookAhead } = deps;
  const medianSeconds = await selectMedianSeconds(db, of.planId);
  const seconds = estimateSeconds({ waveSizes: sizes, maxConcurrent, medianSeconds, soakSeconds: strategy.soakSeconds });
  const checked = spread(candidates, CHECKED);
  const { blocked, unknown } = await checkAll(deps, checked, target.version, overrides);
  const changes = await lookAtSome(
    candidates.map(({ id }) => id),
    lookAhead && ((instanceId) => lookAhead({ instanceId, targetVersion: target.version, parameters: overrides })),
  );
  return {
    totalCount: candidates.length,
    waves: sizes,
    ...(await places(deps, candidates)),
    environmentType: target.place.environmentType,
    blocked: blocked.slice(0, MOST_TOLD),
    blockedCount: blocked.length,
    checkedCount: checked.length - unknown.length,
    notNow: candidates
      .filter(({ status }) => status !== 'RUNNING' && status !== 'FAILED')
      .slice(0, MOST_TOLD)
      .map(({ id, status }) => ({ instanceId: id, why: `is ${status}` })),
    // An instance whose cell does not answer says nothing of the others.
    changes: { ...changes, notes: [...new Set([...unknown, ...changes.notes])].slice(0, MOST_TOLD) },
    windows: strategy.ignoreWindows ? { instances: 0, closedNow: 0 } : await windowsOf(deps, caller.orgId, candidates),
    ...(seconds === null ? {} : { estimatedSeconds: seconds }),
    strategy: strategyOnWire(strategy),
    maxConcurrentUpgrades: maxConcurrent,
  };
}

async function checkAll(
  { instances: { db }, one }: UpgradeDeps,
  candidates: Candidate[],
  target: string,
  parameters: unknown,
): Promise<{ blocked: BlastRadius['blocked']; unknown: string[] }> {
  const blocked: BlastRadius['blocked'] = [];
  const unknown: string[] = [];
  for (const { id } of candidates) {
    const instance = await selectInstance(db, id);
    if (instance === undefined) continue;
    try {
      const problems = await one.check(db, instance, target, parameters);
      if (problems.length > 0) blocked.push({ instanceId: id, problems });
    } catch (error) {
      if (!(error instanceof DomainError) || error.kind !== 'unavailable') throw error;
      unknown.push(`${id}: ${error.message}`);
    }
  }
  return { blocked, unknown };
}

async function places(
  { instances: { db, cells } }: UpgradeDeps,
  candidates: Candidate[],
): Promise<Pick<BlastRadius, 'byCustomer' | 'byCell'>> {
  const customers = countBy(candidates, ({ orgId }) => orgId);
  const names = await namesOf(db, [...customers.keys()]);
  const cellKeys = new Map((await cells.list()).map(({ id, key }) => [id, key]));
  return {
    byCustomer: [...customers].map(([organizationId, count]) => ({
      organizationId,
      organizationName: names.get(organizationId) ?? '',
      instances: count,
    })),
    byCell: [...countBy(candidates, ({ cellId }) => cellId)].map(([cellId, count]) => ({
      cellId,
      cell: cellKeys.get(cellId) ?? cellId,
      instances: count,
    })),
  };
}

async function windowsOf(
  { instances: { db } }: UpgradeDeps,
  providerOrgId: string,
  candidates: Candidate[],
): Promise<BlastRadius['windows']> {
  const now = await databaseTime(db);
  const subjects = [...new Set(candidates.flatMap(({ orgId, subscriptionId }) => [orgId, subscriptionId]))];
  const windows = new Map((await selectWindows(db, providerOrgId, subjects)).map((row) => [row.subject, windowAt(row, now)]));
  const ofInstances = candidates.flatMap(({ orgId, subscriptionId }) => windows.get(subscriptionId) ?? windows.get(orgId) ?? []);
  const closed = ofInstances.flatMap((at) => (at.open ? [] : [at.next.getTime()]));
  return {
    instances: ofInstances.length,
    closedNow: closed.length,
    ...(closed.length === 0 ? {} : { latestOpening: new Date(Math.max(...closed)).toISOString() }),
  };
}

function countBy<T>(all: T[], keyOf: (one: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const one of all) counts.set(keyOf(one), (counts.get(keyOf(one)) ?? 0) + 1);
  return counts;
}
