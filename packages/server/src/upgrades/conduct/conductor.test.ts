import { afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { migrate } from '../../database/migrate.js';
import { silentLogger } from '../../log.js';
import { openFleet } from '../fleet.testing.js';
import { conduct } from './conductor.js';
import type { Judgement } from './judge.js';
import { judgementQueue } from './judgement-queue.js';
import { noteNumberTexts, numberTextOf } from '../../request-text/number-text.js';
import { putWindow } from '../window/window-store.js';
import { readWindow, windowAt } from '../window/maintenance-window.js';
import { databaseTime } from '../../database/clock.js';

const database = await testDatabase({ poolSize: 10 });
const { db } = database;
await migrate(db, silentLogger);
const fleet = await openFleet(db);
afterEach(async () => {
  fleet.refusals.clear();
  await sql`delete from upgrade_paths`.execute(db);
  await sql`delete from maintenance_windows`.execute(db);
  await sql`delete from operations`.execute(db);
  await sql`delete from instances`.execute(db);
});
/** Ends everything that goes on, turn after turn, until nothing begins any more. */
const playOut = async (how: (id: string) => 'succeeded' | 'failed' = () => 'succeeded') => {
  const touched: string[] = [];
  for (;;) {
    await fleet.turn();
    const running = await fleet.running();
    if (running.length === 0) return touched;
    for (const id of running) {
      touched.push(id);
      await fleet.end(id, how(id));
    }
  }
};
const noSoak = { soakSeconds: 0 };

describe('a path', () => {
  it('brings its instances to the version, so many at a time, and counts them all the while', async () => {
    const ids = await fleet.add(7);
    const id = await fleet.create({ maxConcurrentUpgrades: 3 });
    expect(await fleet.path(id)).toMatchObject({ status: 'PENDING', pendingCount: 7, totalCount: 7, type: 'Major', sourceVersion: '1.0' });
    await fleet.turn();
    expect(await fleet.running()).toHaveLength(3);
    expect(await fleet.path(id)).toMatchObject({ status: 'IN_PROGRESS', pendingCount: 4, inProgressCount: 3, totalCount: 7 });
    await fleet.turn();
    expect(await fleet.running()).toHaveLength(3);
    await playOut();
    expect(await fleet.path(id)).toMatchObject({ status: 'COMPLETE', completedCount: 7, totalCount: 7, completedAt: expect.any(String) });
    const { rows } = await sql<{ version: string }>`select distinct plan_version as version from instances`.execute(db);
    expect(rows).toEqual([{ version: '2.0' }]);
    expect(ids).toHaveLength(7);
  });

  it('is halted when too many have failed, and nothing of the next wave is touched', async () => {
    await fleet.add(20);
    const id = await fleet.create({ maxConcurrentUpgrades: 5, strategy: { canary: 4, ...noSoak } });
    await playOut(() => 'failed');
    const path = await fleet.path(id);
    expect(path).toMatchObject({ status: 'PAUSED', halted: true, failedCount: 4, pendingCount: 16, currentWave: 1 });
    expect(path.statusMessage).toMatch(/^Halted in wave 1 of 2: 4 of its 4 instances failed \(it halts at 1\)\. Resume or cancel it; at /);
    expect(path.failedInstanceReasons).toEqual(
      Object.fromEntries(
        [...(await fleet.upgrades(id))].filter(([, { wave }]) => wave === 0).map(([one]) => [one, { reason: 'it failed' }]),
      ),
    );
    const later = [...(await fleet.upgrades(id)).values()].filter(({ wave }) => wave === 1);
    expect(new Set(later.map(({ status }) => status))).toEqual(new Set(['PENDING']));
    const { rows } = await sql<{
      kind: string;
    }>`select kind from events where subject = ${id} and kind <> 'thing-changed' order by id`.execute(db);
    expect(rows.map(({ kind }) => kind)).toEqual(['upgrade-path-started', 'upgrade-path-halted']);

    await fleet.manage(id, 'resume');
    await playOut();
    expect(await fleet.path(id)).toMatchObject({
      status: 'FAILED',
      failedCount: 4,
      completedCount: 16,
      statusMessage: '4 instances failed.',
    });
  });

  it('does not begin what cannot begin, and that counts as a failure', async () => {
    const ids = await fleet.add(3);
    for (const one of ids) fleet.refusals.set(one, 'Parameter "tier" has no value.');
    const id = await fleet.create({ strategy: { haltAtFailures: 2 } });
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'PAUSED', failedCount: 2, pendingCount: 1 });
    expect([...(await fleet.upgrades(id)).values()].slice(0, 2)).toMatchObject([
      { status: 'FAILED', reason: 'Not begun: Parameter "tier" has no value.' },
      { status: 'FAILED' },
    ]);
    expect(await fleet.running()).toEqual([]);
  });

  it('leaves out what is deleted, stopped, or upgraded by hand, and says why', async () => {
    const [deleted = '', stopped = '', upgraded = '', elsewhere = ''] = await fleet.add(4);
    const id = await fleet.create();
    await sql`update instances set deleted_at = now(), status = 'DELETED' where id = ${deleted}`.execute(db);
    await sql`update instances set status = 'STOPPED' where id = ${stopped}`.execute(db);
    await sql`update instances set plan_version = '2.0' where id = ${upgraded}`.execute(db);
    await sql`update instances set plan_version = '3.0' where id = ${elsewhere}`.execute(db);
    await playOut();
    expect(Object.fromEntries(await fleet.upgrades(id))).toMatchObject({
      [deleted]: { status: 'SKIPPED', reason: 'It was deleted.' },
      [stopped]: { status: 'SKIPPED', reason: 'It is STOPPED: only what runs is upgraded.' },
      [upgraded]: { status: 'SKIPPED', reason: 'It runs 2.0 already: somebody has upgraded it meanwhile.' },
      [elsewhere]: { status: 'SKIPPED', reason: 'It runs 3.0 by now, and not 1.0, which the path begins with.' },
    });
    expect(await fleet.path(id)).toMatchObject({ status: 'COMPLETE', skippedCount: 4 });
  });

  it('waits by name for an instance on which something goes on, and goes on with the others', async () => {
    const [busy = '', other = ''] = await fleet.add(2);
    await sql`insert into operations (id, instance_id, kind, status, requested_by, next_steps, data)
      values ('op-backup', ${busy}, 'backup', 'running', 'cellplane', '[]', '{}')`.execute(db);
    const id = await fleet.create();
    await fleet.turn();
    expect(await fleet.running()).toEqual([other]);
    expect((await fleet.upgrades(id)).get(busy)).toMatchObject({
      status: 'PENDING',
      reason: 'Waits for the end of its backup (op-backup).',
    });
    await sql`update operations set status = 'succeeded', finished_at = now() where id = 'op-backup'`.execute(db);
    await sql`update instance_upgrades set next_try_at = now()`.execute(db);
    await playOut();
    expect(await fleet.path(id)).toMatchObject({ status: 'COMPLETE', completedCount: 2 });
  });

  it('waits for the maintenance window of a customer, until it is another one', async () => {
    const [one = ''] = await fleet.add(1);
    const now = await databaseTime(db);
    // Two days from now, whenever that is.
    const day = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'][(now.getUTCDay() + 2) % 7] ?? '';
    const window = readWindow({ weekdays: [day], start: '12:00', durationMinutes: 60, timeZone: 'UTC' });
    const at = windowAt(window, now);
    await transaction(db, (tx) => putWindow(tx, fleet.caller.orgId, { subject: fleet.caller.orgId, ...window, setBy: 'x' }));
    const id = await fleet.create();
    await fleet.turn();
    expect((await fleet.upgrades(id)).get(one)).toMatchObject({
      status: 'PENDING',
      reason: `Waits for its maintenance window, next at ${at.open ? '' : at.next.toISOString()}.`,
    });
    const urgent = await fleet.create({ strategy: { ignoreMaintenanceWindows: true } });
    expect((await fleet.upgrades(urgent)).get(one)).toMatchObject({ status: 'SKIPPED', reason: `It is in upgrade path ${id}.` });
    await sql`delete from maintenance_windows`.execute(db);
    await sql`update instance_upgrades set next_try_at = now()`.execute(db);
    await sql`update upgrade_paths set due_at = now()`.execute(db);
    await fleet.turn();
    expect(await fleet.running()).toEqual([one]);
  });

  it('is watched between its waves, and halted where what was upgraded is not well', async () => {
    await fleet.add(3);
    const id = await fleet.create({ strategy: { waves: [1], soakSeconds: 3_600 } });
    const touched = await playOut();
    expect(touched).toHaveLength(1);
    expect(await fleet.path(id)).toMatchObject({
      status: 'IN_PROGRESS',
      soakUntil: expect.any(String),
      completedCount: 1,
      pendingCount: 2,
    });
    await sql`update instances set findings = '[{"code": "missing"}]' where id = ${touched[0] ?? ''}`.execute(db);
    await sql`update upgrade_paths set soak_until = now(), due_at = now()`.execute(db);
    expect(await playOut()).toEqual([]);
    const halted = await fleet.path(id);
    expect(halted).toMatchObject({ status: 'PAUSED', halted: true, pendingCount: 2 });
    expect(halted.statusMessage).toContain(
      `Halted after wave 1 of 2: gate health: 1 of the upgraded instances is not well: ${touched[0]} (its cell lacks what it must have).`,
    );
    await fleet.manage(id, 'resume');
    expect(await playOut()).toHaveLength(2);
    await sql`update upgrade_paths set soak_until = now(), due_at = now()`.execute(db);
    await sql`update instances set findings = '[]'`.execute(db);
    await playOut();
    expect(await fleet.path(id)).toMatchObject({ status: 'COMPLETE', completedCount: 3 });
  });

  it('comes after another one, or not at all if that has failed', async () => {
    await fleet.add(1);
    const first = await fleet.create();
    await fleet.add(1);
    const second = await fleet.create({ strategy: { after: first } });
    await fleet.turn();
    expect(await fleet.path(second)).toMatchObject({
      status: 'PENDING',
      statusMessage: `Waits for the end of ${first}, which is IN_PROGRESS.`,
      after: first,
    });
    for (const one of await fleet.running()) await fleet.end(one, 'failed');
    await fleet.turn();
    expect(await fleet.path(first)).toMatchObject({ status: 'FAILED' });
    await sql`update upgrade_paths set due_at = now()`.execute(db);
    await fleet.turn();
    expect(await fleet.path(second)).toMatchObject({ status: 'PAUSED', halted: true });
    await fleet.manage(second, 'resume');
    await playOut();
    expect(await fleet.path(second)).toMatchObject({ status: 'COMPLETE', completedCount: 1 });
  });

  it('does not begin because the one that it comes after is gone', async () => {
    await fleet.add(1);
    const first = await fleet.create();
    await fleet.add(1);
    const second = await fleet.create({ strategy: { after: first } });
    await sql`delete from upgrade_paths where id = ${first}`.execute(db);
    await fleet.turn();
    const path = await fleet.path(second);
    expect(path).toMatchObject({ status: 'PAUSED', halted: true, inProgressCount: 0 });
    expect(path.statusMessage).toContain(`Not begun: ${first}, which it comes after, is gone with its plan.`);
  });

  it('that goes on over failures is still judged by its gates', async () => {
    await fleet.add(4);
    const id = await fleet.create({ maxConcurrentUpgrades: 1, strategy: { waves: [3], haltAtFailures: 1, ...noSoak } });
    await fleet.turn();
    const [first = ''] = await fleet.running();
    await fleet.end(first, 'failed');
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'PAUSED', failedCount: 1 });
    await sql`update instances set findings = '[{"code": "missing"}]' where id <> ${first}`.execute(db);
    await fleet.manage(id, 'resume');
    await playOut();
    const path = await fleet.path(id);
    expect(path).toMatchObject({ status: 'PAUSED', halted: true, failedCount: 1, completedCount: 2, pendingCount: 1 });
    expect(path.statusMessage).toContain('Halted after wave 1 of 2: gate health: 2 of the upgraded instances are not well');
  });

  it('accepts no other failures in place of those that were retried and have succeeded', async () => {
    await fleet.add(4);
    const id = await fleet.create({ maxConcurrentUpgrades: 1, strategy: { haltAtFailures: 1 } });
    await fleet.turn();
    const [first = ''] = await fleet.running();
    await fleet.end(first, 'failed');
    await fleet.turn();
    await fleet.manage(id, 'resume');
    await fleet.turn();
    const [second = ''] = await fleet.running();
    await sql`update operations set status = 'running', finished_at = null where instance_id = ${first}`.execute(db);
    await fleet.end(first, 'succeeded');
    await fleet.turn();
    await fleet.end(second, 'failed');
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'PAUSED', halted: true, completedCount: 1, failedCount: 1, pendingCount: 2 });
  });

  it('counts an instance as failed whose upgrade breaks in a way that nobody foresaw, and goes on with the others', async () => {
    const [broken = '', other = ''] = await fleet.add(2);
    const id = await fleet.create({ strategy: { haltAtFailurePercent: 100 } });
    const { one } = fleet.deps;
    const begin: typeof one.begin = async (tx, input) => {
      if (input.instance.id === broken) await sql`select 1 / 0`.execute(tx);
      return one.begin(tx, input);
    };
    await conduct({ ...fleet.deps, one: { ...one, begin } });
    expect(await fleet.running()).toEqual([other]);
    expect((await fleet.upgrades(id)).get(broken)).toMatchObject({
      status: 'FAILED',
      reason: expect.stringMatching(/^Not begun: something/),
    });
  });

  it('gives numbers to its instances as they were written: of a text the digits count', async () => {
    await fleet.add(1);
    const request = { configurationOverrides: { version: 15.1, sizes: [1.1, 2], note: 'x' } };
    noteNumberTexts('{"configurationOverrides":{"version":15.10,"sizes":[1.10,2],"note":"x"}}', request);
    await fleet.create(request);
    const given: unknown[] = [];
    const begin: typeof fleet.deps.one.begin = (tx, input) => {
      given.push(input.parameters);
      return fleet.deps.one.begin(tx, input);
    };
    await conduct({ ...fleet.deps, one: { ...fleet.deps.one, begin } });
    const [overrides] = given as [{ version: number; sizes: number[]; note: string }];
    expect(JSON.stringify(overrides)).toBe('{"version":15.1,"sizes":[1.1,2],"note":"x"}');
    expect([numberTextOf(overrides, 'version'), numberTextOf(overrides.sizes, 0)]).toEqual(['15.10', '1.10']);
  });

  it('is judged by one copy at a time where that reads cells, and not on the turn of the others', async () => {
    await fleet.add(2);
    const conditions = [{ kind: 'Thing', condition: 'status.phase == ready' }];
    const id = await fleet.create({ strategy: { canary: 1, ...noSoak, gates: { health: false, conditions } } });
    await fleet.turn();
    for (const one of await fleet.running()) await fleet.end(one, 'succeeded');
    const judgements: Judgement[] = [];
    for (const _ of ['one copy', 'another']) await conduct(fleet.deps, (judgement) => judgements.push(judgement));
    expect(judgements).toEqual([{ id, wave: 0, readsCells: true }]);
    expect(await fleet.path(id)).toMatchObject({ status: 'IN_PROGRESS', statusMessage: 'The gates of wave 1 are judged.' });
    const queue = judgementQueue(fleet.deps);
    for (const judgement of judgements) queue.add(judgement);
    await queue.work();
    const path = await fleet.path(id);
    expect(path).toMatchObject({ status: 'PAUSED', halted: true, pendingCount: 1 });
    expect(path.statusMessage).toContain('have written no Thing');
  });

  it('begins at its time, and not before', async () => {
    await fleet.add(1);
    const { rows } = await sql<{ at: Date }>`select now() + interval '1 hour' as at`.execute(db);
    const id = await fleet.create({ scheduledDate: rows[0]?.at.toISOString() ?? '' });
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'SCHEDULED', scheduledCount: 1, pendingCount: 0, inProgressCount: 0 });
    await sql`update upgrade_paths set scheduled_at = now(), due_at = now()`.execute(db);
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'IN_PROGRESS', inProgressCount: 1 });
  });
});

describe('people', () => {
  it('pause, and a day later it is cancelled by itself', async () => {
    await fleet.add(3);
    const id = await fleet.create({ maxConcurrentUpgrades: 1 });
    await fleet.turn();
    await fleet.manage(id, 'pause');
    for (const one of await fleet.running()) await fleet.end(one, 'succeeded');
    await fleet.turn();
    expect(await fleet.running()).toEqual([]);
    expect(await fleet.path(id)).toMatchObject({ status: 'PAUSED', completedCount: 1, pendingCount: 2, lastRequestedAction: 'pause' });
    await expect(fleet.manage(id, 'pause')).rejects.toMatchObject({ code: 'upgrade-path-is-paused' });
    await sql`update upgrade_paths set paused_at = now() - interval '25 hours', due_at = now()`.execute(db);
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'CANCELLED', completedCount: 1, skippedCount: 2, totalCount: 3 });
    await expect(fleet.manage(id, 'resume')).rejects.toMatchObject({ code: 'upgrade-path-is-over' });
  });

  it('may act on a paused path: it rests as long as it did', async () => {
    const ids = await fleet.add(3);
    const id = await fleet.create();
    await fleet.manage(id, 'pause');
    await fleet.manage(id, 'skip-instances', { 'resource-ids': ids[2] ?? '' });
    await fleet.manage(id, 'notify-customer');
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'PAUSED', pendingCount: 2, skippedCount: 1 });
    // Whatever looks at it too early.
    await sql`update upgrade_paths set due_at = now()`.execute(db);
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'PAUSED', pendingCount: 2 });
    await fleet.manage(id, 'resume');
    await playOut();
    expect(await fleet.path(id)).toMatchObject({ status: 'COMPLETE', completedCount: 2, skippedCount: 1 });
  });

  it('cancel, and what has begun goes on and is counted', async () => {
    await fleet.add(3);
    const id = await fleet.create({ maxConcurrentUpgrades: 1 });
    await fleet.turn();
    await fleet.manage(id, 'cancel');
    expect(await fleet.path(id)).toMatchObject({ status: 'CANCELLED', inProgressCount: 1, skippedCount: 2 });
    for (const one of await fleet.running()) await fleet.end(one, 'succeeded');
    await fleet.turn();
    expect(await fleet.path(id)).toMatchObject({ status: 'CANCELLED', inProgressCount: 0, completedCount: 1, skippedCount: 2 });
  });

  it('leave instances out that wait, and no others', async () => {
    const ids = await fleet.add(3);
    const id = await fleet.create({ maxConcurrentUpgrades: 1 });
    await fleet.turn();
    const [first = ''] = await fleet.running();
    const [second = '', third = ''] = ids.filter((one) => one !== first);
    await fleet.manage(id, 'skip-instances', { 'resource-ids': `${second}, ${third}` });
    expect(await fleet.path(id)).toMatchObject({ inProgressCount: 1, skippedCount: 2, pendingCount: 0 });
    await expect(fleet.manage(id, 'skip-instances', { 'resource-ids': first })).rejects.toMatchObject({ code: 'already-begun' });
    await expect(fleet.manage(id, 'skip-instances', { 'resource-ids': 'instance-x' })).rejects.toMatchObject({ code: 'not-in-path' });
    await expect(fleet.manage(id, 'skip-instances', {})).rejects.toMatchObject({ code: 'missing-ids' });
  });

  it('take an instance into one path at a time', async () => {
    await fleet.add(2);
    const first = await fleet.create();
    const second = await fleet.create();
    expect(await fleet.path(second)).toMatchObject({ skippedCount: 2, totalCount: 2 });
    expect([...(await fleet.upgrades(second)).values()].map(({ reason }) => reason)).toEqual([
      `It is in upgrade path ${first}.`,
      `It is in upgrade path ${first}.`,
    ]);
    await fleet.turn();
    expect(await fleet.path(second)).toMatchObject({ status: 'COMPLETE' });
  });

  it.each([
    [{ targetVersion: '1.0' }, 'same-version'],
    [{ targetVersion: '9.0' }, 'version-not-found'],
    [{ maxConcurrentUpgrades: 0 }, 'invalid-concurrency'],
    [{ maxConcurrentUpgrades: 26 }, 'invalid-concurrency'],
    [{ scheduledDate: 'tomorrow' }, 'invalid-date'],
    [{ upgradeFilters: { COLOURS: ['red'] } }, 'unknown-filter'],
    [{ upgradeFilters: { REGIONS: [] } }, 'empty-filter'],
    [{ upgradeFilters: { INSTANCE_IDS: ['instance-x'] } }, 'not-eligible'],
    [{ upgradeFilters: { REGIONS: ['mars'] } }, 'nothing-to-upgrade'],
    [{ strategy: { after: 'upgrade-x' } }, 'upgrade-path-not-found'],
  ])('are told what is wrong with %j', async (request, code) => {
    await fleet.add(1);
    await expect(fleet.create(request)).rejects.toMatchObject({ code });
    expect((await sql`select 1 from upgrade_paths`.execute(db)).rows).toEqual([]);
  });
});
