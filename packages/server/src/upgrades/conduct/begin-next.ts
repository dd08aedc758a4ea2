/** Begins the upgrade of the next instance of a wave; or says why it is left out, has failed before it began, or waits. */
import { savepoint, type Transaction } from '../../database/database.js';
import { DomainError, invalidState, messageOf } from '../../errors.js';
import { gaveWay, isAway } from '../../database/away.js';
import { storageTroubleOf } from '../../database/storage-trouble.js';
import { mustWait } from './not-now.js';
import { lockUnlessHeld } from '../../instances/lock-store.js';
import { type InstanceRow, lockInstance, selectInstance } from '../../instances/store.js';
import { selectOpenOperations } from '../../lifecycle/store.js';
import { openOverrides } from '../create-path.js';
import type { UpgradeDeps } from '../deps.js';
import { endPending, lockNext, putOff, setBegun, type UpgradeRow } from '../instance-upgrade-store.js';
import { windowAt } from '../window/maintenance-window.js';
import type { LockedPath } from '../path-store.js';
import { selectWindowFor } from '../window/window-store.js';

/** An instance on which something goes on is tried again after so many seconds. */
const BUSY_S = 5;
/** One that somebody holds just now: milliseconds are enough, and others of the wave have their turn first. */
const HELD_S = 1;

/** The path is locked. Undefined: none is due. `runId`: of the upgrade that has begun. */
export async function beginNext(deps: UpgradeDeps, tx: Transaction, path: LockedPath): Promise<{ runId?: string } | undefined> {
  const row = await lockNext(tx, path.id, path.wave);
  if (row === undefined) return undefined;
  const wait = async (reason: string, until: Date) => {
    await putOff(tx, row, { reason, until });
    return {};
  };
  if (!(await lockUnlessHeld(tx, row.instanceId))) {
    // Plans take their instances with them.
    if ((await selectInstance(tx, row.instanceId)) === undefined) return over(tx, row, 'It is gone.');
    return wait('Waits for somebody who changes it just now.', after(path, HELD_S));
  }
  const instance = await lockInstance(tx, row.instanceId);
  const unfit = instance === undefined ? 'It is gone.' : unfitness(instance, path);
  if (instance === undefined || unfit !== undefined) return over(tx, row, unfit ?? 'It is gone.');
  const [open] = await selectOpenOperations(tx, instance.id);
  if (open !== undefined) return wait(`Waits for the end of its ${open.kind} (${open.id}).`, after(path, BUSY_S));
  const closed = path.strategy.ignoreWindows ? undefined : await nextOpening(tx, instance, path.now);
  if (closed !== undefined) return wait(`Waits for its maintenance window, next at ${closed.toISOString()}.`, closed);
  if (instance.status !== 'RUNNING' && instance.status !== 'FAILED')
    return over(tx, row, `It is ${instance.status}: only what runs is upgraded.`);
  const begun = await begin(deps, tx, path, instance);
  if (!(begun instanceof DomainError)) {
    await setBegun(tx, row, { targetVersion: path.targetVersion, ...begun });
    return { runId: begun.runId };
  }
  if (mustWait(begun)) return wait(`Waits: ${begun.message}`, after(path, BUSY_S));
  await endPending(tx, row.pathId, { status: 'FAILED', reason: `Not begun: ${begun.message}`, instanceIds: [row.instanceId] });
  return {};
}

async function over(tx: Transaction, row: UpgradeRow, reason: string): Promise<Record<string, never>> {
  await endPending(tx, row.pathId, { status: 'SKIPPED', reason, instanceIds: [row.instanceId] });
  return {};
}

/** Why the instance is none of the path any more. */
function unfitness(instance: InstanceRow, { sourceVersion, targetVersion }: LockedPath): string | undefined {
  if (instance.deletedAt !== null || instance.status === 'DELETED') return 'It was deleted.';
  if (instance.status === 'DELETING' || instance.takingDown) return 'It is being deleted.';
  if (instance.planVersion === targetVersion) return `It runs ${targetVersion} already: somebody has upgraded it meanwhile.`;
  if (instance.planVersion !== sourceVersion)
    return `It runs ${instance.planVersion} by now, and not ${sourceVersion}, which the path begins with.`;
  return undefined;
}

async function nextOpening(tx: Transaction, instance: InstanceRow, now: Date): Promise<Date | undefined> {
  const window = await selectWindowFor(tx, instance);
  const at = window === undefined ? undefined : windowAt(window, now);
  return at === undefined || at.open ? undefined : at.next;
}

/** What begins, or its refusal; of a refused one nothing stays written. */
async function begin(
  deps: UpgradeDeps,
  tx: Transaction,
  path: LockedPath,
  instance: InstanceRow,
): Promise<{ operationId: string; runId: string } | DomainError> {
  const begun = await savepoint(
    tx,
    () =>
      deps.one.begin(tx, {
        instance,
        target: path.targetVersion,
        parameters: openOverrides(deps, path),
        by: path.createdBy,
        data: { upgradePathId: path.id },
      }),
    isOfInstance,
  );
  if (begun instanceof DomainError || !(begun instanceof Error)) return begun;
  // Nobody foresaw it. It is this instance's failure: the others have their turn, and the path its end.
  deps.instances.log.error({ upgradePath: path.id, instance: instance.id, error: messageOf(begun) }, 'an upgrade could not be begun');
  return invalidState('upgrade-not-begun', 'something that nobody foresaw went wrong; the log of the server says what.');
}

function isOfInstance(error: unknown): error is Error {
  return error instanceof Error && !isAway(error) && !gaveWay(error) && storageTroubleOf(error) === undefined;
}

function after({ now }: LockedPath, seconds: number): Date {
  return new Date(now.getTime() + seconds * 1_000);
}
