import type { ExpressionValues, Json } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { everyVerb } from './every-verb.testing.js';
import { foreignNamesIn, refuseForeignNames, refuseForeignParameters } from './foreign-names.js';
import { openWorld } from './life.testing.js';
import { noSnapshots } from './snapshot-port.js';
import { selectInstance } from '../instances/store.js';

const database = await testDatabase({ poolSize: 10 });
const world = await openWorld(database);
await world.engine.stop();
await world.deps.charts.stop();
const offered = await world.offer(everyVerb());

const [mine, victim, source] = [await world.create(offered), await world.create(offered), await world.create(offered)];
await sql`insert into organizations (id, name) values ('org-Other12345', 'Other')`.execute(database.db);
await sql`update instances set org_id = 'org-Other12345' where id in (${victim}, ${source})`.execute(database.db);
await sql`
  insert into subscriptions (id, org_id, provider_org_id, plan_id, root_user_id, is_default)
  values ('sub-Other12345', 'org-Other12345', ${world.caller.orgId}, ${offered.place.planId}, ${world.caller.userId}, false)`.execute(
  database.db,
);
const instance = await selectInstance(database.db, mine);
if (instance === undefined) throw new Error('it was not created');

const snapshots = {
  ...noSnapshots,
  ownersOf: (_db: unknown, ids: string[]) =>
    Promise.resolve(new Map(ids.filter((id) => id === 'instance-ss-victim123').map((id) => [id, 'org-Other12345']))),
};
const check = (value: Json, more: { flags?: object; restoredFrom?: string } = {}) => {
  const values: ExpressionValues = { 'arguments.x#0': { value, source: '$sys.restore.metadata.x', tainted: true, ...more.flags } };
  const restoredFrom = more.restoredFrom ?? null;
  return refuseForeignNames({ db: database.db, snapshots }, { ...instance, restoredFrom }, values);
};
const refused = { kind: 'invalid_state', code: 'tainted-identifier' };

describe('what a value names that the tenant could choose', () => {
  it.each([
    ['an instance', victim],
    ['a path with an instance', `s3://backups/${victim}/base`],
    ['letters that are not ours around it', `x${victim.toUpperCase()}y`],
    ['a snapshot', 'instance-ss-victim123'],
    ['the organization', 's3://backups/org-Other12345/base'],
    ['a subscription', 's3://backups/sub-other12345/base'],
    ['an instance in base64', Buffer.from(victim).toString('base64')],
    ['an instance in base64 without its end, behind other text', `s3://a/${Buffer.from(`x/${victim}/y`).toString('base64url')}/b`],
    ['an instance in base64 of base64', Buffer.from(Buffer.from(victim).toString('base64')).toString('base64')],
  ])('may not be %s of another tenant', async (_what, text) => {
    await expect(check(text)).rejects.toMatchObject(refused);
    await expect(check({ deep: [{ in: text }] })).rejects.toMatchObject(refused);
    await expect(check({ [text]: 1 })).rejects.toMatchObject(refused);
  });

  it('may be what is one’s own, what is nobody’s, and where the platform says it comes from', async () => {
    await check(`s3://backups/${mine}/base`);
    await check(Buffer.from(`s3://backups/${mine}/base`).toString('base64'));
    await check(Buffer.alloc(4096, 'a password of mine').toString('base64'));
    await check('instance-000000000 instance-ss-000000000 org-0000000000 sub-0000000000 12 true');
    await check(`s3://${world.caller.orgId}/${instance.orgId}/${instance.subscriptionId}`);
    await check(`s3://backups/${source}/base`, { restoredFrom: 'instance-ss-victim123' });
    await expect(check(source)).rejects.toMatchObject(refused);
  });

  it('is checked only where the tenant could choose it', async () => {
    await expect(check(victim, { flags: { tainted: undefined } })).resolves.toBeUndefined();
  });

  it('may not come together in a manifest', async () => {
    const asked = (...tainted: string[]) => foreignNamesIn({ db: database.db, snapshots }, mine, { tainted, chosen: [] });
    expect(await asked(`s3://backups/${mine}/base`, 'ready')).toBeUndefined();
    expect(await asked('ready', `s3://backups/${victim}/base`)).toContain(`${victim} is not of this tenant`);
  });
});

describe('what a parameter names', () => {
  const deps = { db: database.db, snapshots };
  const used = (source: string, value: Json) => refuseForeignNames(deps, instance, { 'arguments.x#0': { value, source } });

  it.each([
    '$var.name',
    '$func.lower($var.name)',
    '$func.default($secret.x, $var.name)',
    '$backend.var.name',
    '$sys.tenant.name',
    '$sys.compute.node.instanceType',
  ])('may not be another tenant’s by %s', async (source) => {
    await expect(used(source, `x-${victim}`)).rejects.toMatchObject(refused);
    await expect(used(source, { deep: [victim.toUpperCase()] })).rejects.toMatchObject(refused);
    await used(source, `x-${mine}`);
  });

  it('is not asked of what the platform says', async () => {
    await expect(used('$sys.sourceInstanceId', victim)).resolves.toBeUndefined();
    await expect(used('$secret.TARGET', victim)).resolves.toBeUndefined();
  });

  it('may not come together in a manifest', async () => {
    const asked = (...chosen: string[]) => foreignNamesIn(deps, mine, { tainted: [], chosen });
    expect(await asked(`${mine}-pw`, 'ready')).toBeUndefined();
    expect(await asked(`${victim}-pw`)).toContain(`${victim} is not of this tenant, and a parameter names it`);
  });

  it('is refused when it is given, by the name of the parameter', async () => {
    await expect(refuseForeignParameters(deps, instance, { a: mine, b: `${victim}-rw`, c: { d: [victim] } })).rejects.toMatchObject({
      kind: 'bad_request',
      code: 'foreign-name',
      details: [{ field: 'b' }, { field: 'c' }],
    });
    await refuseForeignParameters(deps, instance, { a: mine, b: 'instance-000000000', c: 3, d: null });
    await refuseForeignParameters(deps, instance, undefined);
    await refuseForeignParameters(deps, { ...instance, restoredFrom: 'instance-ss-victim123' }, { a: victim });
  });

  it('may not be what the provider has, which outputs may name', async () => {
    const customer = { ...instance, id: 'instance-customer1', orgId: 'org-Customer123' };
    await expect(refuseForeignParameters(deps, customer, { a: mine })).rejects.toMatchObject({ code: 'foreign-name' });
    await refuseForeignParameters(deps, customer, { a: customer.providerOrgId });
    await refuseForeignNames(deps, customer, { 'arguments.x#0': { value: mine, source: '$backend.out.x', tainted: true } });
  });
});
