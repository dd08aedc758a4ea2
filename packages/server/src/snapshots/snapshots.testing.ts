/** A plan with backups on the fake cluster, a clock that tests move, and an operator that makes stores and backups. */
import { afterAll } from 'vitest';
import { type OpenDatabase, sql } from '../database/database.js';
import { until } from '../engine/engine.testing.js';
import { follow } from '../events/follow.js';
import { openWorld, type World } from '../lifecycle/life.testing.js';
import { sweepDueWork } from './due-work.js';
import { newSnapshotId, type SnapshotDeps, type SnapshotRow, type SnapshotStatus } from './snapshot.js';
import { scheduleFollower } from './schedule-follower.js';
import { snapshotPort } from './snapshot-port.js';
import { selectSnapshot, selectSnapshotsOf } from './store.js';

export interface SnapshotWorld extends World {
  snapshots: SnapshotDeps;
  clock: { now: Date; advance(ms: number): void };
  /** What the operator does with backups from now on; `fail` and `hang` by verb. */
  behaviour: { backup: 'succeed' | 'fail' | 'hang'; removal: 'succeed' | 'fail' };
  sweep(): ReturnType<typeof sweepDueWork>;
  /** Waits for a snapshot's status. */
  snapshotIs(id: string, ...statuses: SnapshotStatus[]): Promise<SnapshotRow>;
  /** Waits until no operation is open on the instance. */
  atRest(instanceId: string): Promise<void>;
  live(instanceId: string): Promise<SnapshotRow[]>;
  /** A newer complete automated snapshot of the instance, which never expires: retention may end those before it. Answers its id. */
  newerBackup(instanceId: string): Promise<string>;
  /** Nothing of other instances is due any more. */
  alone(instanceId: string): Promise<void>;
  /** Waits until there is an answer. */
  until<T>(probe: () => T | undefined | Promise<T | undefined>): Promise<T>;
  /** Ends a backup that hangs. */
  finishBackup(snapshotId: string): Promise<void>;
}

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** Noon of some day; every test begins there. */
const START = new Date('2030-01-01T12:00:00.000Z');

export async function openSnapshotWorld(database: OpenDatabase): Promise<SnapshotWorld> {
  const world = await openWorld(database);
  const { deps, cluster } = world;
  const clock = {
    now: new Date(START),
    advance: (ms: number) => {
      clock.now = new Date(clock.now.getTime() + ms);
    },
  };
  const now = () => Promise.resolve(clock.now);
  deps.snapshots = snapshotPort({ sealer: deps.sealer, log: deps.log, now });
  const snapshots: SnapshotDeps = { instances: deps, now, backupsPerCell: 20 };
  const following = await follow({ database, log: deps.log, followers: [scheduleFollower({ now })] });
  afterAll(() => following.stop());
  // The test's clock stands still until it is moved: what has ended is followed before it moves.
  const followed = () =>
    until(async () => {
      const { rows } = await sql`
        select 1 from events e, event_followers f where e.kind = 'operation-ended' and not (e.payload->>'operation' = any('{backup,deleteBackup}'))
          and (e.position is null or e.position > f.position) limit 1`.execute(deps.db);
      return rows.length === 0 ? true : undefined;
    }, 'facts to be followed');
  const behaviour: SnapshotWorld['behaviour'] = { backup: 'succeed', removal: 'succeed' };
  cluster.serve('stores.test/v1', 'Store', 'stores');
  cluster.serve('stores.test/v1', 'Backup', 'backups');
  cluster.serve('stores.test/v1', 'Removal', 'removals');
  cluster.operator = (object, cell) => {
    const { name, namespace } = object.metadata;
    if (cell.find(object.kind, name, namespace) === undefined) return;
    if (object.kind === 'Store') cell.setStatus('Store', name, { phase: 'ready' }, namespace);
    if (object.kind === 'Backup' && behaviour.backup === 'succeed')
      cell.setStatus('Backup', name, { phase: 'completed', backupId: `id-of-${name}`, key: `key-of-${name}` }, namespace);
    if (object.kind === 'Backup' && behaviour.backup === 'fail')
      cell.setStatus('Backup', name, { phase: 'failed', error: 'the bucket is full' }, namespace);
    if (object.kind === 'Removal')
      cell.setStatus('Removal', name, { phase: behaviour.removal === 'succeed' ? 'done' : 'failed' }, namespace);
  };
  return {
    ...world,
    snapshots,
    clock,
    behaviour,
    reach: async (...to) => {
      const row = await world.reach(...to);
      await followed();
      return row;
    },
    sweep: () => sweepDueWork(snapshots),
    snapshotIs: (id, ...statuses) =>
      until(
        async () => {
          const row = await selectSnapshot(deps.db, id);
          return row !== undefined && statuses.includes(row.status) ? row : undefined;
        },
        `${id} to be ${statuses.join(' or ')}`,
      ),
    atRest: (instanceId) =>
      until(async () => {
        const { rows } = await sql`
          select 1 from operations where instance_id = ${instanceId} and status in ('running', 'waiting')`.execute(deps.db);
        return rows.length === 0 ? true : undefined;
      }, `${instanceId} to be at rest`).then(async () => void (await followed())),
    live: (instanceId) => selectSnapshotsOf(deps.db, instanceId),
    newerBackup: async (instanceId) => {
      const id = newSnapshotId();
      await sql`
        insert into snapshots select (jsonb_populate_record(s, jsonb_build_object('id', ${id}::text, 'origin', 'periodic', 'status', 'COMPLETE',
          'expires_at', null, 'taken_at', ${clock.now}::timestamptz + interval '1 minute', 'copied_from', null, 'delete_wanted_at', null))).*
        from snapshots s where s.source_instance_id = ${instanceId} order by s.taken_at desc limit 1`.execute(deps.db);
      return id;
    },
    alone: async (instanceId) => {
      await sql`delete from backup_schedules where instance_id <> ${instanceId}`.execute(deps.db);
      await sql`update snapshots set expires_at = null, delete_wanted_at = null where source_instance_id <> ${instanceId}`.execute(deps.db);
    },
    until: (probe) => until(async () => probe(), 'a condition of the test'),
    finishBackup: async (id) => {
      await until(async () => cluster.find('Backup', id), `Backup ${id}`);
      behaviour.backup = 'succeed';
      cluster.setStatus('Backup', id, { phase: 'completed', backupId: `id-of-${id}` });
    },
  };
}

export interface PlanOptions {
  name?: string;
  policy?: { period?: number; retention?: number; final?: boolean } | null;
  limit?: number;
  /** Lines of the backup's outputs. */
  outputs?: string;
  restore?: boolean;
  /** False: the plan cannot remove its backups. */
  deleteBackup?: boolean;
  /** Seconds of the backup workflow. */
  backupSeconds?: number;
  /** One more line of the restored store's spec. */
  restoreSpec?: string;
  /** What the removal asks for beside the snapshot's id; the metadata unless it is said. */
  removalReads?: string;
  /** The backup is a Secret, whose content is the output. */
  backupKind?: 'Secret';
}

/** A store that is backed up by an object named after the snapshot, and restored from what the snapshot's record says. */
export function backupPlan(options: PlanOptions = {}): string {
  const { period = 1, retention = 1, final = false } = options.policy ?? {};
  const policy =
    options.policy === null
      ? ''
      : `
    capabilities:
      backupConfiguration: {backupRetentionInDays: ${retention}, backupPeriodInHours: ${period}, snapshotBeforeDeletion: ${final}}`;
  const one = (verb: string, values: Record<string, string>, action: string, gates: string, manifest: string, outputs = '') => `
      ${verb}:${outputs}
        workflow:
          entrypoint: main${
            verb === 'backup' && options.backupSeconds !== undefined
              ? `
          activeDeadlineSeconds: ${options.backupSeconds}`
              : ''
          }
          arguments:
            parameters:
${Object.entries(values)
  .map(([name, value]) => `              - {name: ${name}, value: "{{ ${value} }}"}`)
  .join('\n')}
          templates:
            - name: main
              inputs: {parameters: [${Object.keys(values)
                .map((name) => `{name: ${name}}`)
                .join(', ')}]}
              dag:
                tasks:
                  - name: it
                    template: it
                    arguments: {parameters: [${Object.keys(values)
                      .map((name) => `{name: ${name}, value: "{{inputs.parameters.${name}}}"}`)
                      .join(', ')}]}
            - name: it
              inputs: {parameters: [${Object.keys(values)
                .map((name) => `{name: ${name}}`)
                .join(', ')}]}
              resource:
                action: ${action}
${gates}                manifest: |
${manifest
  .trim()
  .split('\n')
  .map((line) => `                  ${line}`)
  .join('\n')}`;
  const ready = '                successCondition: status.phase == ready\n';
  const store = `
apiVersion: stores.test/v1
kind: Store
metadata:
  name: "{{inputs.parameters.id}}"
spec:
  size: {{inputs.parameters.size}}
  password: "{{inputs.parameters.password}}"`;
  const named = (kind: string, name: string) =>
    `apiVersion: stores.test/v1\nkind: ${kind}\nmetadata:\n  name: "{{inputs.parameters.${name}}}"`;
  const values = { id: '$sys.instanceId', size: '$var.size', password: '$var.password' };
  const restored = {
    ...values,
    snapshot: '$sys.restore.snapshotId',
    time: '$sys.restore.snapshotTime',
    backup: '$sys.restore.metadata.backupId',
    source: '$sys.sourceInstanceId',
    target: '$sys.targetInstanceId',
    from: '$sys.sourceNamespace',
  };
  const restoreSpec = ['snapshot', 'time', 'backup', 'source', 'target', 'from'].map(
    (name) => `  ${name}: "{{inputs.parameters.${name}}}"`,
  );
  if (options.restoreSpec !== undefined) restoreSpec.push(`  ${options.restoreSpec}`);
  const isSecret = options.backupKind === 'Secret';
  return `
name: ${options.name ?? 'Stores'}
deployment:
  hostedDeployment:
    awsAccountId: "123456789012"
    awsBootstrapRoleAccountArn: "arn:aws:iam::123456789012:role/x"
tenancyType: CUSTOM_TENANCY
${options.limit === undefined ? '' : `maxNumberOfInstancesAllowed: ${options.limit}`}
services:
  - name: Store${policy}
    apiParameters:
      - {key: size, type: Int32, modifiable: true, defaultValue: "1", limits: {min: 1, max: 5}}
      - {key: password, type: Password, required: true, modifiable: true}
    systemWorkflows:${[
      one('create', values, 'apply', ready, store),
      one('modify', values, 'apply', ready, store),
      one('delete', { id: '$sys.instanceId' }, 'delete', '                flags: ["--ignore-not-found=true"]\n', named('Store', 'id')),
      one('stop', values, 'apply', ready, store),
      one('start', values, 'apply', ready, store),
      one(
        'backup',
        { snapshot: '$sys.snapshot.id', time: '$sys.snapshot.time' },
        'apply',
        isSecret
          ? ''
          : '                successCondition: status.phase == completed\n                failureCondition: status.phase == failed\n',
        isSecret
          ? `apiVersion: v1\nkind: Secret\nmetadata:\n  name: "{{inputs.parameters.snapshot}}"\ndata:\n  key: "key-of-{{inputs.parameters.snapshot}}"`
          : `${named('Backup', 'snapshot')}\nspec:\n  time: "{{inputs.parameters.time}}"`,
        `
        outputParameters:
          backupId: "$tasks.it.resource.${isSecret ? 'data.key' : 'status.backupId'}"${options.outputs ?? ''}`,
      ),
      ...(options.deleteBackup === false
        ? []
        : [
            one(
              'deleteBackup',
              { snapshot: '$sys.snapshot.id', backup: options.removalReads ?? '$sys.snapshot.metadata' },
              'apply',
              '                successCondition: status.phase == done\n                failureCondition: status.phase == failed\n',
              named('Removal', 'snapshot'),
            ),
          ]),
      ...(options.restore === false ? [] : [one('restore', restored, 'apply', ready, `${store}\n${restoreSpec.join('\n')}`)]),
    ].join('')}
`;
}
