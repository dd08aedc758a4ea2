/**
 * How PostgreSQL finds what the hottest reads ask for, with 10,000 customers, 20,000 subscriptions and 10,000 instances, and a fifth of
 * that of another provider beside them: by an index, and without reading what is others'. The plans go to `.tmp/query-plans.txt`.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Caller } from '@cellplane/api';
import { afterAll, expect, it } from 'vitest';
import { auditHandlers } from '../packages/server/src/audit/handlers.js';
import { databaseTime } from '../packages/server/src/database/clock.js';
import { sentDuring } from '../packages/server/src/database/sent.testing.js';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { selectCustomers, selectOrganizations } from '../packages/server/src/identity/customers/customer-list-store.js';
import { selectForSignIn, selectUserOfSession } from '../packages/server/src/identity/store.js';
import { customerInstanceHandlers } from '../packages/server/src/instance-api/customer-handlers.js';
import { fleetHandlers } from '../packages/server/src/instance-api/fleet/handlers.js';
import { instanceInventory } from '../packages/server/src/instance-api/inventory.js';
import { openRunViews } from '../packages/server/src/instance-api/live/run-views.js';
import { instanceHandlers } from '../packages/server/src/instance-api/provider-handlers.js';
import { workflowHandlers } from '../packages/server/src/instance-api/run-handlers.js';
import { openWorld } from '../packages/server/src/lifecycle/life.testing.js';
import { createOutbox } from '../packages/server/src/mail/outbox.js';
import { snapshotHandlers } from '../packages/server/src/snapshots/handlers.js';
import { withSnapshots } from '../packages/server/src/snapshots/inventory.js';
import { subscriptionHoldings } from '../packages/server/src/snapshots/holdings.js';
import { customerSubscriptionHandlers } from '../packages/server/src/subscriptions/customer-handlers.js';
import { subscriptionHandlers } from '../packages/server/src/subscriptions/handlers.js';

const database = await testDatabase({ statementTimeoutMs: 0 });
const world = await openWorld(database);
const { deps, caller } = world;
await world.engine.stop();
afterAll(() => deps.charts.stop());

const spec = await readFile(new URL('../packages/plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');
const quiet = (await world.offer(spec)).place;
const offered = await world.offer(spec);
await world.create(offered);
await database.pool.query(await readFile(new URL('../bench/many-tenants.sql', import.meta.url), 'utf8'));

const { db } = database;
const { place } = offered;
const params = { serviceId: place.serviceId, environmentId: place.environmentId };
const customer: Caller = {
  userId: 'user-05000',
  email: 'user-05000@many.example',
  orgId: 'org-05000',
  roleType: 'root',
  providerOrgId: caller.orgId,
  subscriptions: ['sub-05000-1', 'sub-05000-2'],
};
const snapshots = { instances: deps, now: databaseTime, backupsPerCell: 1 };
const inventory = withSnapshots(instanceInventory(deps), snapshots);
const subscribing = { db, holdings: subscriptionHoldings, outbox: createOutbox(deps.sealer) };
const audit = auditHandlers({ db, key: Buffer.alloc(32) });
const fleet = fleetHandlers(deps, openRunViews(deps));
/** A product without instances beside one that has thousands. */
const ofQuiet = { serviceId: quiet.serviceId, environmentId: quiet.environmentId };
const ofQuietTrail = { serviceID: quiet.serviceId };
const own = { params: {}, query: {}, body: undefined, caller: customer };
const of = (query: object, by = caller) => ({ params, query, body: undefined, caller: by });
const PAGE = 100;
/** Statements of one request. */
const MOST_STATEMENTS = 12;

/** Rows of a table that a customer has, and a few beside them. */
const FEW = 10;
/** Rows of a table that a page is made of: one plan in two is another environment's, and each row has a few of other tables. */
const OF_A_PAGE = 4 * PAGE;
/** What the other provider has of a table: a search looks through all of it. Whoever has most of a table has it read as a whole, which is cheaper. */
const OF_SECOND = 4_100;
const second: Caller = { userId: 'user-second', email: 'ops@second.example', orgId: 'org-second', roleType: 'root' };

const reads: [string, number, () => Promise<unknown>][] = [
  ['who sends a request', FEW, () => selectUserOfSession(db, { userId: customer.userId, sessionId: 'session-05000', expiresAt: 4e9 })],
  ['who signs in', FEW, () => selectForSignIn(db, { email: customer.email, address: '192.0.2.1' })],
  ["a customer's instances", FEW, () => customerInstanceHandlers(deps).customerListInstances(own)],
  ["a customer's subscriptions", FEW, () => customerSubscriptionHandlers(subscribing).customerListSubscriptions(own)],
  ["a customer's snapshots", FEW, () => snapshotHandlers(snapshots).customerListSnapshots(own)],
  ["a customer's audit trail", FEW, () => audit.customerListAuditEvents(own)],
  ["a page of a provider's instances", OF_A_PAGE, () => instanceHandlers(deps).listInstances(of({ pageSize: PAGE }))],
  ["a page of a provider's workflows", OF_A_PAGE, () => workflowHandlers(deps).listWorkflows(of({ pageSize: PAGE }))],
  ["a page of a provider's subscriptions", OF_A_PAGE, () => subscriptionHandlers(subscribing).listSubscriptions(of({ pageSize: PAGE }))],
  ["a page of a provider's customers", OF_A_PAGE, () => selectCustomers(db, caller.orgId, {}, { pageSize: PAGE })],
  ["a page of a provider's organizations", OF_A_PAGE, () => selectOrganizations(db, caller.orgId, {}, { pageSize: PAGE })],
  ["a page of a provider's audit trail", OF_A_PAGE, () => audit.listAuditEvents(of({ pageSize: PAGE }))],
  ['the audit trail of a product where nothing happened', FEW, () => audit.listAuditEvents(of({ ...ofQuietTrail, pageSize: PAGE }))],
  ['the audit trail of a quiet environment', FEW, () => audit.listAuditEvents(of({ environmentID: quiet.environmentId, pageSize: PAGE }))],
  ['a page of the runs of a place', OF_A_PAGE, () => fleet.listRuns(of({ ...params, pageSize: PAGE }))],
  ['the runs of a place where there are none', FEW, () => fleet.listRuns(of({ ...ofQuiet, pageSize: PAGE }))],
  ['the fleet of a place where there is none', FEW, () => fleet.describeFleet(of(ofQuiet))],
  ['an instance by its id', FEW, () => inventory.searchInstances(caller, 'instance-many05000', undefined)],
  ['instances by a part of the id', OF_SECOND, () => inventory.searchInstances(second, 'x0050', undefined)],
  ['subscriptions by a part of the id', OF_SECOND, () => inventory.searchSubscriptions(second, 'sub-x0050')],
  ['snapshots by a part of the id', OF_SECOND, () => inventory.searchSnapshots(second, 'x0050')],
];

interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  'Rows Removed by Index Recheck'?: number;
  Plans?: PlanNode[];
}

/** Tables whose rows are somebody's. */
const OF_TENANTS = new Set([
  'organizations',
  'users',
  'sessions',
  'subscriptions',
  'subscription_members',
  'instances',
  'operations',
  'runs',
  'snapshots',
  'audit_events',
]);

function nodesOf(node: PlanNode): PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
}

const texts: string[] = [];
afterAll(async () => {
  await mkdir(new URL('../.tmp', import.meta.url), { recursive: true });
  await writeFile(new URL('../.tmp/query-plans.txt', import.meta.url), texts.join('\n'));
});

it.each(reads)('%s: by an index, and nothing that is others’', async (name, most, read) => {
  const sent = (await sentDuring(database, read)).filter(({ text }) => /^\s*(?:\/\*.*\*\/\s*)?select/.test(text));
  expect(sent.length).toBeGreaterThan(0);
  // However many rows a page has.
  expect(sent.length).toBeLessThanOrEqual(MOST_STATEMENTS);
  const faults: string[] = [];
  for (const { text, values } of sent) {
    const shown = await database.pool.query<{ 'QUERY PLAN': string }>(`explain (analyze, buffers) ${text}`, values);
    texts.push(`## ${name}\n${text.replaceAll(/\s+/g, ' ').trim()}\n`, ...shown.rows.map((row) => row['QUERY PLAN']), '');
    const { rows } = await database.pool.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(`explain (analyze, format json) ${text}`, values);
    const looked = new Map<string, number>();
    for (const node of rows.flatMap((row) => nodesOf(row['QUERY PLAN'][0].Plan))) {
      const table = node['Relation Name'];
      if (table === undefined || !OF_TENANTS.has(table)) continue;
      if (node['Node Type'] === 'Seq Scan') faults.push(`all of ${table} is read by ${text}`);
      const each = node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0) + (node['Rows Removed by Index Recheck'] ?? 0);
      looked.set(table, (looked.get(table) ?? 0) + each * node['Actual Loops']);
    }
    for (const [table, count] of looked)
      if (count > most) faults.push(`${count} rows of ${table} are read, not ${most} at most, by ${text}`);
  }
  expect(faults).toEqual([]);
});
