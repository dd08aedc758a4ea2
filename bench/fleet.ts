/**
 * Benchmark (q): a fleet of instances comes to another version, on the simulated cell, whose objects are ready with the write. First all of
 * them, 25 at a time, beside a bare loop of the same applies. Then to a version that fails for 2 % of them, in waves: the path must halt in
 * the first wave that has such an instance, and nothing of the later waves may have been touched.
 * usage: node bench/dist/fleet.js [--instances 1000] [--port 18094]
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { connectKubeconfig } from '@cellplane/kubernetes';
import { sql } from '@cellplane/server';
import type { Figure } from './batch.js';
import { mean, quantile, record } from './figures.js';
import { offerPlan } from './offer.js';
import { watchMemory } from './processes.js';
import { runProgram } from './program.js';
import { thingPlan } from './thing-plan.js';
import { createMany, durations, memory, pause, processors, requestsSent, settled, type World, withProduct } from './world.js';

const { values } = parseArgs({ options: { instances: { type: 'string', default: '1000' }, port: { type: 'string', default: '18094' } } });
const instances = Number(values.instances);
const AT_ONCE = 25;
/** Each so many-th instance fails; the first ones, of which the canary is, do not. */
const EACH = 50;
const NAME = 'Fleet';
const WAVES = { canary: '1%', waves: ['10%', '25%'] };

await withProduct(
  Number(values.port),
  async (world) => {
    const { client } = world;
    const { built, create } = await offerPlan(client, thingPlan({ name: NAME, revision: 'one' }), NAME);
    const plan = { serviceId: built.serviceID, productTierId: built.productTierID };
    let made = 0;
    const ids = await createMany(instances, () => {
      made += 1;
      return create(client, made % EACH === EACH / 2 ? { outcome: 'broken' } : {});
    });
    await settled(world, ids);
    await toTheEnd(world, plan, ids);
    await halted(world, plan, ids);
  },
  { preload: ['request-probe.js'] },
);

interface Plan {
  serviceId: string;
  productTierId: string;
}

/** Builds and releases the plan's next version; answers its number. */
async function release({ client }: World, params: Plan, spec: string): Promise<string> {
  const body = { name: NAME, environment: 'Dev', environmentType: 'DEV', fileContent: Buffer.from(spec).toString('base64') };
  await client.buildServicePlanSpec({ body: { ...body, dryrun: false, release: true, releaseAsPreferred: true } });
  const { tierVersionSets } = await client.listVersionSets({ params, query: {} });
  return tierVersionSets[0]?.version ?? '';
}

/** Makes a path of all instances, and waits until it goes no further by itself. */
async function follow(world: World, params: Plan, targetVersion: string, strategy: object) {
  const { rows } = await sql<{ version: string }>`
    select distinct plan_version as version from instances where plan_id = ${params.productTierId} and deleted_at is null`.execute(
    world.database.db,
  );
  const sourceVersion = rows[0]?.version ?? '';
  const path = await world.client.createUpgradePath({
    params,
    body: { sourceVersion, targetVersion, upgradeFilters: {}, maxConcurrentUpgrades: AT_ONCE, strategy },
  });
  for (;;) {
    const answer = await sql<{ open: boolean }>`
      select status in ('SCHEDULED', 'PENDING', 'IN_PROGRESS') or exists (
        select 1 from instance_upgrades u where u.path_id = p.id and u.status = 'IN_PROGRESS') as open
      from upgrade_paths p where id = ${path.upgradePathId}`.execute(world.database.db);
    if (answer.rows[0]?.open !== true) break;
    await pause(250);
  }
  return { sourceVersion, path: await world.client.describeUpgradePath({ params: { ...params, upgradePathId: path.upgradePathId } }) };
}

async function toTheEnd(world: World, plan: Plan, ids: string[]): Promise<void> {
  const version = await release(world, plan, thingPlan({ name: NAME, revision: 'two' }));
  const rest = await memory(world);
  const stop = watchMemory({ server: world.product.child.pid ?? 0 });
  const [cpuBefore, sentBefore] = [await processors(world), await requestsSent(world)];
  const { path } = await follow(world, plan, version, { haltAtFailurePercent: 100 });
  const [cpuAfter, sentAfter, load] = [await processors(world), await requestsSent(world), loadavg()[0] ?? 0];
  const peak = (await stop())['server']?.own ?? 0;
  if (path.status !== 'COMPLETE' || path.completedCount !== instances) throw new Error(`the path is ${path.status}: ${path.statusMessage}`);
  const { each: took, makespan } = await durations(world, 'upgrade', ids);
  const bare = await runProgram<Figure>('bare-upgrade.js', [kubeconfigOf(world), String(instances), String(AT_ONCE), 'bare']);
  const each = (after: Record<string, number>, before: Record<string, number>) =>
    Object.fromEntries(Object.entries(after).map(([name, value]) => [name, (value - (before[name] ?? 0)) / instances]));
  const cpu = each(cpuAfter, cpuBefore);
  const sent = each(sentAfter, sentBefore);
  const words = (figures: Record<string, number>, digits: number, factor = 1) =>
    Object.entries(figures)
      .map(([name, value]) => `${name} ${(value * factor).toFixed(digits)}`)
      .join(', ');
  const mib = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;
  const after = await memory(world);
  const inFlight = took.reduce((sum, ms) => sum + ms, 0) / makespan;
  record({
    benchmark: `(q) ${instances} upgrades, ${AT_ONCE} at a time, load ${load.toFixed(1)}`,
    measured: `makespan ${seconds(makespan)}, the bare loop ${seconds(bare.milliseconds)}: ${(makespan / bare.milliseconds).toFixed(2)} times; one upgrade mean ${seconds(mean(took))}, p99 ${seconds(quantile(took, 0.99))}, ${inFlight.toFixed(1)} at once in the mean; requests an instance: ${words(sent, 2)}; processor ms an instance: ${words(cpu, 1, 1_000)}; server ${mib(rest.rss)} before, ${peak.toFixed(0)} MiB at most, ${mib(after.rss)} after`,
    figures: { makespan, bare, took: { mean: mean(took), p99: quantile(took, 0.99) }, inFlight, sent, cpu, rest, peak, after, load },
  });
}

/** An instance of the path, and how it was found in rows. */
interface Found {
  id: string;
  wave: number;
  breaks: boolean;
  status: string;
  version: string;
  operations: number;
}

async function halted(world: World, plan: Plan, ids: string[]): Promise<void> {
  const version = await release(world, plan, thingPlan({ name: NAME, revision: 'three', mayFail: true }));
  const { path, sourceVersion } = await follow(world, plan, version, { ...WAVES, soakSeconds: 0, haltAtFailurePercent: 2 });
  const { rows } = await sql<Found>`
    select i.id, u.wave, coalesce(i.parameters->>'outcome' = 'broken', false) as breaks, u.status,
      i.plan_version as version,
      (select count(*)::int from operations o where o.instance_id = i.id and o.data->>'upgradePathId' = u.path_id) as operations
    from instance_upgrades u join instances i on i.id = u.instance_id where u.path_id = ${path.upgradePathId} order by u.position`.execute(
    world.database.db,
  );
  const expected = Math.min(...rows.filter(({ breaks }) => breaks).map(({ wave }) => wave));
  const later = rows.filter(({ wave }) => wave > expected);
  const touched = later.filter((row) => row.status !== 'PENDING' || row.version !== sourceVersion || row.operations > 0);
  const laterIds = new Set(later.map(({ id }) => id));
  const written = (await revisionsOf(world)).filter(({ namespace, revision }) => laterIds.has(namespace) && revision !== 'two');
  const counted = path.pendingCount + path.inProgressCount + path.completedCount + path.failedCount + path.skippedCount;
  if (rows.length !== ids.length || counted !== ids.length || path.totalCount !== ids.length)
    throw new Error(`counts do not add up: ${JSON.stringify(path)}`);
  const halts = path.halted === true && path.currentWave === expected + 1;
  record({
    benchmark: `(q) a version that fails for ${rows.filter(({ breaks }) => breaks).length} of ${instances}, in waves`,
    measured: `${path.statusMessage ?? path.status} ${path.completedCount} complete, ${path.failedCount} failed, ${path.pendingCount} not begun; of ${later.length} of later waves ${touched.length} touched in the database, ${written.length} of their objects in the cell`,
    goal: {
      text: `halted in wave ${expected + 1}, nothing of a later one touched`,
      met: halts && later.length > 0 && touched.length === 0 && written.length === 0,
    },
    figures: { path, touched, written },
  });
}

/** What each object of an instance says that it is, as the cell has it. */
async function revisionsOf(world: World): Promise<{ namespace: string; revision: string | undefined }[]> {
  const cell = connectKubeconfig(kubeconfigOf(world));
  const { items } = await cell.list({ apiVersion: 'v1', kind: 'ConfigMap' });
  await cell.close();
  return items
    .map((item) => ({
      namespace: item.metadata.namespace ?? '',
      revision: (item['data'] as Record<string, string> | undefined)?.['revision'],
    }))
    .filter(({ revision }) => revision !== undefined);
}

function kubeconfigOf({ dataDir }: World): string {
  return join(dataDir, 'simulated-cell', 'kubeconfig');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
