/** A new upgrade path: everything is checked before anything is written, and all of it is written in one transaction. */
import type { Caller } from '@cellplane/api';
import type { Json } from '@cellplane/plan';
import { holdPlan, type PlanVersion, planVersion } from '../catalog/catalog.js';
import { selectPlan } from '../catalog/store.js';
import { noteEffect } from '../database/idempotency-key.js';
import { databaseTime } from '../database/clock.js';
import { type Database, transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import { badRequest, notFound } from '../errors.js';
import { newId } from '../identity/identifier.js';
import { readDate } from '../request-text/moment.js';
import { noteNumberTexts, numberTextOf } from '../request-text/number-text.js';
import type { Candidate } from './candidate-store.js';
import { findCandidates, readFilter } from './candidates.js';
import type { UpgradeDeps } from './deps.js';
import { insertUpgrades, type NewUpgrade } from './instance-upgrade-store.js';
import { insertPath, overridesOf, selectPath } from './path-store.js';
import { readStrategy, type Strategy, type StrategyRequest, waveSizes } from './strategy.js';
import { MOST_CONCURRENT, USUAL_CONCURRENT } from './upgrade-path.js';

/** What a create, and a look before it, ask for. */
export interface PathRequest {
  sourceVersion: string;
  targetVersion: string;
  upgradeFilters: Record<string, string[]>;
  configurationOverrides?: Record<string, unknown>;
  maxConcurrentUpgrades?: number;
  notifyCustomer?: boolean;
  scheduledDate?: string;
  strategy?: StrategyRequest & { after?: string };
}

interface PlannedPath {
  target: PlanVersion;
  strategy: Strategy;
  maxConcurrent: number;
  /** Null: at once. */
  scheduledAt: Date | null;
  afterPath: string | null;
  candidates: Candidate[];
  sizes: number[];
}

/** Reads and checks a request, and touches nothing. @throws DomainError bad_request, not_found, invalid_state */
export async function planPath(
  db: Database,
  caller: Caller,
  of: { serviceId: string; planId: string },
  request: PathRequest,
): Promise<PlannedPath> {
  const plan = await selectPlan(db, caller.orgId, of);
  if (request.sourceVersion === request.targetVersion)
    throw badRequest('same-version', 'Invalid request: sourceVersion and targetVersion are the same.', [
      { field: 'targetVersion', message: 'is the source version' },
    ]);
  const source = await planVersion(db, caller.orgId, plan.id, request.sourceVersion);
  const target = await planVersion(db, caller.orgId, plan.id, request.targetVersion);
  if (source.version === target.version)
    throw badRequest('same-version', `Invalid request: the source version and the target version are both ${target.version}.`, [
      { field: 'targetVersion', message: 'is the source version' },
    ]);
  const strategy = readStrategy(request.strategy);
  const maxConcurrent = readConcurrent(request.maxConcurrentUpgrades);
  const scheduledAt = await readSchedule(db, request.scheduledDate);
  const afterPath = await readAfter(db, caller, request.strategy?.after);
  const filter = readFilter(request.upgradeFilters);
  const candidates = await findCandidates(db, { planId: plan.id, sourceVersion: source.version, filter, order: strategy.order });
  return { target, strategy, maxConcurrent, scheduledAt, afterPath, candidates, sizes: waveSizes(candidates.length, strategy) };
}

/** Answers its id. @throws DomainError as `planPath` does */
export async function createPath(
  deps: UpgradeDeps,
  caller: Caller,
  of: { serviceId: string; planId: string },
  request: PathRequest,
): Promise<string> {
  const { db, sealer } = deps.instances;
  return transaction(db, async (tx) => {
    const planned = await planPath(tx, caller, of, request);
    // A delete of the plan ends the paths that it sees.
    await holdPlan(tx, planned.target.place.planId);
    const { target, strategy, scheduledAt } = planned;
    const id = newId('upgrade');
    const source = await planVersion(tx, caller.orgId, of.planId, request.sourceVersion);
    const overrides = request.configurationOverrides ?? {};
    await insertPath(tx, {
      id,
      providerOrgId: caller.orgId,
      serviceId: target.place.serviceId,
      environmentId: target.place.environmentId,
      planId: target.place.planId,
      sourceVersion: source.version,
      targetVersion: target.version,
      type: 'Major',
      status: scheduledAt === null ? 'PENDING' : 'SCHEDULED',
      filters: request.upgradeFilters,
      strategy,
      sealedOverrides: Object.keys(overrides).length === 0 ? null : sealer.seal(textOf(overrides), overridesOf(id)),
      maxConcurrent: planned.maxConcurrent,
      notifyCustomer: request.notifyCustomer ?? false,
      afterPath: planned.afterPath,
      scheduledAt,
      lastWave: planned.sizes.length - 1,
      createdBy: caller.userId,
    });
    await insertUpgrades(tx, id, upgradesOf(planned), request.notifyCustomer === true ? 'SCHEDULED' : null);
    await tell(tx, { kind: 'thing-changed', subject: id, payload: { noun: 'upgrades' } });
    await noteEffect(tx, { id, upgradePathId: id, serviceId: target.place.serviceId });
    return id;
  });
}

/** Parameters that instances get with the new version. */
export function openOverrides(deps: UpgradeDeps, path: { id: string; sealedOverrides: Buffer | null }): Record<string, Json> | undefined {
  if (path.sealedOverrides === null) return undefined;
  const text = deps.instances.sealer.open(path.sealedOverrides, overridesOf(path.id)).toString('utf8');
  const overrides = JSON.parse(text) as Record<string, Json>;
  noteNumberTexts(`{"overrides":${text}}`, { overrides });
  return overrides;
}

/** As JSON, with numbers as they were written: for a parameter that is a text their digits count. */
function textOf(overrides: Record<string, unknown>): string {
  const members = Object.entries(overrides).map(([key, value]) => {
    const text = Array.isArray(value) ? `[${value.map((item, at) => written(value, at, item)).join(',')}]` : written(overrides, key, value);
    return `${JSON.stringify(key)}:${text}`;
  });
  return `{${members.join(',')}}`;
}

function written(of: object, key: string | number, value: unknown): string {
  return (typeof value === 'number' ? numberTextOf(of, key) : undefined) ?? JSON.stringify(value);
}

function upgradesOf({ candidates, sizes }: Pick<PlannedPath, 'candidates' | 'sizes'>): NewUpgrade[] {
  const waves = sizes.flatMap((size, wave) => Array.from({ length: size }, () => wave));
  return candidates.map(({ id }, position) => ({ instanceId: id, wave: waves[position] ?? sizes.length - 1, position }));
}

function readConcurrent(given: number | undefined): number {
  if (given === undefined) return USUAL_CONCURRENT;
  if (Number.isInteger(given) && given >= 1 && given <= MOST_CONCURRENT) return given;
  throw badRequest('invalid-concurrency', `Invalid request: maxConcurrentUpgrades must be from 1 to ${MOST_CONCURRENT}.`, [
    { field: 'maxConcurrentUpgrades', message: `must be from 1 to ${MOST_CONCURRENT}` },
  ]);
}

/** What is over already is now. */
async function readSchedule(db: Database, given: string | undefined): Promise<Date | null> {
  if (given === undefined || given.trim() === '') return null;
  const at = readDate(given, 'scheduledDate');
  return at > (await databaseTime(db)) ? at : null;
}

async function readAfter(db: Database, caller: Caller, given: string | undefined): Promise<string | null> {
  if (given === undefined || given === '') return null;
  const path = await selectPath(db, caller, { id: given });
  if (path === undefined) throw notFound('upgrade path', given);
  return path.id;
}
