/**
 * What PostgreSQL's row-level security would cost as a second wall (docs/decisions/0012-row-level-security.md): the same statements as a role
 * that the policies hold for, beside what the server sends now. `set_config` in a transaction around each is what a pool of connections needs.
 */
import { type OpenDatabase, sql } from '@cellplane/server';
import { record } from '../figures.js';
import { processorTime } from '../processes.js';
import { withProduct } from '../world.js';
import { manyTenants } from './customers.js';

const SETTINGS = ['cellplane.org', 'cellplane.subscriptions'] as const;
const BELONGS = (table: string) => `case when current_setting('cellplane.subscriptions', true) = ''
    then current_setting('cellplane.org', true) in (${table === 'audit_events' ? 'provider_org_id, tenant_org_id' : 'provider_org_id, org_id'})
    else ${table === 'subscriptions' ? 'id' : 'subscription_id'} = any(string_to_array(current_setting('cellplane.subscriptions', true), ',')) end`;

/** The policies; the server's own role owns the tables, and they do not hold for it. */
const WALL = `create role cellplane_wall nologin;
  grant select on all tables in schema public to cellplane_wall;
  ${['instances', 'subscriptions', 'snapshots', 'audit_events']
    .map(
      (table) =>
        `alter table ${table} enable row level security; create policy own on ${table} to cellplane_wall using (${BELONGS(table)});`,
    )
    .join('\n')}`;

const CUSTOMER = { org: 'org-05000', subscriptions: 'sub-05000-1,sub-05000-2' };
const OWN = `array['sub-05000-1', 'sub-05000-2']`;

type Kysely = OpenDatabase['db'];

export async function wall(port: number): Promise<void> {
  await withProduct(port, async (world) => {
    await manyTenants(world);
    const { db } = world.database;
    await sql.raw(WALL).execute(db);
    const { rows } = await sql<{ org: string; environment: string }>`
      select provider_org_id as org, environment_id as environment from instances where id = 'instance-many05000'`.execute(db);
    const { org = '', environment = '' } = rows[0] ?? {};
    const provider = { org, subscriptions: '' };
    const cases: { name: string; who: typeof provider; times: number; text: string }[] = [
      {
        name: 'an instance of a customer',
        who: CUSTOMER,
        times: 4_000,
        text: `select * from instances i where id = 'instance-many05000' and deleted_at is null and i.subscription_id = any(${OWN})`,
      },
      {
        name: "a customer's instances",
        who: CUSTOMER,
        times: 4_000,
        text: `select * from instances i where deleted_at is null and i.subscription_id = any(${OWN}) order by created_at desc, id desc`,
      },
      {
        name: 'a page of 100 instances',
        who: provider,
        times: 500,
        text: `select * from instances i where deleted_at is null and '${org}' in (i.provider_org_id, i.org_id) and i.environment_id = '${environment}'
          order by created_at desc, id desc limit 100`,
      },
      {
        name: 'a search of 10,000 instances',
        who: provider,
        times: 100,
        text: `select * from instances i where deleted_at is null and '${org}' in (i.provider_org_id, i.org_id) and strpos(lower(id), 'many0500') > 0`,
      },
    ];
    const found = [];
    for (const { name, who, times, text } of cases) {
      const plain = async (connection: Kysely) => void (await sql.raw(text).execute(connection));
      const set = (connection: Kysely, local: boolean) =>
        sql`select set_config(${SETTINGS[0]}, ${who.org}, ${local}), set_config(${SETTINGS[1]}, ${who.subscriptions}, ${local})`.execute(
          connection,
        );
      const inTransaction = (connection: Kysely) =>
        connection.transaction().execute(async (tx) => {
          await set(tx, true);
          await plain(tx);
        });
      const measure = async (role: string, work: (connection: Kysely) => Promise<void>) =>
        db.connection().execute(async (connection) => {
          await sql.raw(`set role ${role}`).execute(connection);
          await set(connection, false);
          for (let time = 0; time < times / 10; time += 1) await work(connection);
          const before = await processorTime(world.postmaster);
          const began = performance.now();
          for (let time = 0; time < times; time += 1) await work(connection);
          const ms = (performance.now() - began) / times;
          const after = await processorTime(world.postmaster);
          await sql.raw('reset role').execute(connection);
          return { ms, cpuMs: ((after.own + after.started - before.own - before.started) * 1_000) / times };
        });
      // The first turn reads pages and compiles code.
      await measure('none', plain);
      const now = await measure('none', plain);
      const policy = await measure('cellplane_wall', plain);
      const whole = await measure('cellplane_wall', inTransaction);
      found.push({ name, now, policy, whole });
      const shown = ({ ms, cpuMs }: typeof now) => `${ms.toFixed(3)} ms (${cpuMs.toFixed(3)} ms of PostgreSQL)`;
      record({
        benchmark: `(m) row-level security: ${name}`,
        measured: `now ${shown(now)}; with policies ${shown(policy)}; with policies and set_config in a transaction ${shown(whole)}`,
        figures: found.at(-1),
      });
    }
  });
}
