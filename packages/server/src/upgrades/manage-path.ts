/** What a person does with a path: pause, resume, cancel, leave instances out, tell customers, choose another version. */
import type { Caller } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { planVersion } from '../catalog/catalog.js';
import { type Transaction, transaction } from '../database/database.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { tell } from '../events/tell.js';
import type { UpgradeDeps } from './deps.js';
import { countWave, endPending, selectStatuses, wantLetters } from './instance-upgrade-store.js';
import { nextMove } from './conduct/next-move.js';
import { type LockedPath, lockPath, type PathRow, savePath, selectPath } from './path-store.js';
import { OPEN_STATUSES, type PathAction, type PathStatus, PAUSED_AT_MOST_HOURS } from './upgrade-path.js';

export interface PathPlace {
  serviceId: string;
  planId: string;
  id: string;
}

/**
 * Carries an action out.
 * @throws DomainError not_found; bad_request for ids that the path has not; invalid_state `upgrade-path-is-over`, `upgrade-path-is-paused`,
 * `upgrade-path-is-not-paused`, `already-begun`
 */
export async function managePath(
  deps: UpgradeDeps,
  caller: Caller,
  place: PathPlace,
  { action, payload }: { action: PathAction; payload: Record<string, unknown> },
): Promise<void> {
  await onPath(deps, caller, place, async (tx, path) => {
    refuseOver(path);
    const acted: LockedPath = { ...path, lastAction: action, modifiedBy: caller.userId };
    await savePath(tx, await carryOut(tx, acted, { action, payload }));
  });
}

/**
 * Those that have not begun get another version. Those that are over keep theirs.
 * @throws DomainError not_found; bad_request `same-version`; invalid_state `upgrade-path-is-over`, `upgrade-path-goes-on`
 */
export async function changeTargetVersion(deps: UpgradeDeps, caller: Caller, place: PathPlace, targetVersion: string): Promise<void> {
  await onPath(deps, caller, place, async (tx, path) => {
    refuseOver(path);
    if (path.status === 'IN_PROGRESS')
      throw invalidState('upgrade-path-goes-on', `${path.id} is in progress. Pause it first: cellplane upgrade pause ${path.id}.`);
    const { inFlight } = await countWave(tx, path.id, path.wave);
    if (inFlight > 0)
      throw invalidState('upgrade-path-goes-on', `${inFlight} upgrades of ${path.id} have begun and not ended. Try again when they have.`);
    const target = await planVersion(tx, path.providerOrgId, path.planId, targetVersion);
    if (target.version === path.sourceVersion)
      throw badRequest('same-version', `Invalid request: ${target.version} is the path's source version.`, [
        { field: 'targetVersion', message: 'is the source version' },
      ]);
    if (path.notifyCustomer && target.version !== path.targetVersion) await wantLetters(tx, path.id);
    await savePath(tx, { ...path, targetVersion: target.version, modifiedBy: caller.userId });
  });
}

/** Ends a locked path before its end; what has begun goes on. */
export async function cancelLocked(tx: Transaction, path: LockedPath, reason: string): Promise<LockedPath> {
  await endPending(tx, path.id, { status: 'CANCELLED', reason });
  await tell(tx, { kind: 'upgrade-path-ended', subject: path.id, payload: { planId: path.planId, outcome: 'CANCELLED' } });
  return { ...path, status: 'CANCELLED', statusMessage: reason, halted: false, completedAt: path.now };
}

/** A locked path, paused. `message`: why. */
export function paused(path: LockedPath, message: string): LockedPath {
  const until = pausedUntil(path.now);
  return {
    ...path,
    status: 'PAUSED',
    pausedAt: path.now,
    dueAt: until,
    statusMessage: `${message} Resume or cancel it; at ${until.toISOString()} it is cancelled by itself.`,
  };
}

/** When a path that was paused then is cancelled by itself, whatever is done to it while it rests. */
export function pausedUntil(pausedAt: Date): Date {
  return new Date(pausedAt.getTime() + PAUSED_AT_MOST_HOURS * 3_600_000);
}

async function onPath(
  deps: UpgradeDeps,
  caller: Caller,
  place: PathPlace,
  work: (tx: Transaction, path: LockedPath) => Promise<void>,
): Promise<void> {
  await transaction(deps.instances.db, async (tx) => {
    const visible = await selectPath(tx, caller, place);
    const path = visible === undefined ? undefined : await lockPath(tx, visible.id);
    if (path === undefined) throw notFound('upgrade path', place.id);
    await work(tx, path);
  });
}

async function carryOut(
  tx: Transaction,
  path: LockedPath,
  { action, payload }: { action: PathAction; payload: Record<string, unknown> },
): Promise<LockedPath> {
  switch (action) {
    case 'pause':
      if (path.status === 'PAUSED') throw invalidState('upgrade-path-is-paused', `${path.id} is paused already.`);
      return paused({ ...path, halted: false }, 'Paused.');
    case 'resume':
      return resumed(tx, path);
    case 'cancel':
      return cancelLocked(tx, path, 'Cancelled.');
    case 'notify-customer':
      await wantLetters(tx, path.id);
      return awake({ ...path, notifyCustomer: true });
    case 'skip-instances':
      await skip(tx, path, readIds(payload));
      return awake(path);
  }
}

/** The conductor looks at it at once. What is paused rests for as long as it did. */
function awake(path: LockedPath): LockedPath {
  return path.status === 'PAUSED' ? path : { ...path, dueAt: path.now };
}

async function resumed(tx: Transaction, path: LockedPath): Promise<LockedPath> {
  if (path.status !== 'PAUSED')
    throw invalidState('upgrade-path-is-not-paused', `${path.id} is ${path.status}: there is nothing to resume.`);
  const accepted = path.halted ? await acceptHalt(tx, path) : {};
  return { ...path, ...accepted, status: statusAfterPause(path), statusMessage: '', halted: false, pausedAt: null, dueAt: path.now };
}

/**
 * Who goes on over a halt has seen what it was for, and that does not halt the path again: the failures of the present wave, or its gates,
 * or the path that had to be complete before. Nothing else is accepted.
 */
async function acceptHalt(tx: Transaction, path: LockedPath): Promise<Partial<PathRow>> {
  if (path.startedAt === null) return { afterPath: null };
  const wave = await countWave(tx, path.id, path.wave);
  switch (nextMove({ ...path, ...wave }).move) {
    case 'halt':
      return { acceptedFailures: wave.counts.FAILED };
    case 'judge':
      return { acceptedGates: path.wave };
    default:
      return {};
  }
}

function statusAfterPause({ startedAt, scheduledAt, now }: LockedPath): PathStatus {
  if (startedAt !== null) return 'IN_PROGRESS';
  return scheduledAt !== null && scheduledAt > now ? 'SCHEDULED' : 'PENDING';
}

async function skip(tx: Transaction, path: LockedPath, ids: string[]): Promise<void> {
  const statuses = await selectStatuses(tx, path.id, ids);
  const unknown = ids.filter((id) => !statuses.has(id));
  if (unknown.length > 0)
    throw badRequest(
      'not-in-path',
      `${unknown
        .slice(0, 5)
        .map((id) => cut(id))
        .join(', ')}: not in ${path.id}.`,
      [{ field: 'actionPayload.resource-ids', message: 'is not in the path' }],
    );
  const begun = ids.filter((id) => !['PENDING', 'SKIPPED'].includes(statuses.get(id) ?? ''));
  if (begun.length > 0)
    throw invalidState(
      'already-begun',
      `${begun
        .slice(0, 5)
        .map((id) => `${id} is ${statuses.get(id)}`)
        .join(', ')}: only instances that wait can be left out. Nothing was changed.`,
    );
  await endPending(tx, path.id, { status: 'SKIPPED', reason: 'It was left out by a person.', instanceIds: ids });
}

/** As the reference's clients send them, `a,b`, or a list. @throws DomainError bad_request */
function readIds(payload: Record<string, unknown>): string[] {
  const given = payload['resource-ids'];
  const texts = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given.map(String) : [];
  const ids = [...new Set(texts.map((text) => text.trim()).filter((text) => text !== ''))];
  if (ids.length > 0) return ids;
  throw badRequest('missing-ids', 'Invalid request: actionPayload needs resource-ids, such as "instance-1,instance-2".', [
    { field: 'actionPayload.resource-ids', message: 'is missing' },
  ]);
}

function refuseOver({ id, status }: LockedPath): void {
  if (!OPEN_STATUSES.includes(status))
    throw invalidState('upgrade-path-is-over', `${id} is ${status}: nothing of it can be changed any more.`);
}
