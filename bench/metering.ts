/**
 * Benchmark (u): what counting use costs. A number of instances of two Pods with a claim each, on the simulated cell: passes over all of them;
 * then a look at as many budgets, over a month of usage.
 * usage: node bench/dist/metering.js [--instances 1000] [--port 18093]
 */
import { parseArgs } from 'node:util';
import { sql } from '@cellplane/server';
import { record } from './figures.js';
import { offer } from './offer.js';
import { planHead } from './plan-head.js';
import { createMany, pause, settled, spentMore, type World, withProduct } from './world.js';

const { values } = parseArgs({ options: { instances: { type: 'string', default: '1000' }, port: { type: 'string', default: '18093' } } });
const instances = Number(values.instances);
const PASSES = 5;
const DAYS = 31;
/** Of one subscription. */
const INSTANCES = 5;
/** Between two passes, as the server has it. Milliseconds. */
const INTERVAL_MS = 300_000;

const MANIFEST = `apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  replicas: 2
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db, omnistrate.com/include-customer-billing: "true"}}
    spec:
      containers:
      - {name: main, image: db, resources: {requests: {cpu: 250m, memory: 1Gi}}}
  volumeClaimTemplates:
  - metadata: {name: data}
    spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 10Gi}}}`;
const PLAN = `${planHead('Metered')}    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              resource:
                action: apply
                successCondition: status.readyReplicas == 2
                manifest: |
${MANIFEST.replaceAll(/^/gm, '                  ')}
pricing:
  - {dimension: cpu, price: 0.04}
  - {dimension: storage, timeUnit: month, price: 0.1}
`;

await withProduct(Number(values.port), async (world) => {
  const ids = await createMany(instances, await offer(world.client, 'Metered', PLAN));
  await settled(world, ids);
  const passes: Record<string, number>[] = [];
  for (let times = 0; times < PASSES; times += 1) passes.push(await spentMore(world, () => pass(world)));
  const { rows } = await sql<{ counted: number }>`select count(*)::int as counted from usage_days where replica > 0`.execute(
    world.database.db,
  );
  if ((rows[0]?.counted ?? 0) < instances) throw new Error(`${rows[0]?.counted} of ${instances} instances were counted`);
  report(`(u) counting the use of ${instances} instances`, middle(passes), INTERVAL_MS);

  await spread(world);
  const looks: Record<string, number>[] = [];
  for (let times = 0; times < PASSES; times += 1) looks.push(await spentMore(world, () => look(world)));
  const { rows: told } = await sql<{ count: number }>`select count(distinct budget_id)::int as count from budget_alerts`.execute(
    world.database.db,
  );
  if (told[0]?.count !== instances) throw new Error(`${told[0]?.count} of ${instances} budgets were told of`);
  report(`(u) a look at ${instances} budgets over ${DAYS} days of usage`, middle(looks), INTERVAL_MS);
});

/** Everything is counted once. */
async function pass({ database: { db } }: World): Promise<void> {
  const { rows } = await sql<{ until: Date }>`update usage_passes set next_at = now() returning counted_until as until`.execute(db);
  const before = rows[0]?.until.getTime() ?? 0;
  for (;;) {
    const [row] = (await sql<{ until: Date }>`select counted_until as until from usage_passes`.execute(db)).rows;
    if (row !== undefined && row.until.getTime() > before) return;
    await pause(100);
  }
}

/** All budgets are looked at once. */
async function look({ database: { db } }: World): Promise<void> {
  await sql`update budgets set look_at = now()`.execute(db);
  while ((await sql`select 1 from budgets where look_at <= now() limit 1`.execute(db)).rows.length > 0) await pause(100);
}

/** Customers with a few of the instances each, a month of usage of each instance, and a budget for each that is half spent. */
async function spread({ database: { db } }: World): Promise<void> {
  await sql`
    insert into organizations (id, name, provider_org_id)
    select 'org-u' || n, 'Customer ' || n, (select provider_org_id from subscriptions limit 1)
    from generate_series(0, ${Math.ceil(instances / INSTANCES) - 1}::int) n`.execute(db);
  await sql`
    insert into users (id, org_id, email, name, password_hash, role_type, provider_org_id, verified_at)
    select replace(o.id, 'org-', 'user-'), o.id, o.id || '@example.com', o.name, 'x', 'root', o.provider_org_id, now()
    from organizations o where o.id like 'org-u%'`.execute(db);
  await sql`
    insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id)
    select replace(o.id, 'org-', 'sub-'), o.id, o.provider_org_id, (select plan_id from subscriptions limit 1), replace(o.id, 'org-', 'user-')
    from organizations o where o.id like 'org-u%'`.execute(db);
  await sql`
    update usage_days u set subscription_id = 'sub-u' || i.n / ${INSTANCES}::int, org_id = 'org-u' || i.n / ${INSTANCES}::int, cost = 1
    from (select id, (row_number() over (order by id))::int - 1 as n from instances) i where u.instance_id = i.id`.execute(db);
  await sql`
    insert into usage_days (instance_id, day, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, tags, cpu, memory, storage,
      replica, cost)
    select instance_id, day - back, provider_org_id, org_id, subscription_id, service_id, environment_id, plan_id, tags, cpu, memory, storage, replica, 1
    from usage_days, generate_series(1, ${DAYS - 1}::int) back on conflict do nothing`.execute(db);
  // Each costs what a subscription has cost this month, twice.
  await sql`
    insert into budgets (id, subscription_id, name, amount, alert_percents, alert_expected, created_by)
    select 'budget-' || s.id || '-' || n, s.id, 'Budget ' || n, 2 * s.cost, '{50}', false, 'user-u0'
    from (select subscription_id as id, sum(cost) filter (where day >= date_trunc('month', now() at time zone 'UTC')::date) as cost
      from usage_days group by 1) s, generate_series(1, ${INSTANCES}::int) n`.execute(db);
  await sql`analyze usage_days, budgets`.execute(db);
}

function middle(rounds: Record<string, number>[]): Record<string, number> {
  const sum = (one: Record<string, number>) => Object.values(one).reduce((all, ms) => all + ms, 0);
  return rounds.toSorted((one, other) => sum(one) - sum(other))[Math.floor(rounds.length / 2)] as Record<string, number>;
}

function report(benchmark: string, cpu: Record<string, number>, everyMs: number): void {
  const sum = Object.values(cpu).reduce((all, ms) => all + ms, 0);
  const words = Object.entries(cpu).map(([name, ms]) => `${name} ${ms.toFixed(0)} ms`);
  const part = (100 * sum) / everyMs;
  record({
    benchmark,
    measured: `processor ${words.join(', ')}: ${part.toFixed(2)} % of a core at one each ${everyMs / 60_000} minutes (the middle of ${PASSES})`,
    goal: { text: '≤ 1 % of a core', met: part <= 1 },
    figures: cpu,
  });
}
