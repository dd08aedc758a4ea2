/** What an instance stands on is read as before, however much of its history has gone. */
import { ApiError } from '@cellplane/kubernetes';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { sentDuring } from '../database/sent.testing.js';
import { testDatabase } from '../database/test-database.testing.js';
import { knownRuns } from '../engine/run-history.js';
import { describeExecution, historyOf } from '../instance-api/executions.js';
import { instanceHistory } from '../instance-api/history.js';
import { openRunViews } from '../instance-api/live/run-views.js';
import { workflowHandlers } from '../instance-api/run-handlers.js';
import { writtenManifests } from '../engine/written-manifests.js';
import { selectHistorySince } from '../instances/past-instance-store.js';
import { insertInstanceEvent } from '../instances/instance-event-store.js';
import { transaction } from '../database/database.js';
import { modifyInstance } from '../lifecycle/requests/change-instance.js';
import { callCustomWorkflow } from '../lifecycle/requests/custom-workflow.js';
import { controlOperation } from '../lifecycle/requests/control-operation.js';
import { deleteInstance } from '../lifecycle/requests/delete-instance.js';
import { scaleInstance } from '../lifecycle/requests/capacity.js';
import { selectLastWritten, selectStartedResources } from '../lifecycle/past-runs-store.js';
import { selectRequestedChanges } from '../lifecycle/requested-change-store.js';
import { serveStores, storePlan } from '../lifecycle/safety.testing.js';
import { openReconciledWorld } from '../reconciliation/world.testing.js';
import { age, retentionOf, round } from './retention.testing.js';
import { inParts } from './retention.js';
import { claimRound, selectRemoved, selectRound } from './store.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openReconciledWorld(database);
const { deps, caller, cluster } = world;
const { db } = deps;
serveStores(cluster);
const plan = await world.offer(storePlan('Stores'));
const inProduction = await world.offer(storePlan('Production'), 'PROD');
const retention = retentionOf(db);
afterAll(() => world.close());

const runsOf = async (id: string) =>
  (await sql<{ id: string; kind: string }>`select id, kind from runs where subject = ${id} order by created_at`.execute(db)).rows;
const operationsOf = async (id: string) =>
  (await sql<{ kind: string }>`select kind from operations where instance_id = ${id} order by created_at`.execute(db)).rows.map(
    (row) => row.kind,
  );
async function modify(id: string, size: number): Promise<void> {
  await modifyInstance(deps, caller, { instanceId: id, parameters: { size } });
  await world.reach(id, 'RUNNING');
  await world.atRest(id);
}
async function repaint(id: string): Promise<void> {
  const custom = { instanceId: id, workflow: { verb: 'repaint' }, audience: () => 'FLEET' as const, parameters: {} };
  await callCustomWorkflow(deps, caller, custom);
  await world.atRest(id);
}
/** Everything that is read of the runs of an instance but by its pages of history. */
async function readings(id: string) {
  const store = { apiVersion: 'stores.test/v1', kind: 'Store', name: id };
  return {
    lastWritten: await selectLastWritten(db, id, store),
    started: await selectStartedResources({ db, stageSets: deps.stageSets }, { id }),
    requested: await selectRequestedChanges(db, [{ id, networkType: 'PUBLIC', planVersion: '1.0' }]),
    findings: await world.findings(id),
    written: (await sql`select * from instance_objects where instance_id = ${id} order by kind, name`.execute(db)).rows,
  };
}

describe('history that is over', () => {
  it('goes, and what the instance stands on stays: the same is read, and the same can be done', async () => {
    const id = await world.running(plan);
    await modify(id, 2);
    for (const size of [3, 4]) await modify(id, size);
    for (let times = 0; times < 3; times += 1) await repaint(id);
    await world.reconcile();
    await age(db, id, 15);
    const before = await readings(id);
    const all = await runsOf(id);
    expect(before.lastWritten?.runId).toBe(all.at(-1)?.id);

    expect(await round(retention)).toBe('ended');
    // The create, the last modify and the last of the custom workflow.
    expect((await runsOf(id)).map((run) => run.kind)).toEqual(['create', 'modify', 'custom']);
    expect(await operationsOf(id)).toEqual(['create', 'modify', 'custom']);
    expect(await readings(id)).toEqual(before);
    expect(await selectHistorySince(db, id)).toBeInstanceOf(Date);
    expect(
      (
        await knownRuns(
          db,
          all.map((run) => run.id),
        )
      ).size,
    ).toBe(3);
    for (const table of ['run_tasks', 'run_stages', 'run_events'])
      expect((await sql`select 1 from ${sql.table(table)} where run_id = ${all[1]?.id}`.execute(db)).rows).toEqual([]);

    // Whoever asks for what is gone is told; a foreign organization is told nothing.
    const handlers = workflowHandlers(deps);
    const { serviceId, environmentId } = plan.place;
    const asked = { params: { serviceId, environmentId, id: all[1]?.id ?? '' }, query: {}, body: undefined, caller };
    await expect(handlers.describeWorkflow(asked)).rejects.toMatchObject({ kind: 'not_found', code: 'removed-by-retention' });
    const stranger = { ...caller, orgId: 'org-other', userId: 'user-other' };
    await expect(handlers.describeWorkflow({ ...asked, caller: stranger })).rejects.toMatchObject({ code: 'workflow-not-found' });
    const unknown = { ...asked, params: { ...asked.params, id: 'submit-modify-instance-unknown-abcdefgh' } };
    await expect(handlers.describeWorkflow(unknown)).rejects.toMatchObject({ code: 'workflow-not-found' });
    const place = { ...plan.place, instanceId: id };
    const instance = await historyOf(db, caller, place);
    await expect(describeExecution(deps, openRunViews(deps), instance, all[1]?.id ?? '')).rejects.toMatchObject({
      code: 'removed-by-retention',
    });
    expect(await instanceHistory(db, caller, { instanceId: id })).toMatchObject({ historySince: expect.stringMatching(/Z$/) as string });

    // Nothing differs, also for one who compares everything anew; and the instance lives on.
    await sql`update instances set objects_until = null where id = ${id}`.execute(db);
    await world.reconcile();
    expect(await world.codes(id)).toEqual([]);
    cluster.vanish('Store', id);
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 5 } });
    expect((await world.reach(id, 'FAILED')).statusMessage).toContain(`Store/${id} is gone: it was there`);
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 5 }, recreateMissing: true });
    await world.reach(id, 'RUNNING');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
  });

  it('is kept for as long as the environment type says', async () => {
    const id = await world.running(inProduction);
    for (const size of [2, 3]) await modify(id, size);
    await world.reconcile();
    await age(db, id, 89);
    await round(retention);
    expect(await runsOf(id)).toHaveLength(3);
    expect(await selectHistorySince(db, id)).toBeNull();
    await age(db, id, 2);
    await round(retention);
    expect(await runsOf(id)).toHaveLength(2);
  });

  it('stays where a comparison has yet to read it, and where it is not over', async () => {
    const id = await world.running(plan);
    for (const size of [2, 3]) await modify(id, size);
    await age(db, id, 15);
    await round(retention);
    expect(await runsOf(id)).toHaveLength(3);
    await world.reconcile();
    await round(retention);
    expect(await runsOf(id)).toHaveLength(2);
    await repaint(id);
    await repaint(id);
    await round(retention);
    expect(await runsOf(id)).toHaveLength(4);
  });

  it('leaves what can be tried again', async () => {
    const id = await world.running(plan);
    await modify(id, 2);
    cluster.fault = (call, key, done) => {
      if (call === 'apply' && key.name === id && !done) throw new ApiError('the policy says no', 422, 'Invalid', 'permanent');
    };
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: 3 } });
    await world.atRest(id);
    cluster.fault = () => {};
    await world.reconcile();
    await age(db, id, 15);
    const before = await readings(id);
    await round(retention);
    expect(await readings(id)).toEqual(before);
    expect(before.requested.get(id)).toMatchObject({ status: 'FAILED', requestParams: { size: 3 } });
    await controlOperation(deps, { runId: before.requested.get(id)?.workflowId ?? '', control: 'retry' });
    await world.reach(id, 'RUNNING');
    await world.atRest(id);
    expect(cluster.find('Store', id)?.['spec']).toMatchObject({ size: 3 });
  });

  it('keeps the patches of which a manifest is made until it is put together', async () => {
    const id = await world.running(plan);
    for (let times = 0; times < 3; times += 1) {
      await scaleInstance(deps, caller, { instanceId: id, kind: 'addCapacity', by: 1 });
      await world.atRest(id);
    }
    await world.reconcile();
    await age(db, id, 15);
    const object = { group: 'stores.test', kind: 'Store', name: id };
    const before = await writtenManifests(deps, id, object, null);
    expect(before.writes.map((one) => one.action)).toEqual(['apply', 'patch', 'patch', 'patch']);
    await round(retention);
    expect(await writtenManifests(deps, id, object, null)).toEqual(before);
    await sql`insert into drift_objects (instance_id, api_group, kind, name, api_version, run_id, composed_until, sealed_manifest)
      values (${id}, 'stores.test', 'Store', ${id}, 'stores.test/v1', '', now(), '')`.execute(db);
    await round(retention);
    expect((await runsOf(id)).map((run) => run.kind)).toEqual(['create', 'addCapacity']);
  });

  it('of notes the newest of each type stays', async () => {
    const id = await world.running(plan);
    for (const message of ['one', 'two', 'three'])
      await transaction(db, (tx) =>
        insertInstanceEvent(tx, { instanceId: id, type: message === 'one' ? 'GoodBackup' : 'NoGoodBackup', message }),
      );
    await age(db, id, 15);
    await round(retention);
    const { rows } = await sql<{ message: string }>`select message from instance_events where instance_id = ${id} order by id`.execute(db);
    expect(rows.map((row) => row.message)).toEqual(['one', 'three']);
  });
});

describe('a deleted instance', () => {
  it('loses its runs with its history, keeps its last operations, and goes at last itself', async () => {
    const id = await world.running(plan);
    await modify(id, 2);
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    await world.atRest(id);
    await age(db, id, 15);
    await round(retention);
    expect(await runsOf(id)).toEqual([]);
    expect(await operationsOf(id)).toEqual(['create', 'modify', 'delete']);
    await age(db, id, 380);
    await round(retention);
    expect(await operationsOf(id)).toHaveLength(3);
    await age(db, id, 6);
    await round(retention);
    expect((await sql`select 1 from instances where id = ${id}`.execute(db)).rows).toEqual([]);
    expect(await operationsOf(id)).toEqual([]);
  });
});

describe('parts', () => {
  it('hold as many rows as one transaction may remove; a larger run goes alone', () => {
    const sizes = new Map(['a', 'b', 'c', 'd', 'e'].map((id, at) => [id, [4, 6, 1, 30, 2][at] ?? 0]));
    const parts = inParts(
      [...sizes.keys(), 'unknown'].map((id) => ({ id })),
      sizes,
      10,
    );
    expect(parts.map((part) => part.map(({ id }) => id).join(''))).toEqual(['ab', 'c', 'd', 'eunknown']);
    expect(inParts([], sizes)).toEqual([]);
  });
});

describe('the round', () => {
  it('is one process at a time, goes on where another was killed, and begins anew when it is due', async () => {
    const ids = [await world.running(plan), await world.running(plan)].toSorted();
    for (const id of ids) for (const size of [2, 3]) await modify(id, size);
    await world.reconcile();
    for (const id of ids) await age(db, id, 15);
    // Killed after the first of them: nobody lets it go.
    expect(await claimRound(db, { owner: 'killed', everySeconds: 0 })).toBe('');
    await sql`update retention_rounds set position = ${ids[0]}`.execute(db);
    expect(await round(retention)).toBe('not due');
    await sql`update retention_rounds set lease_until = now() - interval '1 second'`.execute(db);
    expect(await round(retention)).toBe('ended');
    expect(await Promise.all(ids.map(async (id) => (await runsOf(id)).length))).toEqual([3, 2]);
    expect(await claimRound(db, { owner: 'other', everySeconds: 3_600 })).toBeUndefined();
    expect(await round(retention)).toBe('ended');
    expect(await Promise.all(ids.map(async (id) => (await runsOf(id)).length))).toEqual([2, 2]);
  });

  it('leaves an instance that somebody holds, and says so', async () => {
    const id = await world.running(plan);
    for (const size of [2, 3]) await modify(id, size);
    await world.reconcile();
    await age(db, id, 15);
    await transaction(db, async (tx) => {
      await sql`select 1 from instances where id = ${id} for update`.execute(tx);
      expect(await round(retention)).toBe('ended');
    });
    expect(await runsOf(id)).toHaveLength(3);
    expect((await selectRound(db))?.leftOver).toBe(1);
    await round(retention);
    expect(await runsOf(id)).toHaveLength(2);
    expect((await selectRound(db))?.leftOver).toBe(0);
  });

  it('comes to its end, and begins anew, though a plan cannot be removed', async () => {
    const id = await world.running(plan);
    for (const size of [2, 3]) await modify(id, size);
    await world.reconcile();
    await sql`insert into plans (id, environment_id, model_id, service_api_id, name, url_key, deleted_at)
      select 'pt-stays', id, 'sm-stays', 'sa-stays', 'Stays', 'stays', now() - interval '500 days' from environments limit 1`.execute(db);
    await sql`create function refuse_removal() returns trigger language plpgsql as $$ begin raise exception 'it is held'; end $$`.execute(
      db,
    );
    await sql`create trigger held before delete on plans for each row execute function refuse_removal()`.execute(db);
    expect(await round(retention)).toBe('ended');
    await age(db, id, 15);
    expect(await round(retention)).toBe('ended');
    expect(await runsOf(id)).toHaveLength(2);
    await sql`drop trigger held on plans`.execute(db);
    await round(retention);
    expect((await sql`select 1 from plans where id = 'pt-stays'`.execute(db)).rows).toEqual([]);
  });

  it('removes runs with many tasks and events in transactions of their own', async () => {
    const id = await world.running(plan);
    for (let times = 0; times < 5; times += 1) await repaint(id);
    await world.reconcile();
    await age(db, id, 15);
    await sql`insert into run_events (run_id, at, type, step, message) select id, now(), (select type from run_events limit 1), 'workflow', 'again' from runs, generate_series(1, 11000)
      where subject = ${id} and kind = 'custom'`.execute(db);
    const sent = await sentDuring(database, () => round(retention));
    expect((await runsOf(id)).map((run) => run.kind)).toEqual(['create', 'custom']);
    expect(sent.filter(({ text }) => /\bdelete from runs\b/.test(text))).toHaveLength(4);
  });

  it('stops when it is told to, and removes runs whose instance is not there any more', async () => {
    const id = await world.running(plan);
    await modify(id, 2);
    await sql`insert into runs (id, kind, subject, org_id, cell_id, namespace, field_manager, labels, before, after, data, sealed_values, deadline_at, phase,
      created_at, finished_at, due_at)
      select 'orphan-' || n, 'create', 'instance-gone', org_id, cell_id, namespace, field_manager, labels, before, after, '{}', sealed_values, deadline_at,
        phase, now() - interval '20 days', now() - interval '20 days', null
      from runs, generate_series(1, 3) n where subject = ${id} and kind = 'create'`.execute(db);
    const before = (await selectRemoved(db)).find((one) => one.kind === 'runs')?.removed ?? 0;
    await round(retention);
    expect(await runsOf('instance-gone')).toEqual([]);
    expect((await selectRemoved(db)).find((one) => one.kind === 'runs')?.removed).toBe(before + 3);
  });
});
