/** The life of each kind of operation: its steps, its statuses, what its workflows see, and what is left of a failure. */
import { ApiError } from '@cellplane/kubernetes';
import { type JsonObject, MASK } from '@cellplane/plan';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { type BeginInput, beginOperation } from './begin-operation.js';
import { addBreakpoint } from '../instance-api/breakpoint-requests.js';
import { noSnapshots } from './snapshot-port.js';
import { modifyInstance, runVerb } from './requests/change-instance.js';
import { controlOperation } from './requests/control-operation.js';
import { deleteInstance } from './requests/delete-instance.js';
import { evaluateOnInstance } from '../instance-api/evaluate-expression.js';
import { everyVerb, serveThings } from './every-verb.testing.js';
import { openWorld } from './life.testing.js';
import type { Step } from './operation.js';
import { lockInstance, reviveInstance, selectInstance } from '../instances/store.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
const things = serveThings(cluster);
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
afterEach(() => {
  things.held.clear();
  things.broken.clear();
  deps.snapshots = noSnapshots;
});
const offered = await world.offer(everyVerb());

async function running(): Promise<string> {
  const id = await world.create(offered);
  await world.reach(id, 'RUNNING');
  return id;
}

async function begin(id: string, input: Omit<BeginInput, 'instance' | 'by'>): Promise<{ operationId: string; runId: string }> {
  const begun = await transaction(deps.db, async (tx) => {
    const instance = await lockInstance(tx, id);
    if (instance === undefined) throw new Error(`there is no ${id}`);
    return beginOperation(deps, tx, { by: caller.userId, ...input, instance });
  });
  deps.wake(begun.runId);
  return begun;
}

interface Ended {
  status: string;
  message: string;
  code: string;
}

const ended = (operationId: string): Promise<Ended> =>
  until(async () => {
    const { rows } = await sql<Ended>`
      select status, message, code from operations where id = ${operationId} and finished_at is not null`.execute(deps.db);
    return rows[0];
  }, `the end of ${operationId}`);

async function runsOf(id: string): Promise<{ id: string; kind: string; phase: string }[]> {
  const { rows } = await sql<{ id: string; kind: string; phase: string }>`
    select id, kind, phase from runs where subject = ${id} order by created_at`.execute(deps.db);
  return rows;
}

const words = async (id: string) => (await runsOf(id)).map((run) => run.id.replace(`-${id}-`, ' ').replace(/ [a-z0-9]{8}$/, ''));
const spec = (name: string, id: string) => cluster.find('Thing', name, id)?.spec as JsonObject | undefined;
const status = async (id: string) => (await selectInstance(deps.db, id))?.status;
const held = (name: string, id: string) => until(() => cluster.find('Thing', name, id), `${name} of ${id}`);

const database1 = { resourceKey: 'database' };
const AWAY = new ApiError('connect ECONNREFUSED', 0, 'ConnectionRefused', 'transient');
const backupOf = (snapshotId: string): Step => ({ verb: 'backup', ...database1, snapshotId });

describe('an operation', () => {
  it('of each kind has its word, its status while it runs and after, and its values', async () => {
    const id = await running();
    const count = (value: number) => ({
      input: { parameters: { replicaCount: { value, type: 'Int32' as const } } },
      data: { replicas: value },
    });
    const failed = (value: string) => ({ value, type: 'String' as const });
    const sys = { snapshot: { id: 'instance-ss-1', time: '2026-01-01T00:00:00Z', metadata: { path: 'p' } } };
    const kinds: [BeginInput['kind'], string, string, string, Omit<BeginInput, 'instance' | 'by' | 'kind'>, JsonObject][] = [
      ['modify', 'update', 'DEPLOYING', 'modify', {}, { size: '1' }],
      ['upgrade', 'update', 'DEPLOYING', 'modify', {}, {}],
      ['restart', 'restart', 'RESTARTING', 'restart', {}, {}],
      ['addCapacity', 'add-capacity', 'SCALING_UP', 'addcapacity', count(3), { count: '3' }],
      ['removeCapacity', 'remove-capacity', 'SCALING_DOWN', 'removecapacity', count(2), { count: '2' }],
      [
        'failover',
        'failover',
        'DEPLOYING',
        'failover',
        { input: { parameters: { failedReplicaId: failed('r-1'), failedReplicaAction: failed('FAILOVER_ONLY') } } },
        { replica: 'r-1', action: 'FAILOVER_ONLY' },
      ],
      ['backup', 'backup', 'RUNNING', 'backup', { input: { sys } }, { id: 'instance-ss-1' }],
      ['deleteBackup', 'delete-backup', 'RUNNING', 'deletebackup', { input: { sys } }, { id: 'instance-ss-1', path: 'p' }],
      [
        'custom',
        'custom',
        'RUNNING',
        'repair',
        { customVerb: 'REPAIR', input: { parameters: { depth: { value: 4, type: 'Int32' } } } },
        { depth: '4', size: '1' },
      ],
    ];
    for (const [kind, word, during, name, more, seen] of kinds) {
      things.held.add(name);
      await things.remove(name, id);
      const { operationId, runId } = await begin(id, { kind, ...more });
      expect(runId).toMatch(new RegExp(`^submit-${word}-${id}-[a-z0-9]{8}$`));
      expect(await status(id), kind).toBe(during);
      await held(name, id);
      expect(spec(name, id), kind).toMatchObject(seen);
      things.held.delete(name);
      things.settle(name, id);
      expect(await ended(operationId), kind).toMatchObject({ status: 'succeeded' });
      expect(await status(id), kind).toBe('RUNNING');
    }
    // The last scaling is the count, in the row and in the parameter of that name; one that fails is not.
    expect(await selectInstance(deps.db, id)).toMatchObject({ replicas: 2, parameters: { replicaCount: 2 } });
    things.broken.add('addcapacity');
    await things.remove('addcapacity', id);
    expect(await ended((await begin(id, { kind: 'addCapacity', ...count(5) })).operationId)).toMatchObject({ status: 'failed' });
    expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'FAILED', replicas: 2, parameters: { replicaCount: 2 } });
    // A count that is given in a change is the count from then on.
    await modifyInstance(deps, caller, { instanceId: id, parameters: { replicaCount: 7 } });
    expect(await world.reach(id, 'RUNNING')).toMatchObject({ replicas: null, parameters: { replicaCount: 7 } });
  });

  it.each(['backup', 'deleteBackup', 'custom'] as const)(
    '%s that fails, is terminated or tried again leaves the status alone',
    async (kind) => {
      const id = await running();
      const name = kind === 'custom' ? 'repair' : kind.toLowerCase();
      const input = {
        sys: { snapshot: { id: 'instance-ss-2', metadata: { path: 'p' } } },
        parameters: { depth: { value: 1, type: 'Int32' as const } },
      };
      things.broken.add(name);
      const { operationId, runId } = await begin(id, { kind, input, customVerb: 'repair' });
      expect(await ended(operationId)).toMatchObject({ status: 'failed', message: expect.stringContaining('status.phase') });
      expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'RUNNING', statusMessage: '' });
      things.broken.clear();
      things.held.add(name);
      await things.remove(name, id);
      await controlOperation(deps, { runId, control: 'retry' });
      expect(await status(id)).toBe('RUNNING');
      await controlOperation(deps, { runId, control: 'terminate' });
      expect(await ended(operationId)).toMatchObject({ status: 'cancelled' });
      expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'RUNNING', statusMessage: '' });
      await controlOperation(deps, { runId, control: 'retry' });
      things.held.clear();
      things.settle(name, id);
      expect(await ended(operationId)).toMatchObject({ status: 'succeeded' });
    },
  );

  it('that failed can be tried again after what left the instance as it was, and not after what did not', async () => {
    const id = await running();
    things.broken.add('modify');
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } });
    await world.reach(id, 'FAILED');
    const runId = (await runsOf(id)).at(-1)?.id ?? '';
    await ended(
      (await begin(id, { kind: 'deleteBackup', input: { sys: { snapshot: { id: 's', metadata: { path: 'p' } } } } })).operationId,
    );
    expect(await status(id)).toBe('FAILED');
    things.broken.clear();
    await things.remove('modify', id);
    await controlOperation(deps, { runId, control: 'retry' });
    await world.reach(id, 'RUNNING');
    things.broken.add('stop');
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'FAILED');
    const stop = (await runsOf(id)).at(-1)?.id ?? '';
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '3' } });
    await world.reach(id, 'RUNNING');
    await expect(controlOperation(deps, { runId: stop, control: 'retry' })).rejects.toMatchObject({ code: 'run-is-outdated' });
  });

  it('shows its input to nobody who reads the rows', async () => {
    const id = await running();
    const input = { parameters: { depth: { value: 'hush-hush-1', type: 'Password' as const } } };
    await ended((await begin(id, { kind: 'custom', customVerb: 'repair', input })).operationId);
    expect(spec('repair', id)).toMatchObject({ depth: 'hush-hush-1' });
    for (const table of ['operations', 'runs', 'run_tasks', 'run_events', 'run_stages']) {
      const { rows } = await sql<{ text: string }>`select row_to_json(t)::text as text from ${sql.table(table)} t`.execute(deps.db);
      expect(rows.map((row) => row.text).join('\n'), table).not.toContain('hush-hush-1');
    }
  });

  it('is seen by the evaluator while it runs', async () => {
    const id = await running();
    things.held.add('repair');
    const input = {
      sys: { restore: { metadata: { path: 'p', key: 'hush-hush-2' } } },
      secretSys: [['restore', 'metadata', 'key']],
      parameters: { depth: { value: 4, type: 'Int32' as const } },
    };
    const { operationId } = await begin(id, { kind: 'custom', customVerb: 'repair', input });
    const { serviceId } = offered.place;
    const expressionMap = { depth: '$var.depth', path: '$sys.restore.metadata.path', key: '$sys.restore.metadata.key' };
    const evaluate = () => evaluateOnInstance(deps, caller, { serviceId, instanceId: id, resourceKey: 'database', expressionMap });
    expect(await evaluate()).toEqual({ result: { depth: 4, path: 'p', key: MASK } });
    await held('repair', id);
    things.held.clear();
    things.settle('repair', id);
    await ended(operationId);
    expect(await evaluate()).toMatchObject({ result: {}, error: expect.stringContaining('depth') as string });
  });

  it('cannot say what the platform says of itself', async () => {
    const id = await running();
    await ended(
      (await begin(id, { kind: 'modify', input: { sys: { instanceId: 'instance-other', namespace: 'instance-other' } } })).operationId,
    );
    expect(cluster.find('Thing', 'modify', id)).toBeDefined();
    expect(cluster.find('Thing', 'modify', 'instance-other')).toBeUndefined();
  });
});

describe('restart', () => {
  it('without a workflow of its own is a stop and a start; what fails half-way is tried again from there', async () => {
    const id = await world.create(await world.offer(everyVerb({ without: ['restart'] })));
    await world.reach(id, 'RUNNING');
    things.broken.add('start');
    await runVerb(deps, caller, { instanceId: id, kind: 'restart' });
    expect(await world.reach(id, 'FAILED')).toMatchObject({
      statusMessage: expect.stringContaining('restart failed at its start: ') as string,
    });
    expect(await words(id)).toEqual(['submit-create', 'submit-stop', 'submit-start']);
    const [, stop, start] = await runsOf(id);
    await expect(controlOperation(deps, { runId: stop?.id ?? '', control: 'retry' })).rejects.toMatchObject({ code: 'run-not-failed' });
    things.broken.clear();
    await things.remove('start', id);
    await controlOperation(deps, { runId: start?.id ?? '', control: 'retry' });
    expect(await status(id)).toBe('RESTARTING');
    await world.reach(id, 'RUNNING');
  });

  it('is not offered where the plan has neither', async () => {
    const id = await world.create(await world.offer(everyVerb({ without: ['restart', 'start'] })));
    await world.reach(id, 'RUNNING');
    await expect(runVerb(deps, caller, { instanceId: id, kind: 'restart' })).rejects.toMatchObject({ code: 'operation-not-offered' });
  });

  it('follows a failover that asks for it', async () => {
    const id = await running();
    const parameters = (action: string) => ({
      failedReplicaId: { value: 'r', type: 'String' as const },
      failedReplicaAction: { value: action, type: 'String' as const },
    });
    await ended((await begin(id, { kind: 'failover', input: { parameters: parameters('FAILOVER_AND_RECREATE') } })).operationId);
    expect(spec('failover', id)).toMatchObject({ action: 'FAILOVER_AND_RECREATE' });
    await ended((await begin(id, { kind: 'failover', input: { parameters: parameters('FAILOVER_AND_RESTART') } })).operationId);
    expect(await words(id)).toEqual(['submit-create', 'submit-failover', 'submit-failover', 'submit-restart']);
  });
});

describe('a backup of a stopped instance', () => {
  async function stopped(): Promise<string> {
    const id = await running();
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    return id;
  }
  const input = { sys: { snapshot: { id: 'instance-ss-3' } } };

  it('is stopped again, and STOPPED all the while', async () => {
    const id = await stopped();
    things.held.add('backup');
    const { operationId } = await begin(id, { kind: 'backup', input });
    await held('backup', id);
    expect(await status(id)).toBe('STOPPED');
    things.held.clear();
    things.settle('backup', id);
    expect(await ended(operationId)).toMatchObject({ status: 'succeeded' });
    expect(await status(id)).toBe('STOPPED');
    expect(await words(id)).toEqual(['submit-create', 'submit-stop', 'submit-backup', 'submit-stop']);
  });

  it('is stopped again when it fails or is terminated, and says why it failed', async () => {
    const id = await stopped();
    things.broken.add('backup');
    const failing = await begin(id, { kind: 'backup', input });
    expect(await ended(failing.operationId)).toMatchObject({ status: 'failed', message: expect.stringContaining('broken') });
    expect((await words(id)).at(-1)).toBe('submit-stop');
    // What came after it counted on its end.
    await expect(controlOperation(deps, { runId: failing.runId, control: 'retry' })).rejects.toMatchObject({ code: 'run-is-outdated' });
    things.broken.clear();
    things.held.add('backup');
    await things.remove('backup', id);
    const hanging = await begin(id, { kind: 'backup', input });
    await held('backup', id);
    await controlOperation(deps, { runId: hanging.runId, control: 'terminate' });
    expect(await ended(hanging.operationId)).toMatchObject({ status: 'cancelled' });
    expect((await words(id)).slice(-2)).toEqual(['submit-backup', 'submit-stop']);
    expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'STOPPED', statusMessage: '' });
  });

  it('says when it could not be stopped again, until a retry has', async () => {
    const id = await stopped();
    things.broken.add('stop');
    await things.remove('stop', id);
    const { operationId } = await begin(id, { kind: 'backup', input });
    expect(await ended(operationId)).toMatchObject({ status: 'failed' });
    expect(await selectInstance(deps.db, id)).toMatchObject({
      status: 'STOPPED',
      statusMessage: expect.stringMatching(/backup failed at its stop: .* It may be awake: retry the workflow\.$/) as string,
    });
    things.broken.clear();
    await things.remove('stop', id);
    await controlOperation(deps, { runId: (await runsOf(id)).at(-1)?.id ?? '', control: 'retry' });
    expect(await ended(operationId)).toMatchObject({ status: 'succeeded' });
    expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'STOPPED', statusMessage: '' });
  });

  it('that is stopped again says no more that an earlier one was not', async () => {
    const id = await stopped();
    things.broken.add('stop');
    await things.remove('stop', id);
    await ended((await begin(id, { kind: 'backup', input })).operationId);
    things.broken.clear();
    await things.remove('stop', id);
    expect(await ended((await begin(id, { kind: 'backup', input })).operationId)).toMatchObject({ status: 'succeeded' });
    expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'STOPPED', statusMessage: '' });
  });
});

it('what is FAILED keeps its reason while a backup of it is tried again', async () => {
  const id = await running();
  things.broken.add('modify').add('backup');
  await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } });
  const { statusMessage } = await world.reach(id, 'FAILED');
  expect(statusMessage).toMatch(/^modify failed: /);
  const { operationId, runId } = await begin(id, { kind: 'backup', input: { sys: { snapshot: { id: 'instance-ss-6' } } } });
  expect(await ended(operationId)).toMatchObject({ status: 'failed' });
  things.broken.clear();
  await things.remove('backup', id);
  await controlOperation(deps, { runId, control: 'retry' });
  expect(await ended(operationId)).toMatchObject({ status: 'succeeded' });
  expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'FAILED', statusMessage });
});

describe('a restore', () => {
  const sys = (from: string, to: string) => ({
    restore: { snapshotId: 'instance-ss-4', snapshotTime: '2026-01-01T00:00:00Z', metadata: { path: 'backups/4' } },
    sourceInstanceId: from,
    targetInstanceId: to,
  });

  it('into the deleted source keeps its id, and runs with what it was given', async () => {
    const id = await running();
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    const before = await selectInstance(deps.db, id);
    if (before === undefined) throw new Error('the row is gone');
    things.held.add('restore');
    const begun = await transaction(deps.db, async (tx) => {
      await lockInstance(tx, id);
      await reviveInstance(tx, id, {
        planVersion: before.planVersion,
        networkType: before.networkType,
        parameters: { ...before.parameters, size: '9' },
        sealedParameters: before.sealedParameters,
        restoredFrom: 'instance-ss-4',
      });
      const instance = await lockInstance(tx, id);
      if (instance === undefined) throw new Error('the row is gone');
      expect(instance).toMatchObject({ status: 'DEPLOYING', outputs: {}, endpoints: {}, warnings: [], placed: false, everRan: false });
      return beginOperation(deps, tx, { instance, kind: 'restore', by: caller.userId, input: { sys: sys(id, id) } });
    });
    deps.wake(begun.runId);
    await held('restore', id);
    expect(spec('restore', id)).toMatchObject({ from: 'instance-ss-4', path: 'backups/4', source: id, target: id, size: '9' });
    things.held.clear();
    things.settle('restore', id);
    const after = await world.reach(id, 'RUNNING');
    expect(after).toMatchObject({ everRan: true, deletedAt: null, restoredFrom: 'instance-ss-4', namespace: before.namespace });
    expect(after.outputs).toMatchObject({ database: { phase: { value: 'ready' } } });
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
  });

  it('brings up what it depends on by its restore, else by its create', async () => {
    const store = (name: string, verb: string) => `  - name: ${name}
    internal: true
    systemWorkflows:
      ${verb}:
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                manifest: |
                  apiVersion: v1
                  kind: ConfigMap
                  metadata: {name: ${name.toLowerCase()}}
`;
    const text = everyVerb({ services: store('Plain', 'create') }).replace(
      '  - name: Database\n',
      '  - name: Database\n    dependsOn: [plain]\n',
    );
    const both = { ...(await world.offer(text)), resourceKey: 'database', resourceId: '' };
    const id = await world.create(both);
    await world.reach(id, 'RUNNING');
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    const row = await selectInstance(deps.db, id);
    if (row === undefined) throw new Error('the row is gone');
    const begun = await transaction(deps.db, async (tx) => {
      await lockInstance(tx, id);
      await reviveInstance(tx, id, { ...row, restoredFrom: 'instance-ss-4' });
      const instance = await lockInstance(tx, id);
      if (instance === undefined) throw new Error('the row is gone');
      return beginOperation(deps, tx, { instance, kind: 'restore', by: caller.userId, input: { sys: sys(id, id) } });
    });
    deps.wake(begun.runId);
    await world.reach(id, 'RUNNING');
    expect((await words(id)).slice(-2)).toEqual(['submit-create', 'submit-restore']);
  });

  it('is refused into a source that is there, and into one that is being deleted', async () => {
    const id = await running();
    await expect(begin(id, { kind: 'restore', input: { sys: sys(id, id) } })).rejects.toMatchObject({ code: 'source-is-live' });
    things.held.add('delete');
    await deleteInstance(deps, caller, { instanceId: id });
    await expect(begin(id, { kind: 'restore', input: { sys: sys(id, id) } })).rejects.toMatchObject({
      code: 'source-is-being-deleted',
      message: expect.stringContaining('wait until it is gone') as string,
    });
    await held('delete', id);
    things.held.clear();
    things.settle('delete', id);
    await world.reach(id, 'DELETED');
  });
});

describe('a delete', () => {
  /** A last snapshot and one automated one, as the room of snapshots answers. */
  const asked: object[] = [];
  function keepSnapshots(): void {
    asked.length = 0;
    deps.snapshots = {
      ...noSnapshots,
      stepsBeforeDelete: (_tx, { skipFinalSnapshot, skipSnapshotCleanup }) => {
        asked.push({ skipFinalSnapshot, skipSnapshotCleanup });
        const final = skipFinalSnapshot ? [] : [backupOf('instance-ss-final')];
        const removals = skipSnapshotCleanup ? [] : [{ verb: 'deleteBackup' as const, ...database1, snapshotId: 'instance-ss-old' }];
        return Promise.resolve([...final, ...removals]);
      },
      inputOfStep: (_tx, step) =>
        Promise.resolve({ sys: { snapshot: { id: step.snapshotId ?? '', metadata: { path: 'kept' } } }, secretSys: [] }),
      stepEnded: (_tx, { step, ended: { outcome } }) => {
        asked.push({ step: step.snapshotId, outcome });
        return Promise.resolve();
      },
      deleteFailed: (_tx, instance) => {
        asked.push({ deleteFailed: instance.status });
        return Promise.resolve();
      },
    };
  }

  it('takes the last snapshot, removes automated ones, takes all down; each step sees its snapshot', async () => {
    const id = await running();
    keepSnapshots();
    things.held.add('deletebackup');
    await deleteInstance(deps, caller, { instanceId: id });
    await held('deletebackup', id);
    expect(spec('backup', id)).toMatchObject({ id: 'instance-ss-final' });
    expect(spec('deletebackup', id)).toMatchObject({ id: 'instance-ss-old', path: 'kept' });
    things.held.clear();
    things.settle('deletebackup', id);
    await world.reach(id, 'DELETED');
    expect(await words(id)).toEqual(['submit-create', 'submit-backup', 'submit-delete-backup', 'submit-delete']);
    expect(cluster.find('Namespace', id)).toBeUndefined();
    expect(asked).toEqual([
      { skipFinalSnapshot: false, skipSnapshotCleanup: false },
      { step: 'instance-ss-final', outcome: 'Succeeded' },
      { step: 'instance-ss-old', outcome: 'Succeeded' },
    ]);
  });

  it('that fails at a snapshot names it and the cures; a retry goes on from there, a second delete begins anew', async () => {
    const id = await running();
    keepSnapshots();
    things.broken.add('deletebackup');
    await deleteInstance(deps, caller, { instanceId: id });
    const failed = await world.reach(id, 'FAILED');
    expect(failed.statusMessage).toContain('delete failed at the removal (snapshot instance-ss-old): ');
    expect(failed.statusMessage).toContain('retry the workflow or delete again');
    expect(failed.statusMessage).toContain('skipSnapshotCleanup');
    expect(asked.at(-1)).toEqual({ deleteFailed: 'FAILED' });
    const removal = (await runsOf(id)).at(-1)?.id ?? '';
    things.broken.clear();
    await things.remove('deletebackup', id);
    things.broken.add('delete');
    await controlOperation(deps, { runId: removal, control: 'retry' });
    const later = await world.reach(id, 'FAILED');
    expect(later.statusMessage).toContain('delete failed: ');
    expect(await words(id)).toEqual(['submit-create', 'submit-backup', 'submit-delete-backup', 'submit-delete']);
    things.broken.clear();
    await things.remove('delete', id);
    things.broken.add('backup');
    await things.remove('backup', id);
    await deleteInstance(deps, caller, { instanceId: id });
    expect((await world.reach(id, 'FAILED')).statusMessage).toMatch(
      /^delete failed at its last backup \(snapshot instance-ss-final\): .*skipFinalSnapshot/,
    );
    await deleteInstance(deps, caller, { instanceId: id, skipFinalSnapshot: true, skipSnapshotCleanup: true });
    await world.reach(id, 'DELETED');
    expect((await words(id)).slice(-2)).toEqual(['submit-backup', 'submit-delete']);
  });

  it.each(['is paused', 'is held at a breakpoint', 'waits for a cell that is away'])('goes over an update that %s', async (how) => {
    const id = await running();
    things.held.add('modify');
    if (how === 'is held at a breakpoint') cluster.away = AWAY;
    const { runId = '' } = await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } });
    if (how === 'is held at a breakpoint') {
      await addBreakpoint(deps, caller, { runId, at: 'main' });
      cluster.away = undefined;
      await until(async () => {
        const { rows } = await sql`select 1 from runs where id = ${runId} and paused`.execute(deps.db);
        return rows.length > 0 || undefined;
      }, 'the breakpoint');
    } else {
      await held('modify', id);
      if (how === 'is paused') await controlOperation(deps, { runId, control: 'pause' });
      else cluster.away = AWAY;
    }
    await deleteInstance(deps, caller, { instanceId: id });
    await until(async () => ((await runsOf(id)).at(-1)?.kind === 'delete' ? true : undefined), 'the delete to begin');
    expect((await runsOf(id)).find((run) => run.id === runId)?.phase).toBe('Terminated');
    cluster.away = undefined;
    await world.reach(id, 'DELETED');
  });

  it('that waits keeps what was asked of it', async () => {
    const id = await running();
    keepSnapshots();
    things.held.add('modify');
    await modifyInstance(deps, caller, { instanceId: id, parameters: { size: '2' } });
    await held('modify', id);
    await deleteInstance(deps, caller, { instanceId: id, skipFinalSnapshot: true, skipSnapshotCleanup: true });
    await world.reach(id, 'DELETED');
    expect(asked).toEqual([{ skipFinalSnapshot: true, skipSnapshotCleanup: true }]);
    const { rows } = await sql`
      select payload->>'operation' as operation, payload->>'outcome' as outcome from events
      where subject = ${id} and kind = 'operation-ended' order by id`.execute(deps.db);
    expect(rows.slice(-2)).toEqual([
      { operation: 'modify', outcome: 'cancelled' },
      { operation: 'delete', outcome: 'succeeded' },
    ]);
  });

  it('of a backup that is to be stopped again goes on at once', async () => {
    const id = await running();
    await runVerb(deps, caller, { instanceId: id, kind: 'stop' });
    await world.reach(id, 'STOPPED');
    things.held.add('backup');
    const { operationId } = await begin(id, { kind: 'backup', input: { sys: { snapshot: { id: 'instance-ss-5' } } } });
    await held('backup', id);
    await deleteInstance(deps, caller, { instanceId: id });
    expect(await ended(operationId)).toMatchObject({ status: 'cancelled' });
    await world.reach(id, 'DELETED');
    expect(await words(id)).toEqual(['submit-create', 'submit-stop', 'submit-backup', 'submit-delete']);
  });
});

describe('a snapshot of a deleted instance', () => {
  it('is deleted with access made for it, which is gone after, also when it fails', async () => {
    const id = await running();
    await deleteInstance(deps, caller, { instanceId: id });
    await world.reach(id, 'DELETED');
    const steps: Step[] = [{ verb: 'deleteBackup', ...database1, snapshotId: 'instance-ss-6' }];
    const remove = () =>
      begin(id, {
        kind: 'deleteBackup',
        steps,
        trigger: 'schedule',
        input: { sys: { snapshot: { id: 'instance-ss-6', metadata: { path: 'p' } } } },
      });
    things.broken.add('deletebackup');
    const first = await remove();
    await held('deletebackup', id);
    expect(await ended(first.operationId)).toMatchObject({ status: 'failed' });
    expect(cluster.find('Namespace', id)).toBeUndefined();
    things.broken.clear();
    // The fake cluster keeps what was in a namespace.
    await things.remove('deletebackup', id);
    const second = await remove();
    expect(await ended(second.operationId)).toMatchObject({ status: 'succeeded' });
    expect(cluster.find('Namespace', id)).toBeUndefined();
    expect(await selectInstance(deps.db, id)).toMatchObject({ status: 'DELETED', placed: true });
    expect((await selectInstance(deps.db, id))?.deletedAt).not.toBeNull();
    await expect(controlOperation(deps, { runId: first.runId, control: 'retry' })).rejects.toMatchObject({ code: 'run-is-outdated' });
  });
});
