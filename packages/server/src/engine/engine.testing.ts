/** Runs, cells and an engine for tests: a workflow of three tasks in a fake cluster, and an operator that makes clusters healthy. */
import { randomBytes } from 'node:crypto';
import type { CompiledWorkflow, ResourceTemplate } from '@cellplane/plan';
import { type DatabaseClock, startDatabaseClock } from '../database/clock.js';
import { type OpenDatabase, sql, transaction } from '../database/database.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { migrateJobQueue } from './wake-up-jobs.js';
import { type Engine, type EngineOptions, startEngine } from './engine.js';
import { FakeCluster } from './fake-cluster.testing.js';
import { insertRun } from './insert-run.js';
import type { EndedRun, NewRun, RunPhase } from './model.js';

export const SEALER = createSealer(Buffer.alloc(32, 7));
export const CLUSTER = { apiVersion: 'postgresql.cnpg.io/v1', kind: 'Cluster' };

/** A cell that serves Cluster, with an operator that makes each healthy in a later turn. */
export function fakeCell(healthy = true): FakeCluster {
  const cluster = new FakeCluster();
  cluster.serve(CLUSTER.apiVersion, CLUSTER.kind, 'clusters');
  if (healthy) {
    cluster.operator = (object, cell) => {
      const { name, namespace, deletionTimestamp } = object.metadata;
      if (object.kind !== 'Cluster' || deletionTimestamp !== undefined || cell.find('Cluster', name, namespace) === undefined) return;
      const instances = (object.spec as { instances?: number } | undefined)?.instances ?? 1;
      cell.setStatus('Cluster', name, { phase: 'Cluster in healthy state', readyInstances: instances }, namespace);
    };
  }
  return cluster;
}

/** A resource template. */
export function template(name: string, manifest: string, more: Partial<ResourceTemplate> = {}): ResourceTemplate {
  const apiVersion = /^apiVersion: (\S+)/m.exec(manifest)?.[1] ?? 'v1';
  const kind = /^kind: (\S+)/m.exec(manifest)?.[1] ?? 'ConfigMap';
  return { type: 'resource', name, inputs: [], action: 'apply', flags: [], manifest, apiVersion, kind, ...more };
}

export const SECRET = `apiVersion: v1
kind: Secret
metadata:
  name: access
stringData:
  password: '{{ $var.password }}'
`;

export const CONFIG = `apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  mode: fast
`;

export const DATABASE = `apiVersion: postgresql.cnpg.io/v1
kind: Cluster
metadata:
  name: db
spec:
  instances: 1
`;

export const HEALTHY = 'status.phase == Cluster in healthy state';

/** A workflow of these templates, each after the one before; `parallel` for none after another. */
export function workflow(templates: ResourceTemplate[], more: Partial<CompiledWorkflow> & { parallel?: boolean } = {}): CompiledWorkflow {
  const { parallel, ...rest } = more;
  return {
    verb: 'create',
    displayName: 'Create',
    description: '',
    scope: [],
    parameters: [],
    entrypoint: 'main',
    arguments: [],
    templates: [
      {
        type: 'dag',
        name: 'main',
        inputs: [],
        failFast: true,
        tasks: templates.map((one, index) => ({
          name: one.name,
          template: one.name,
          dependencies: parallel === true || index === 0 ? [] : [templates[index - 1]?.name ?? ''],
          arguments: [],
        })),
      },
      ...templates,
    ],
    outputs: [],
    expressions: [{ place: 'templates.secret.manifest#0', text: '$var.password' }],
    ...rest,
  };
}

/** Secret, then settings, then a gated Cluster. */
export function createWorkflow(): CompiledWorkflow {
  return workflow(
    [template('secret', SECRET), template('settings', CONFIG), template('cluster', DATABASE, { successCondition: HEALTHY })],
    {
      outputs: [{ name: 'phase', value: '$tasks.cluster.resource.status.phase' }],
    },
  );
}

export const PASSWORD = 'correct horse battery';

/** A run of `createWorkflow` in a namespace of its own. */
export function newRun(more: Partial<NewRun> = {}): NewRun {
  const tag = randomBytes(4).toString('hex');
  return {
    id: `submit-create-${tag}`,
    kind: 'create',
    subject: `instance-${tag}`,
    orgId: 'org-1',
    cellId: 'cell-1',
    namespace: `ns-${tag}`,
    fieldManager: 'cellplane-test',
    labels: { 'example.com/owner': 'test' },
    workflow: createWorkflow(),
    values: { 'templates.secret.manifest#0': { value: PASSWORD, type: 'Password', secret: true, source: '$var.password' } },
    before: [],
    after: [],
    deadlineSeconds: 60,
    data: {},
    ...more,
  };
}

/** Engines on one database, and the ends that the domain would hear of. */
export class Bench {
  readonly ended: EndedRun[] = [];
  readonly engines: Engine[] = [];
  private readonly clocks: DatabaseClock[] = [];

  constructor(
    readonly database: OpenDatabase,
    public cluster: FakeCluster,
  ) {}

  async start(more: Partial<EngineOptions> = {}): Promise<Engine> {
    await migrateJobQueue(this.database, silentLogger);
    const engine = await startEngine({
      database: this.database,
      clock: more.clock ?? (await this.databaseClock()),
      cells: { client: () => Promise.resolve(this.cluster.client()) },
      stages: [],
      onRunEnded: (_tx, ended) => {
        this.ended.push(ended);
        return Promise.resolve();
      },
      sealer: SEALER,
      log: silentLogger,
      ...more,
    });
    this.engines.push(engine);
    return engine;
  }

  private async databaseClock(): Promise<DatabaseClock> {
    const clock = await startDatabaseClock(this.database.db, silentLogger);
    this.clocks.push(clock);
    return clock;
  }

  async insert(run: NewRun): Promise<NewRun> {
    await migrateJobQueue(this.database, silentLogger);
    await transaction(this.database.db, (tx) => insertRun({ tx, sealer: SEALER }, run));
    this.engines.at(-1)?.wake(run.id);
    return run;
  }

  async row(id: string): Promise<{ phase: RunPhase; message: string; code: string; owner: string | null; fence: number }> {
    const answer = await sql<{
      phase: RunPhase;
      message: string;
      code: string;
      owner: string | null;
      fence: number;
    }>`select * from runs where id = ${id}`.execute(this.database.db);
    const [row] = answer.rows;
    if (row === undefined) throw new Error(`no run ${id}`);
    return row;
  }

  /** Waits until the run has ended. */
  async end(id: string, limitMs = 45_000): Promise<{ phase: RunPhase; message: string; code: string }> {
    return until(
      async () => {
        const row = await this.row(id);
        return row.phase === 'Pending' || row.phase === 'Running' ? undefined : row;
      },
      `run ${id} to end`,
      limitMs,
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.engines.map((engine) => engine.stop()));
    await Promise.all(this.clocks.map((clock) => clock.stop()));
  }
}

/** The pause between two probes, milliseconds: short at first, and longer where much is waited for, since a probe costs queries. */
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 50;

/** Asks until there is an answer. */
export async function until<T>(probe: () => Promise<T | undefined> | T | undefined, what: string, limitMs = 45_000): Promise<T> {
  const deadline = Date.now() + limitMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 1.5)) {
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`waited ${limitMs} ms in vain for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
