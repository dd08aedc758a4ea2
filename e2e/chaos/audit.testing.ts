/** Counts, after everything has come to rest: what was lost, what was done twice, what is stuck, what ended as it should not. */
import { type Database, sql } from '../../packages/server/src/database/database.js';
import { RUN_ANNOTATION } from '../../packages/server/src/engine/object-marks.js';
import type { Installation, Write } from './installation.testing.js';
import type { Asked } from './players.testing.js';

export interface Verdict {
  /** Accepted requests, by kind. */
  accepted: Record<string, number>;
  refused: number;
  unknown: number;
  operations: Record<string, number>;
  /** By origin and status. */
  snapshots: Record<string, number>;
  /** Upgrade paths by status, and the instances in them. */
  paths: Record<string, number>;
  upgrades: Record<string, number>;
  runs: number;
  /** Each a sentence. All of them must be empty. */
  lost: string[];
  doubled: string[];
  stuck: string[];
  /** A status, an object or an operation's end that does not follow from what was accepted. */
  wrong: string[];
}

interface OperationRow {
  id: string;
  instance_id: string;
  kind: string;
  status: string;
  message: string;
  code: string;
  run_id: string | null;
  created_at: Date;
}

interface InstanceRow {
  id: string;
  status: string;
  status_message: string;
  parameters: { size?: string; replicaCount?: number };
  plan_version: string;
}

interface SnapshotRow {
  id: string;
  instance: string;
  origin: string;
  status: string;
  deleted: boolean;
  message: string;
}

interface PathRow {
  id: string;
  status: string;
  message: string;
}

/** An instance in an upgrade path, with the operation that upgraded it. */
interface UpgradeRow {
  path: string;
  instance: string;
  status: string;
  reason: string;
  operation: string | null;
  rollback: string | null;
}

interface RunRow {
  id: string;
  subject: string;
  /** A delete of what was never made has nothing to do. */
  acts: boolean;
  phase: string;
  message: string;
  started_at: Date | null;
  finished_at: Date | null;
}

/** What has not ended: operations, runs, snapshots on their way, schedules whose backup is due. */
async function unfinished(db: Database): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`
    select 'operation ' || kind || ' of ' || instance_id || ' is ' || status as what from operations where finished_at is null
    union all select 'run ' || id || ' is ' || phase from runs where finished_at is null
    union all select 'snapshot ' || s.id || ' is ' || s.status || ' ' || s.message from snapshots s
      join instances i on i.id = s.source_instance_id
      where s.deleted_at is null and (s.status in ('PENDING', 'RUNNING', 'DELETING') or s.delete_wanted_at is not null
        -- Past its time; the last complete one of an instance that lives stays.
        or s.expires_at < now() and (s.status <> 'COMPLETE' or i.deleted_at is not null or exists (
          select 1 from snapshots newer where newer.source_instance_id = s.source_instance_id and newer.deleted_at is null
            and newer.status = 'COMPLETE' and newer.expires_at is not null
            and (newer.taken_at, newer.created_at, newer.id) > (s.taken_at, s.created_at, s.id))))
    -- A halted one waits for a person, with its time of an end.
    union all select 'upgrade path ' || id || ' is ' || status from upgrade_paths where status in ('SCHEDULED', 'PENDING', 'IN_PROGRESS')
    union all select 'upgrade of ' || instance_id || ' in ' || path_id || ' is IN_PROGRESS' from instance_upgrades where status = 'IN_PROGRESS'
    union all select 'the backup of ' || instance_id || ' is due' from backup_schedules where next_at < now()`.execute(db);
  return rows.map((row) => row.what);
}

/** How often the periodic backup of an instance fell due. */
export type DueBackups = Map<string, number>;

/**
 * Time goes by for some of what waits for its hour: periodic backups fall due, automated snapshots expire.
 * It is the rows that are moved, since the processes' clock is PostgreSQL's own.
 */
export async function moveTime(db: Database, due: DueBackups): Promise<void> {
  // Counted before: whether the statement was carried out may stay unknown.
  const { rows } = await sql<{ id: string }>`select instance_id as id from backup_schedules order by random() limit 2`.execute(db);
  for (const { id } of rows) due.set(id, (due.get(id) ?? 0) + 1);
  await sql`update backup_schedules set next_at = now() where instance_id = any(${rows.map(({ id }) => id)})`.execute(db);
  await sql`update snapshots set expires_at = now() where id in
    (select id from snapshots where status = 'COMPLETE' and expires_at > now() order by random() limit 2)`.execute(db);
}

/** Waits until nothing goes on any more; answers what still does after the time. */
export async function atRest(db: Database, limitMs: number): Promise<string[]> {
  const deadline = Date.now() + limitMs;
  for (;;) {
    const left = await unfinished(db);
    if (left.length === 0 || Date.now() > deadline) return left;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
}

/** What is still open though its time is over, more seconds ago than the engine may take to notice. */
export async function overdue(db: Database, graceSeconds: number): Promise<string[]> {
  const { rows } = await sql<{ id: string; phase: string }>`
    select id, phase from runs where finished_at is null and deadline_at < now() - make_interval(secs => ${graceSeconds})`.execute(db);
  return rows.map((row) => `run ${row.id} is ${row.phase} after its deadline`);
}

export async function audit(installation: Installation, asked: Asked[], due: DueBackups = new Map()): Promise<Verdict> {
  const { db } = installation.database;
  const [operations, instances, runs, snapshots, paths, upgrades] = await Promise.all([
    sql<OperationRow>`select * from operations order by created_at, id`.execute(db).then(({ rows }) => rows),
    sql<InstanceRow>`select id, status, status_message, parameters, plan_version from instances`.execute(db).then(({ rows }) => rows),
    sql<RunRow>`select id, subject, workflow is not null as acts, phase, message, started_at, finished_at from runs`
      .execute(db)
      .then(({ rows }) => rows),
    sql<SnapshotRow>`select id, source_instance_id as instance, origin, status, deleted_at is not null as deleted, message from snapshots`
      .execute(db)
      .then(({ rows }) => rows),
    sql<PathRow>`select id, status, status_message as message from upgrade_paths`.execute(db).then(({ rows }) => rows),
    sql<UpgradeRow>`
      select path_id as path, instance_id as instance, status, reason, operation_id as operation, rollback_status as rollback from instance_upgrades`
      .execute(db)
      .then(({ rows }) => rows),
  ]);
  const ofPaths = new Set(upgrades.map(({ operation }) => operation));
  /** Operations that somebody asked for one by one. */
  const single = operations.filter(({ id }) => !ofPaths.has(id));
  const writes = await installation.writes();
  const accepted = asked.filter((one) => one.outcome === 'accepted');
  return {
    accepted: countBy(accepted, (one) => one.kind),
    refused: asked.filter((one) => one.outcome === 'refused').length,
    unknown: asked.filter((one) => one.outcome === 'unknown').length,
    operations: countBy(operations, (one) => `${one.kind} ${one.status}`),
    snapshots: countBy(snapshots, (one) => `${one.origin} ${one.status}`),
    paths: countBy(paths, (one) => one.status),
    upgrades: countBy(upgrades, (one) => one.status),
    runs: runs.length,
    lost: [
      ...lostOperations(asked, single, instances),
      ...lostSnapshots(snapshots, accepted),
      ...lostExecutions(accepted, runs),
      ...lostPaths(paths, accepted),
    ],
    doubled: [
      ...doubledObjects(writes, runs, operations),
      ...overlappingRuns(runs),
      ...tooManyOperations(asked, single),
      ...tooManyUpgrades(asked, { paths, upgrades, operations }),
      ...tooManySnapshots(asked, snapshots, due),
    ],
    stuck: await unfinished(db),
    wrong: [
      ...wrongEnds(operations, runs),
      ...wrongStates(operations, instances, writes),
      ...wrongSnapshots(snapshots, writes),
      ...wrongPaths(paths, upgrades, operations),
    ],
  };
}

/** Each accepted request has its row. A delete of what is being deleted already joins that delete. */
function lostOperations(asked: Asked[], operations: OperationRow[], instances: InstanceRow[]): string[] {
  const known = new Set(instances.map(({ id }) => id));
  return perInstance(asked).flatMap(([instance, kind, requests]) => {
    if (!known.has(instance)) return [`instance ${instance} is not there`];
    const least = requests.filter(({ outcome }) => outcome === 'accepted').length;
    const rows = operations.filter((row) => row.instance_id === instance && row.kind === kind).length;
    const wanted = kind === 'delete' ? Math.min(1, least) : kind === 'deleteBackup' ? 0 : least;
    return rows < wanted ? [`${instance}: ${least} accepted ${kind}, ${rows} in the table`] : [];
  });
}

/** An unanswered request may have been accepted; more than that was never asked for. */
function tooManyOperations(asked: Asked[], operations: OperationRow[]): string[] {
  // Asked for by nobody: what the platform does by itself.
  const ours = new Set(['modify', 'upgrade', 'stop', 'start', 'restart', 'delete', 'custom', 'addCapacity', 'removeCapacity', 'failover']);
  const ofOne = perInstance(asked)
    .filter(([, kind]) => ours.has(kind))
    .flatMap(([instance, kind, requests]) => {
      const most = possible(requests, kind);
      const rows = operations.filter((row) => row.instance_id === instance && row.kind === kind).length;
      return rows > most ? [`${instance}: ${most} ${kind} were asked for, ${rows} are in the table`] : [];
    });
  // Nobody knows which instance an unanswered one has made; of a recorded state nobody knows what was asked for.
  const ofAll = (asked.length === 0 ? [] : ['create', 'restore']).flatMap((kind) => {
    const rows = operations.filter((row) => row.kind === kind).length;
    return rows > possible(asked, kind) ? [`${possible(asked, kind)} ${kind} were asked for, ${rows} are in the table`] : [];
  });
  return [...ofOne, ...ofAll];
}

/** How many of a kind may have been accepted. */
function possible(asked: Asked[], kind: string): number {
  return asked.filter((one) => one.kind === kind && one.outcome !== 'refused').length;
}

/** By hand no more than were asked for, by schedule no more than fell due. */
function tooManySnapshots(asked: Asked[], snapshots: SnapshotRow[], due: DueBackups): string[] {
  return [...new Set(snapshots.map((row) => row.instance))].flatMap((instance) => {
    const of = (origin: string) => snapshots.filter((row) => row.instance === instance && row.origin === origin).length;
    const byHand = possible(
      asked.filter((one) => one.instance === instance),
      'backup',
    );
    return [
      ...(of('manual') > byHand ? [`${instance}: ${byHand} backups were asked for, ${of('manual')} are in the table`] : []),
      ...(of('periodic') > (due.get(instance) ?? 0)
        ? [`${instance}: its backup fell due ${due.get(instance) ?? 0} times, ${of('periodic')} periodic ones are in the table`]
        : []),
    ];
  });
}

function lostSnapshots(snapshots: SnapshotRow[], accepted: Asked[]): string[] {
  const found = new Map(snapshots.map((row) => [row.id, row]));
  const made = accepted.filter(({ kind, snapshot }) => kind === 'backup' && snapshot !== undefined && !found.has(snapshot));
  const removed = accepted.filter(({ kind, snapshot }) => kind === 'deleteBackup' && found.get(snapshot ?? '')?.deleted !== true);
  return [
    ...made.map(({ snapshot }) => `snapshot ${snapshot} was accepted and is not there`),
    ...removed.map(({ snapshot }) => `snapshot ${snapshot} was to be deleted and is ${JSON.stringify(found.get(snapshot ?? ''))}`),
  ];
}

/** Each accepted path is there; one that was to be cancelled is over. */
function lostPaths(paths: PathRow[], accepted: Asked[]): string[] {
  const found = new Map(paths.map((row) => [row.id, row.status]));
  return accepted.flatMap(({ kind, path }) => {
    if (path === undefined) return [];
    const status = found.get(path);
    if (status === undefined) return [`upgrade path ${path} was accepted and is not there`];
    return kind === 'cancel path' && status !== 'CANCELLED' ? [`upgrade path ${path} was cancelled and is ${status}`] : [];
  });
}

/** No path that nobody asked for, no instance upgraded twice by one path or by two. */
function tooManyUpgrades(asked: Asked[], of: { paths: PathRow[]; upgrades: UpgradeRow[]; operations: OperationRow[] }): string[] {
  const most = possible(asked, 'path');
  const began = of.upgrades.filter(({ operation }) => operation !== null);
  const shared = began.filter(({ operation }, at) => began.findIndex((other) => other.operation === operation) !== at);
  return [
    ...(of.paths.length > most ? [`${most} upgrade paths were asked for, ${of.paths.length} are in the table`] : []),
    ...shared.map(({ path, instance, operation }) => `operation ${operation} of ${instance} is counted in ${path} and in another path`),
  ];
}

/** A path's words and its instances' agree, and both with the operations. */
function wrongPaths(paths: PathRow[], upgrades: UpgradeRow[], operations: OperationRow[]): string[] {
  const ends = new Map(operations.map((row) => [row.id, row]));
  const own = (path: PathRow, status: string) => upgrades.filter((one) => one.path === path.id && one.status === status).length;
  return [
    ...paths.flatMap((path) => {
      const told = `upgrade path ${path.id} is ${path.status} (${path.message})`;
      return [
        ...(path.status !== 'PAUSED' && own(path, 'PENDING') > 0 ? [`${told}, and ${own(path, 'PENDING')} instances wait`] : []),
        ...(path.status === 'COMPLETE' && own(path, 'FAILED') > 0 ? [`${told}, and ${own(path, 'FAILED')} have failed`] : []),
        ...(path.status === 'FAILED' && own(path, 'FAILED') === 0 ? [`${told}, and none has failed`] : []),
      ];
    }),
    ...upgrades.flatMap(({ path, instance, status, reason, operation }) => {
      const end = operation === null ? undefined : ends.get(operation);
      const told = `${instance} in ${path} is ${status} (${reason}), its operation ${end?.kind ?? 'none'} ${end?.status ?? ''}`;
      if (end === undefined) return status === 'COMPLETE' ? [told] : [];
      if (end.kind !== 'upgrade') return [told];
      return (status === 'COMPLETE') === (end.status === 'succeeded') ? [] : [told];
    }),
  ];
}

function lostExecutions(accepted: Asked[], runs: RunRow[]): string[] {
  const known = new Set(runs.map(({ id }) => id));
  return accepted
    .filter(({ execution }) => execution !== undefined && !known.has(execution))
    .map(({ execution }) => `execution ${execution} was accepted and is not there`);
}

/** Each run makes one `turn`; each instance is born once; each snapshot is saved once. */
function doubledObjects(writes: Write[], runs: RunRow[], operations: OperationRow[]): string[] {
  const deletedSnapshotsOf = new Set(operations.filter(({ kind }) => kind === 'deleteBackup').map((operation) => operation.instance_id));
  const maps = writes.filter(({ resource, deleted }) => resource === 'configmaps' && !deleted);
  const uids = (of: Write[], key: (write: Write) => string) => {
    const found = new Map<string, Set<string>>();
    for (const write of of) found.set(key(write), (found.get(key(write)) ?? new Set()).add(write.uid));
    return found;
  };
  const turns = uids(
    maps.filter(({ name }) => name === 'turn'),
    (write) => write.annotations[RUN_ANNOTATION] ?? 'nobody',
  );
  const singles = uids(
    maps.filter(({ name }) => name === 'born' || name.startsWith('snapshot-')),
    ({ namespace, name }) => `${namespace}/${name}`,
  );
  const namespaces = uids(
    writes.filter(({ resource, deleted }) => resource === 'namespaces' && !deleted),
    ({ name }) => name,
  );
  return [
    ...[...turns].filter(([, made]) => made.size !== 1).map(([run, made]) => `run ${run} took its turn ${made.size} times`),
    ...runs
      .filter(({ id, phase, acts }) => acts && phase === 'Succeeded' && !turns.has(id))
      .map(({ id }) => `run ${id} has succeeded and never took its turn`),
    ...[...singles].filter(([, made]) => made.size !== 1).map(([object, made]) => `${object} was made ${made.size} times`),
    ...[...namespaces]
      // A snapshot that is removed after its instance makes the namespace again.
      .filter(([name, made]) => made.size > 1 && !deletedSnapshotsOf.has(name))
      .map(([name, made]) => `namespace ${name} was made ${made.size} times`),
  ];
}

/** Two runs of one instance never work at the same time. */
function overlappingRuns(runs: RunRow[]): string[] {
  const subjects = new Map<string, RunRow[]>();
  for (const run of runs.filter(({ started_at }) => started_at !== null))
    subjects.set(run.subject, [...(subjects.get(run.subject) ?? []), run]);
  return [...subjects.values()].flatMap((own) => {
    const ordered = own.sort((one, other) => Number(one.started_at) - Number(other.started_at));
    return ordered.flatMap((run, i) => {
      const next = ordered[i + 1];
      return next !== undefined && Number(next.started_at) < Number(run.finished_at ?? Infinity)
        ? [`${run.id} and ${next.id} ran together`]
        : [];
    });
  });
}

/** Every end has its reason: what failed was asked to, what was cancelled gave way to a delete. */
function wrongEnds(operations: OperationRow[], runs: RunRow[]): string[] {
  const phases = new Map(runs.map((run) => [run.id, run]));
  return operations.flatMap((operation) => {
    const run = operation.run_id === null ? undefined : phases.get(operation.run_id);
    const told = `${operation.kind} of ${operation.instance_id} (${operation.run_id ?? 'no run'}) is ${operation.status}: ${operation.message}`;
    if (operation.status === 'failed') return /bad-\d+/.test(operation.message) ? [] : [told];
    if (operation.status === 'cancelled') {
      const followed = operations.some(
        (other) => other.instance_id === operation.instance_id && other.kind === 'delete' && other.created_at >= operation.created_at,
      );
      return followed ? [] : [told];
    }
    return operation.status === 'succeeded' && run !== undefined && run.phase !== 'Succeeded' ? [`${told}, its run ${run.phase}`] : [];
  });
}

/** The status that the last operation which has one leads to. */
const AFTER: Record<string, string> = {
  create: 'RUNNING',
  restore: 'RUNNING',
  modify: 'RUNNING',
  upgrade: 'RUNNING',
  start: 'RUNNING',
  restart: 'RUNNING',
  addCapacity: 'RUNNING',
  removeCapacity: 'RUNNING',
  failover: 'RUNNING',
  stop: 'STOPPED',
  delete: 'DELETED',
};

/** Operations that leave the status where they have changed nothing. */
const UNCHANGED = new Set(['start', 'stop', 'restart', 'addCapacity', 'removeCapacity', 'failover']);

function wrongStates(operations: OperationRow[], instances: InstanceRow[], writes: Write[]): string[] {
  const last = new Map<string, OperationRow>();
  const rests = new Map<string, Set<string>>();
  // Whether the values that count are those in the cell: not after a change that failed half way.
  const changed = new Map<string, OperationRow>();
  for (const operation of operations.filter(({ kind }) => AFTER[kind] !== undefined)) {
    const { instance_id: id, kind, status } = operation;
    last.set(id, operation);
    if (['create', 'restore', 'modify', 'upgrade'].includes(kind)) changed.set(id, operation);
    // What failed without a change leaves the status as it was.
    const before = UNCHANGED.has(kind) ? (rests.get(id) ?? []) : [];
    rests.set(id, new Set(status === 'succeeded' ? [AFTER[kind] ?? ''] : ['FAILED', ...before]));
  }
  // Objects as the API server has them: the last write of each.
  const objects = new Map<string, Write>();
  for (const write of writes) objects.set(`${write.resource} ${write.namespace}/${write.name}`, write);
  const there = (resource: string, namespace: string, name: string) => {
    const found = objects.get(`${resource} ${namespace}/${name}`);
    return found === undefined || found.deleted ? undefined : found;
  };
  return instances.flatMap((instance) => {
    const operation = last.get(instance.id);
    if (operation === undefined) return [`instance ${instance.id} has no operation`];
    const found: string[] = [];
    if (rests.get(instance.id)?.has(instance.status) !== true)
      found.push(`${instance.id} is ${instance.status} (${instance.status_message}) after ${operation.kind} ${operation.status}`);
    const namespace = there('namespaces', '', instance.id);
    if (instance.status === 'DELETED' && namespace !== undefined) found.push(`${instance.id} is DELETED and its namespace is there`);
    if ((instance.status === 'RUNNING' || instance.status === 'STOPPED') && changed.get(instance.id)?.status === 'succeeded') {
      const data = there('configmaps', instance.id, 'work')?.data ?? {};
      const power = instance.status === 'RUNNING' ? 'on' : 'off';
      const { size, replicaCount } = instance.parameters;
      const differs =
        data['size'] !== size || data['replicas'] !== String(replicaCount) || data['power'] !== power || data['powered'] !== power;
      const extra = there('configmaps', instance.id, 'extra') !== undefined;
      // What an earlier program has left says no version.
      const version = data['version'];
      if (version !== undefined && (`${version}.0` !== instance.plan_version || extra !== (instance.plan_version === '2.0')))
        found.push(`${instance.id} is on ${instance.plan_version}, in the cell ${version}${extra ? ' with' : ' without'} its extra`);
      if (differs)
        found.push(`${instance.id} is ${instance.status} with ${JSON.stringify(instance.parameters)}, in the cell ${JSON.stringify(data)}`);
    }
    return found;
  });
}

/** While the namespace of its instance is there, a snapshot is there exactly as long as its record. */
function wrongSnapshots(snapshots: SnapshotRow[], writes: Write[]): string[] {
  const last = new Map(writes.map((write) => [`${write.resource} ${write.namespace}/${write.name}`, write]));
  const there = (key: string) => last.get(key)?.deleted === false;
  return snapshots.flatMap(({ id, instance, status, deleted }) => {
    if (!there(`namespaces /${instance}`)) return [];
    const saved = there(`configmaps ${instance}/snapshot-${id}`);
    if (deleted && saved) return [`snapshot ${id} was removed, and is in the cell`];
    return status === 'COMPLETE' && !saved ? [`snapshot ${id} is COMPLETE, and is not in the cell`] : [];
  });
}

function perInstance(asked: Asked[]): [string, string, Asked[]][] {
  const groups = new Map<string, [string, string, Asked[]]>();
  for (const one of asked) {
    if (one.instance === undefined) continue;
    const key = `${one.instance} ${one.kind}`;
    const group = groups.get(key) ?? [one.instance, one.kind, []];
    group[2].push(one);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function countBy<T>(rows: T[], key: (row: T) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) counts[key(row)] = (counts[key(row)] ?? 0) + 1;
  return Object.fromEntries(Object.entries(counts).sort(([one], [other]) => (one < other ? -1 : 1)));
}
