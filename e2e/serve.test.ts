/** The whole server on the simulated cell, as processes: the journey, crashes, a second server, several servers. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@cellplane/api';
import { afterAll, describe, expect, it } from 'vitest';
import { sql, transaction } from '../packages/server/src/database/database.js';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { until } from '../packages/server/src/engine/engine.testing.js';
import { groupState, killGroup } from '../packages/server/src/exec/process-group.js';
import type { SimulatorProcess } from '../packages/server/src/exec/simulator-process.js';
import { offerPlan } from '../bench/offer.js';
import { refusedServer, type ServerUnderTest, startServerProcess } from './serve.testing.js';

const minimal = await readFile(new URL('../packages/plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');
const folder = await mkdtemp('/tmp/cellplane-serve-');
await chmod(folder, 0o755);
const database = await testDatabase();
const servers: ServerUnderTest[] = [];

async function start(env: Record<string, string>): Promise<ServerUnderTest> {
  const server = await startServerProcess(env);
  servers.push(server);
  return server;
}

async function stop(server: ServerUnderTest): Promise<void> {
  server.child.kill('SIGTERM');
  expect(await server.ended, server.said()).toBe(0);
}

async function simulator(dataDir: string): Promise<SimulatorProcess> {
  return JSON.parse(await readFile(join(dataDir, 'simulated-cell/process.json'), 'utf8')) as SimulatorProcess;
}

/** What an instance needs at most on a machine that is busy with other processes. Milliseconds. */
const REACH_MS = 180_000;

async function reach(client: Client, id: string, status: string) {
  return until(
    async () => {
      const progress = await client.describeInstanceProgress({ params: { id } });
      if (progress.status === status) return progress;
      if (progress.status === 'FAILED') throw new Error(`${id} FAILED: ${progress.statusDescription}`);
      return undefined;
    },
    `${id} to be ${status}`,
    REACH_MS,
  );
}

afterAll(async () => {
  for (const server of servers) {
    server.child.kill('SIGTERM');
    await server.ended;
  }
  for (const name of ['one', 'two', 'three']) {
    const left = await simulator(join(folder, name)).catch(() => undefined);
    if (left !== undefined && groupState(left.group) === 'alive') killGroup(left.group.pgid);
  }
  await rm(folder, { recursive: true, force: true });
});

describe('serve', () => {
  it('goes from a spec to a running instance and back, over a crash, a refused second server and a clean stop', async () => {
    const dataDir = join(folder, 'one');
    const env = { CELLPLANE_DATA_DIR: dataDir };
    const first = await start(env);
    const plan = await offerPlan(first.client, minimal);
    const ids = await Promise.all(Array.from({ length: 4 }, () => plan.create(first.client, { numberOfInstances: 2 })));

    const second = await refusedServer(env);
    expect(second).toEqual({ code: 1, said: expect.stringMatching(/^Another Cellplane server is running with the data directory .*\n$/) });

    first.child.kill('SIGKILL');
    await first.ended;
    const cell = await simulator(dataDir);
    expect(groupState(cell.group)).toBe('alive');

    const heir = await start(env);
    for (const id of ids) await reach(heir.client, id, 'RUNNING');
    expect((await simulator(dataDir)).group).toEqual(cell.group);
    for (const id of ids) {
      const { workflows } = await heir.client.listWorkflows({ params: plan.where(id), query: { instanceId: id } });
      expect(workflows.map((workflow) => workflow.status)).toEqual(['SUCCESS']);
    }
    const [id = ''] = ids;
    const { consumptionResourceInstanceResult: shown } = await heir.client.describeInstance({ params: plan.where(id), query: {} });
    expect(shown).toMatchObject({ status: 'RUNNING', result_params: { status: 'Cluster in healthy state', numberOfInstances: 2 } });
    await heir.client.deleteInstance({ params: plan.where(id), body: {} });
    await reach(heir.client, id, 'DELETED');

    // One that takes too long ends with 1.
    await stop(heir);
    await expect.poll(() => groupState(cell.group), { timeout: REACH_MS }).toBe('gone');

    const later = await start(env);
    const found = await later.client.searchInventory({ body: { query: 'resourceinstance:i' } });
    expect(found.resourceInstanceResults?.map((row) => row.id).sort()).toEqual(ids.slice(1).sort());
    expect(found.resourceInstanceResults?.every((row) => row.status === 'RUNNING')).toBe(true);
  }, 600_000);

  it('starts though the PostgreSQL that a killed one left has to be ended, or ends, meanwhile', { timeout: 300_000 }, async () => {
    const dataDir = join(folder, 'three');
    const killed = await start({ CELLPLANE_DATA_DIR: dataDir });
    killed.child.kill('SIGKILL');
    await killed.ended;
    // Without its file PostgreSQL works on, but not for long.
    await rm(join(dataDir, 'postgres/data/postmaster.pid'), { force: true });
    const next = await start({ CELLPLANE_DATA_DIR: dataDir });
    expect((await fetch(`${next.url}/readyz`)).status).toBe(200);
    await stop(next);
  });

  it('several servers share one PostgreSQL and one simulated cell, and work goes on when one dies or the cell is away', async () => {
    const key = join(folder, 'master.key');
    await writeFile(key, Buffer.alloc(32, 3).toString('base64'));
    const env = { DATABASE_URL: database.url, CELLPLANE_MASTER_KEY_FILE: key, CELLPLANE_DATA_DIR: join(folder, 'two') };
    const [one, other] = await Promise.all([start(env), start(env)]);
    const plan = await offerPlan(one.client, minimal);
    const before = await Promise.all([one, other, one].map((server) => plan.create(server.client)));
    one.child.kill('SIGKILL');
    await one.ended;
    for (const id of before) await reach(other.client, id, 'RUNNING');

    const cell = await simulator(join(folder, 'two'));
    killGroup(cell.group.pgid);
    const during = await plan.create(other.client);
    await reach(other.client, during, 'RUNNING');
    expect((await simulator(join(folder, 'two'))).group).not.toEqual(cell.group);

    // More requests than the server has connections for them wait for one row: what runs goes on.
    const [held = ''] = before;
    const going = await plan.create(other.client);
    const { asked: deletes } = await transaction(database.db, async (tx) => {
      // It has nothing to do while it waits for the other one.
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(tx);
      await sql`select 1 from instances where id = ${held} for update`.execute(tx);
      const asked = Promise.allSettled(
        Array.from({ length: 30 }, () => other.client.deleteInstance({ params: plan.where(held), body: {} })),
      );
      await until(
        async () => {
          const { rows } = await sql<{ status: string }>`select status from instances where id = ${going}`.execute(database.db);
          return rows[0]?.status === 'RUNNING' ? true : undefined;
        },
        `${going} to run`,
        REACH_MS,
      );
      return { asked };
    });
    // Those without a connection are told so; those with one, too, where the row was held for longer than a request waits.
    const refusals = (await deletes).flatMap((asked) => (asked.status === 'rejected' ? [asked.reason as unknown] : []));
    expect(refusals).toEqual(refusals.map(() => expect.objectContaining({ status: 503 }) as unknown));
    if (refusals.length === 30) await other.client.deleteInstance({ params: plan.where(held), body: {} });
    await reach(other.client, held, 'DELETED');

    const stranger = await refusedServer({
      ...env,
      CELLPLANE_MASTER_KEY_FILE: '',
      CELLPLANE_MASTER_KEY: Buffer.alloc(32, 4).toString('base64'),
    });
    expect(stranger).toMatchObject({ code: 1, said: expect.stringContaining('CELLPLANE_MASTER_KEY_FILE') });
  }, 600_000);

  it('says in one sentence what is wrong with its configuration', async () => {
    expect(await refusedServer({ CELLPLANE_PORT: 'x' })).toEqual({
      code: 1,
      said: 'CELLPLANE_PORT is "x"; use a port number from 0 (any free one) to 65535.\n',
    });
    const absent = await refusedServer({ CELLPLANE_KUBECONFIG: '/nowhere/config', CELLPLANE_DATA_DIR: join(folder, 'three') });
    expect(absent).toEqual({
      code: 1,
      said: expect.stringMatching(/^CELLPLANE_KUBECONFIG: kubeconfig \/nowhere\/config cannot be read.*\n$/),
    });
  }, 180_000);
});
