import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { type ChartRepository, startChartRepository, type WantedTestChart, widgetPlan } from './chart-repository.testing.js';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  instanceParams,
  startControlPlane,
  until,
  untilStatus,
} from './control-plane.testing.js';
import { clusterEnvironment, helm, kubectl, kubectlSucceeds } from './real-cluster.testing.js';

// Operator charts with the real Helm on a real cluster, through what can go wrong. Charts, kinds and namespace have names of
// this run, and go at its end.
const suffix = randomBytes(4).toString('hex');
const names = ['one', 'two', 'three', 'four', 'five', 'six'].map((name) => `${name}-${suffix}`);
const [crashed, orphaned, finished, first, second, ruled] = names as [string, string, string, string, string, string];
const hidden = `hidden-${suffix}`;
const namespace = `charts-test-${suffix}`;
const password = `Pa55-${randomBytes(8).toString('hex')}`;
const instances = new Set<string>();
let repository: ChartRepository;
let locked: ChartRepository;

beforeAll(async () => {
  repository = await startChartRepository(names.map((name) => ({ name, versions: ['1.0.0', '1.1.0'] })));
  locked = await startChartRepository([{ name: hidden, versions: ['1.0.0'] }], { username: 'reader', password });
});
afterAll(async () => {
  await Promise.all([repository?.close(), locked?.close()]);
  await kubectl('delete', 'namespace', namespace, ...instances, '--ignore-not-found', '--wait=false');
  await kubectl('delete', 'crd', ...[...names, hidden].map((name) => `widgets.${name}.cellplane.test`), '--ignore-not-found');
});

/** The repositories stand on this machine, and speak http. */
const repositoryOfOurs = { CELLPLANE_CHART_SOURCES_ALLOW: 'http://127.0.0.1' };

const revisions = async (release: string) =>
  (JSON.parse(await helm('history', release, '-n', namespace, '-o', 'json')) as { revision: number; status: string; chart: string }[]).map(
    (one) => `${one.revision} ${one.status} ${one.chart}`,
  );

const setting = (chart: string, key: string) =>
  kubectl('-n', namespace, 'get', 'configmap', `${chart}-settings`, '-o', `jsonpath={.data.${key}}`);

/** Helm has begun: its release is pending, and it waits for the Service. */
const begun = (chart: string) =>
  until(
    `the installation of ${chart} is under way`,
    async () =>
      (await kubectl('-n', namespace, 'get', 'secrets', '-l', `owner=helm,name=${chart},status=pending-install`, '-o', 'name')) !== '',
    30_000,
  );

/** Gives the chart's Service its address: Helm's wait ends. */
async function open(chart: string): Promise<void> {
  const service = ['-n', namespace, 'service', `${chart}-door`];
  await until(`the Service of ${chart}`, () => kubectlSucceeds('get', ...service), 60_000);
  const status = JSON.stringify({ status: { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } } });
  await kubectl('patch', ...service, '--subresource=status', '--type=merge', '-p', status);
}

/** The one `helm upgrade` that a server runs: process id, which is its group's too. */
async function helmOf(plane: ControlPlane): Promise<number> {
  const server = plane.process.pid;
  const children = (await readFile(`/proc/${server}/task/${server}/children`, 'utf8')).trim().split(/\s+/).filter(Boolean).map(Number);
  const found: number[] = [];
  for (const child of children) if ((await commandOf(child)).includes('\0upgrade\0')) found.push(child);
  expect(found).toHaveLength(1);
  return found[0] ?? 0;
}

const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

const plan = (plane: ControlPlane, name: string, charts: WantedTestChart[], from = repository): Promise<BuiltPlan> =>
  buildPlan(plane.client, name, { text: widgetPlan(name, from.url, namespace, charts) });

async function create(plane: ControlPlane, built: BuiltPlan): Promise<string> {
  const id = await createInstance(plane.client, built, {});
  instances.add(id);
  return id;
}

const ends = (plane: ControlPlane, id: string, status: string) => untilStatus(plane.client, id, status, 120_000);

describe('an installation whose server dies', () => {
  let plane: ControlPlane;
  beforeAll(async () => {
    plane = await startControlPlane({ ...clusterEnvironment(), ...repositoryOfOurs });
  });
  afterAll(() => plane?.stop());

  const interrupted = async (chart: string) => {
    const id = await create(plane, await plan(plane, `Plan of ${chart}`, [{ name: chart, version: '1.0.0', values: { held: true } }]));
    await begun(chart);
    return { id, pid: await helmOf(plane) };
  };

  it('together with Helm goes on: the pending release is recovered', async () => {
    const { id, pid } = await interrupted(crashed);
    const restarted = plane.crashAndRestart();
    process.kill(-pid, 'SIGKILL');
    await restarted;
    await open(crashed);
    await ends(plane, id, 'RUNNING');
    expect(await revisions(crashed)).toEqual([`1 deployed ${crashed}-1.0.0`]);
    expect(await kubectlSucceeds('-n', id, 'get', `widgets.${crashed}.cellplane.test/${id}`)).toBe(true);
  });

  it('ends the Helm that was left behind, and installs again', async () => {
    const { id, pid } = await interrupted(orphaned);
    expect(await commandOf(pid)).toContain('\0upgrade\0');
    // The server that starts ends it before its work folder goes.
    await plane.crashAndRestart();
    await until('the orphan is ended', async () => !(await commandOf(pid)).includes('\0upgrade\0'), 60_000);
    await open(orphaned);
    await ends(plane, id, 'RUNNING');
    expect(await revisions(orphaned)).toEqual([`1 deployed ${orphaned}-1.0.0`]);
  });

  it('takes what the Helm that was left behind has finished', async () => {
    const { id } = await interrupted(finished);
    const restarted = plane.crashAndRestart();
    await open(finished);
    await restarted;
    await ends(plane, id, 'RUNNING');
    expect(await revisions(finished)).toEqual([`1 deployed ${finished}-1.0.0`]);
  });
});

describe('charts that several want', () => {
  let folder: string;
  let environment: Record<string, string>;
  let one: ControlPlane;
  let other: ControlPlane;
  beforeAll(async () => {
    const { url } = await testDatabase();
    folder = await mkdtemp(join(tmpdir(), 'cellplane-charts-key-'));
    await writeFile(join(folder, 'key'), randomBytes(32).toString('base64'), { mode: 0o600 });
    environment = { ...clusterEnvironment(), ...repositoryOfOurs, DATABASE_URL: url, CELLPLANE_MASTER_KEY_FILE: join(folder, 'key') };
    one = await startControlPlane(environment);
    other = await startControlPlane(environment);
  });
  afterAll(async () => {
    await Promise.all([one?.stop(), other?.stop()]);
    await rm(folder, { recursive: true, force: true });
  });

  it('are installed once for two instances that two servers create at once', async () => {
    const built = await plan(one, 'Two charts', [
      { name: first, version: '1.0.0' },
      { name: second, version: '1.0.0' },
    ]);
    const created = await Promise.all([create(one, built), create(other, built)]);
    await Promise.all(created.map((id) => ends(one, id, 'RUNNING')));
    expect(await revisions(first)).toEqual([`1 deployed ${first}-1.0.0`]);
    expect(await revisions(second)).toEqual([`1 deployed ${second}-1.0.0`]);
    expect(repository.requests.filter((path) => path.endsWith(`${first}-1.0.0.tgz`))).toHaveLength(1);
  });

  it('are upgraded for a plan that wants a newer version, and never go back', async () => {
    await ends(
      one,
      await create(one, await plan(one, 'Newer', [{ name: ruled, version: '1.1.0', values: { colour: 'green' } }])),
      'RUNNING',
    );
    await ends(one, await create(one, await plan(one, 'Older', [{ name: ruled, version: '1.0.0' }])), 'RUNNING');
    expect(await revisions(ruled)).toEqual([`1 deployed ${ruled}-1.1.0`]);
    await ends(one, await create(one, await plan(one, 'Newer second', [{ name: second, version: '1.1.0' }])), 'RUNNING');
    expect(await revisions(second)).toEqual([`1 superseded ${second}-1.0.0`, `2 deployed ${second}-1.1.0`]);
  });

  it('stay as they are for a plan that says more of them: a warning names both plans', async () => {
    const built = await plan(one, 'Says more', [{ name: ruled, version: '1.1.0', values: { shade: 'dark' } }]);
    const id = await create(one, built);
    expect((await ends(one, id, 'RUNNING')).statusDescription).toMatch(/Warning: .*"Newer".*shade.*"Says more"/);
    expect(await revisions(ruled)).toEqual([`1 deployed ${ruled}-1.1.0`]);
  });

  it('refuse a plan that contradicts: the error names both plans and the path', async () => {
    const built = await plan(one, 'Contradicts', [{ name: ruled, version: '1.1.0', values: { colour: 'blue' } }]);
    const ended = await ends(one, await create(one, built), 'FAILED');
    expect(ended.statusDescription).toMatch(/"Newer".*"Contradicts".*contradict.*colour/);
    expect(await setting(ruled, 'colour')).toBe('green');
  });

  it('take new values from a newer version of their plan', async () => {
    const built = await plan(one, 'Newer', [{ name: ruled, version: '1.1.0', values: { colour: 'yellow' } }]);
    await ends(one, await create(one, built), 'RUNNING');
    expect(await setting(ruled, 'colour')).toBe('yellow');
    expect(await revisions(ruled)).toEqual([`1 superseded ${ruled}-1.1.0`, `2 deployed ${ruled}-1.1.0`]);
  });

  it('come from a private repository, whose password is shown nowhere', async () => {
    const wanted = { name: hidden, version: '1.0.0', username: 'reader', password: '{{ $secret.CHART_PASSWORD }}' };
    const set = (value: string) => one.client.setSecret({ params: { environmentType: 'dev', name: 'CHART_PASSWORD' }, body: { value } });
    const wrong = `wrong-${password}`;
    await set(wrong);
    const built = await plan(one, 'Private', [wanted], locked);
    const began = Date.now();
    const refused = await create(one, built);
    const failed = await ends(one, refused, 'FAILED');
    expect(failed.statusDescription).toContain('401 Unauthorized');
    expect(Date.now() - began).toBeLessThan(30_000);

    await set(password);
    const accepted = await create(one, built);
    await ends(one, accepted, 'RUNNING');
    const shown: unknown[] = [failed, one.log(), other.log()];
    for (const id of [refused, accepted]) {
      const { workflows } = await one.client.listWorkflows({ params: built, query: { instanceId: id } });
      shown.push(workflows, await one.client.describeInstance({ params: instanceParams(built, id), query: {} }));
      for (const workflow of workflows) {
        const params = { ...built, id: workflow.id };
        shown.push(await one.client.describeWorkflow({ params }), await one.client.listWorkflowEvents({ params }));
      }
    }
    shown.push(await kubectl('-n', namespace, 'get', 'secrets', '-l', `name=${hidden}`, '-o', 'jsonpath={.items[*].data.release}'));
    expect(JSON.stringify(shown)).not.toContain(password);
  });
});
