import { readFile } from 'node:fs/promises';
import type { InstanceStreamMessage } from '@cellplane/api';
import { afterAll, expect, it } from 'vitest';
import { openDatabase, sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { until } from '../../engine/engine.testing.js';
import { becomeHealthy } from '../../lifecycle/healthy-cluster.testing.js';
import { openWorld } from '../../lifecycle/life.testing.js';
import { type LiveProgressOptions, openLiveProgress } from './live-progress.js';
import { updateStatus } from '../../instances/status-store.js';
import { silentLogger } from '../../log.js';
import { openRunViews, type RunViews } from './run-views.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
cluster.serve('postgresql.cnpg.io/v1', 'Cluster', 'clusters');
const spec = await readFile(new URL('../../../../plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

/** Live progress that counts how often a run is put together. */
function counted(pollMs = 10, more: LiveProgressOptions = {}, on = deps) {
  const views = openRunViews(deps);
  const count = { whole: 0 };
  const runs: RunViews = {
    describe: (id) => {
      count.whole += 1;
      return views.describe(id);
    },
  };
  return { count, open: openLiveProgress(on, runs, { pollMs, ...more }) };
}

const eventually = (isSo: () => boolean, what: string) => until(async () => (isSo() ? true : undefined), what);

/** Reads a stream in the background. */
function watch(open: ReturnType<typeof openLiveProgress>, id: string, after = 0) {
  const leaving = new AbortController();
  const seen: InstanceStreamMessage[] = [];
  const ended = (async () => {
    for await (const batch of open(caller, id, { after, signal: leaving.signal })) seen.push(...batch);
  })();
  const statuses = () => seen.flatMap((one) => (one.event === 'progress' ? [one.data.status] : []));
  const sequences = () => seen.flatMap((one) => (one.event === 'run-event' ? [one.data.sequence] : []));
  return { seen, statuses, sequences, leave: () => (leaving.abort(), ended) };
}

it('is put together once for all who follow it, and not again while nothing changes', async () => {
  const id = await world.create(await world.offer(spec));
  await world.reach(id, 'DEPLOYING');
  await until(async () => cluster.find('Cluster', id), 'the Cluster');
  const { count, open } = counted();
  const all = Array.from({ length: 50 }, () => watch(open, id));
  await eventually(() => all.every((one) => one.statuses().length > 0), 'the first message of all');
  expect(count.whole).toBeLessThan(10);
  const [first, ...others] = all;
  for (const one of others) expect(one.seen.at(-1)).toBe(first?.seen.at(-1));

  await sql`update instances set status_message = 'somebody says so' where id = ${id}`.execute(deps.db);
  await eventually(
    () => all.every((one) => JSON.stringify(one.seen.at(-1) ?? '').includes('somebody says so')),
    'the change at all of them',
  );

  // Who comes later gets what was there, in the same objects; who was there until an event gets what follows.
  const late = watch(open, id);
  await eventually(() => late.statuses().length > 0, 'the first message of the late one');
  expect(late.sequences()).toEqual(first?.sequences());
  const middle = late.sequences()[1] ?? 0;
  const resumed = watch(open, id, middle);
  await eventually(() => resumed.statuses().length > 0, 'the first message of the resumed one');
  expect(resumed.sequences()).toEqual(late.sequences().filter((sequence) => sequence > middle));
  await Promise.all([...all, late, resumed].map((one) => one.leave()));
});

it('shows what a gate sees as soon as that is stored, not only now and then', async () => {
  const id = await world.create(await world.offer(spec));
  await world.reach(id, 'DEPLOYING');
  await until(async () => cluster.find('Cluster', id), 'the Cluster');
  const one = watch(counted(1_000).open, id);
  await eventually(() => JSON.stringify(one.seen.at(-1) ?? '').includes('waitingFor'), 'the wait');
  cluster.setStatus('Cluster', id, { phase: 'Setting up primary', instances: 0 }, id);
  const isShown = async () => (JSON.stringify(one.seen.at(-1) ?? '').includes('Setting up primary') ? true : undefined);
  // What leaves no trace in the rows is read each ten seconds here.
  expect(await until(isShown, 'what the gate sees', 8_000)).toBe(true);
  await one.leave();
});

it('is nobody’s of another organization, also while somebody follows it', async () => {
  const id = await world.create(await world.offer(spec));
  const { open } = counted();
  const mine = watch(open, id);
  await eventually(() => mine.statuses().length > 0, 'the first message');
  const strange = open({ orgId: 'org-x' }, id, { after: 0, signal: new AbortController().signal });
  await expect(strange.next()).rejects.toMatchObject({ kind: 'not_found' });
  await mine.leave();
});

it('is not read any more when the last one has gone', async () => {
  const id = await world.create(await world.offer(spec));
  const { count, open } = counted();
  const one = watch(open, id);
  await eventually(() => one.statuses().length > 0, 'the first message');
  await one.leave();
  const before = count.whole;
  await sql`update instances set status_message = 'nobody sees this' where id = ${id}`.execute(deps.db);
  const again = watch(open, id);
  await eventually(() => again.statuses().length > 0, 'the first message of the next one');
  expect(JSON.stringify(again.seen.at(-1))).toContain('nobody sees this');
  expect(count.whole).toBeGreaterThan(before);
  await again.leave();
});

it('hands on events in their order, and of what somebody was too slow for only the last progress', async () => {
  const id = await world.create(await world.offer(spec));
  await until(async () => cluster.find('Cluster', id), 'the Cluster');
  const { open } = counted();
  const slow = open(caller, id, { after: 0, signal: new AbortController().signal });
  await slow.next();
  const quick = watch(open, id);
  for (const text of ['one', 'two', 'three']) {
    await sql`update instances set status_message = ${text} where id = ${id}`.execute(deps.db);
    await eventually(() => JSON.stringify(quick.seen.at(-1) ?? '').includes(text), text);
  }
  await sql`insert into run_events (run_id, at, type, step, message)
    select (select id from runs where subject = ${id} order by created_at desc limit 1), now(), 'WorkflowStepStarted', 's', 'event ' || i
    from generate_series(1, 1200) i`.execute(deps.db);
  await eventually(() => quick.sequences().length > 1_200, 'all events');
  const seen: InstanceStreamMessage[] = [];
  while (seen.at(-1)?.event !== 'progress') seen.push(...((await slow.next()).value ?? []));
  expect(JSON.stringify(seen.at(-1))).toContain('three');
  const sequences = seen.flatMap((one) => (one.event === 'run-event' ? [one.data.sequence] : []));
  expect(sequences.filter((sequence, at) => at > 0 && sequence <= (sequences[at - 1] ?? 0))).toEqual([]);
  expect(seen.filter(({ event }) => event === 'progress')).toHaveLength(1);
  await slow.return(undefined);
  await quick.leave();
});

/** An instance on which nothing goes on. */
async function atRest(): Promise<string> {
  const id = await world.create(await world.offer(spec));
  await becomeHealthy(cluster, id);
  await world.reach(id, 'RUNNING');
  return id;
}

it('costs one statement now and then while nothing goes on, however many follow it', async () => {
  const id = await atRest();
  // Connections of its own, of which each statement takes one.
  const own = await openDatabase({ url: database.url }, { log: silentLogger, poolSize: 4 });
  try {
    let statements = 0;
    own.pool.on('acquire', () => (statements += 1));
    const { count, open } = counted(10, { listen: (...args) => database.listen(...args) }, { ...deps, db: own.db });
    const all = Array.from({ length: 20 }, () => watch(open, id));
    await eventually(() => all.every((one) => one.statuses().at(-1) === 'RUNNING'), 'the first message of all');
    // What was under way at the begin has ended with the second poll.
    const first = statements;
    await eventually(() => statements >= first + 2, 'two polls');
    const [began, before, whole] = [performance.now(), statements, count.whole];
    await eventually(() => statements >= before + 4, 'four polls');
    // One in 250 ms, for all twenty: 25 times the pause.
    expect(statements - before).toBeLessThanOrEqual((performance.now() - began) / 250 + 2);
    expect(count.whole).toBe(whole);
    await Promise.all(all.map((one) => one.leave()));
  } finally {
    await own.close();
  }
});

it('shows a fact at once, without waiting for a poll', async () => {
  const id = await atRest();
  // Polls come each minute where something goes on, and each 25 minutes else.
  const one = watch(counted(60_000, { listen: (...args) => database.listen(...args) }).open, id);
  await eventually(() => one.statuses().at(-1) === 'RUNNING', 'the first message');
  await transaction(deps.db, (tx) => updateStatus(tx, id, 'RUNNING', 'told by a fact'));
  await eventually(() => JSON.stringify(one.seen.at(-1)).includes('told by a fact'), 'the fact');
  expect(one.statuses().at(-1)).toBe('RUNNING');
  await one.leave();
});
