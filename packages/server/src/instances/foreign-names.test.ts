import type { ExpressionValues, Json } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { everyVerb } from './every-verb.testing.js';
import { foreignNamesIn, refuseForeignNames } from './foreign-names.js';
import { openWorld } from './life.testing.js';
import { noSnapshots } from './no-snapshots.js';
import { selectInstance } from './store.js';

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
const look = (value: Json, more: { flags?: object; restoredFrom?: string } = {}) => {
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
  ])('may not be %s of another tenant', async (_what, text) => {
    await expect(look(text)).rejects.toMatchObject(refused);
    await expect(look({ deep: [{ in: text }] })).rejects.toMatchObject(refused);
    await expect(look({ [text]: 1 })).rejects.toMatchObject(refused);
  });

  it('may be what is one’s own, what is nobody’s, and where the platform says it comes from', async () => {
    await look(`s3://backups/${mine}/base`);
    await look('instance-000000000 instance-ss-000000000 org-0000000000 sub-0000000000 12 true');
    await look(`s3://${world.caller.orgId}/${instance.orgId}/${instance.subscriptionId}`);
    await look(`s3://backups/${source}/base`, { restoredFrom: 'instance-ss-victim123' });
    await expect(look(source)).rejects.toMatchObject(refused);
  });

  it('is looked at only where the tenant could choose it', async () => {
    await expect(look(victim, { flags: { tainted: undefined } })).resolves.toBeUndefined();
  });

  it('may not come together in a manifest', async () => {
    const asked = (...texts: string[]) => foreignNamesIn({ db: database.db, snapshots }, mine, texts);
    expect(await asked(`s3://backups/${mine}/base`, 'ready')).toBeUndefined();
    expect(await asked('ready', `s3://backups/${victim}/base`)).toContain(`${victim} is not of this tenant`);
  });
});
