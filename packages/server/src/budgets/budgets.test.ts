/** Budgets on a real database: from what was used to the mail. */
import type { Caller } from '@cellplane/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { base64, testCatalog, testSpec } from '../catalog/catalog.testing.js';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { placeEvents, selectHead } from '../events/store.js';
import { selectFacts } from '../live/fact-store.js';
import { changesOf, isHeard } from '../live/change.js';
import { silentLogger } from '../log.js';
import { writeLetter } from '../mail/letter.js';
import { distributeNews } from '../news/distribute.js';
import { notificationFollower } from '../notifications/follower.js';
import { testCustomer } from '../subscriptions/customer.testing.js';
import { insertDefault } from '../subscriptions/store.js';
import { testOutbox } from '../subscriptions/letters.testing.js';
import { addUsage } from '../usage/usage-store.js';
import { budgetHandlers } from './handlers.js';
import { watchBudgets } from './watch.js';

const { db } = await testDatabase();
const { caller: provider, handlers: catalog } = await testCatalog(db);
const spec = { name: 'Shop', environment: 'Dev', environmentType: 'DEV', fileContent: base64(testSpec()), release: true };
const { productTierID: planId } = await catalog.buildServicePlanSpec({ params: {}, query: {}, body: spec, caller: provider });
const anna = await testCustomer(db, { name: 'anna', provider, plans: [planId] });
const bo = await testCustomer(db, { name: 'bo', provider, plans: [planId] });
const handlers = budgetHandlers({ db });
const { outbox, lettersTo } = testOutbox(db);
const follower = notificationFollower();
const SUB = 'sub-anna0';
const EVERY_MS = 60_000;

type Body = Parameters<typeof handlers.createBudget>[0]['body'];
const create = async (body: Partial<Body> = {}, caller: Caller = anna) => {
  const { id } = await handlers.createBudget({
    params: {},
    query: {},
    body: { subscriptionId: SUB, name: 'All', amount: 100, ...body },
    caller,
  });
  return handlers.describeBudget({ params: { id }, query: {}, body: undefined, caller });
};
const change = (id: string, body: Parameters<typeof handlers.updateBudget>[0]['body'], caller: Caller = anna) =>
  handlers.updateBudget({ params: { id }, query: {}, body, caller });
const list = async (caller: Caller = anna, subscriptionId?: string) =>
  (await handlers.listBudgets({ params: {}, query: subscriptionId === undefined ? {} : { subscriptionId }, body: undefined, caller }))
    .budgets;
const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    ({ kind, code, details }: { kind: string; code: string; details?: { field: string }[] }) =>
      [kind, code, details?.[0]?.field].filter(Boolean),
  );

/** Adds to the cost of today. */
const spend = (cost: number | null, tags: { key: string; value: string }[] = [], subscriptionId = SUB, daysAgo = 0) =>
  transaction(db, async (tx) => {
    const { rows } = await sql<{ day: string }>`select ((now() at time zone 'UTC')::date - ${daysAgo}::int)::text as day`.execute(tx);
    await addUsage(tx, [
      {
        instanceId: `i-${JSON.stringify(tags)}`,
        day: rows[0]?.day ?? '',
        providerOrgId: provider.orgId,
        orgId: anna.orgId,
        subscriptionId,
        serviceId: 's',
        environmentId: 'se',
        planId,
        tags,
        used: { cpu: 1, memory: 0, storage: 0, replica: 0 },
        cost,
      },
    ]);
  });
const dueNow = () => sql`update budgets set look_at = now()`.execute(db);
/** Looks as the loop does, and carries the news to the outbox. */
async function look(): Promise<void> {
  await dueNow();
  await watchBudgets(db, EVERY_MS);
  const head = await headOf();
  const { rows: events } = await sql<Parameters<typeof follower.handle>[1]>`
    select position, subject, kind, version, payload, at from events where position > ${heardUntil} and position <= ${head} order by position`.execute(
    db,
  );
  heardUntil = head;
  for (const event of events) await transaction(db, (tx) => follower.handle(tx, event));
  while ((await sql`select 1 from member_news`.execute(db)).rows.length > 0) await distributeNews({ db, outbox, log: silentLogger });
}
let heardUntil = 0;
async function headOf(): Promise<number> {
  await placeEvents(db);
  return (await selectHead(db)).position;
}
const told = async () =>
  (await list()).flatMap(({ month }) => month.alerts.map(({ isExpected, percent }) => (isExpected ? 'expected' : percent)));
const mails = async ({ email }: Caller) => {
  const letters = await lettersTo(email);
  return letters.map((letter) => writeLetter(letter, { recipient: email, providerName: 'Acme', portalUrl: 'https://portal.example' }));
};

beforeEach(async () => {
  heardUntil = await headOf();
});
afterEach(async () => {
  await sql`delete from budgets`.execute(db);
  await sql`delete from usage_days`.execute(db);
  await sql`delete from mails`.execute(db);
});

describe('a budget', () => {
  it('says what the month has cost, of all instances or of those with a tag', async () => {
    await spend(10, [
      { key: 'team', value: 'shop' },
      { key: 'Name', value: 'a' },
    ]);
    await spend(5, [{ key: 'team', value: 'web' }]);
    await spend(7, [], 'sub-of-others');
    await create();
    await create({ name: 'Shop', amount: 20, tag: { key: 'team', value: 'shop' }, alertPercents: [90, 10, 90], alertExpected: false });
    expect(await list()).toMatchObject([
      {
        name: 'All',
        amount: 100,
        alertPercents: [50, 80, 100],
        alertExpected: true,
        serviceName: 'Shop',
        subscriptionId: SUB,
        month: { spent: 15 },
      },
      { name: 'Shop', tag: { key: 'team', value: 'shop' }, alertPercents: [10, 90], alertExpected: false, month: { spent: 10 } },
    ]);
  });

  it('counts an instance once that has its tag twice, and each value of a tag for itself', async () => {
    await spend(4, [
      { key: 'team', value: 'shop' },
      { key: 'team', value: 'shop' },
      { key: 'team', value: 'web' },
    ]);
    await create({ name: 'Shop', tag: { key: 'team', value: 'shop' } });
    await create({ name: 'Web', tag: { key: 'team', value: 'web' } });
    expect((await list()).map(({ month }) => month.spent)).toEqual([4, 4]);
  });

  it('says that nothing has a price', async () => {
    await spend(null);
    expect((await create()).month).not.toHaveProperty('spent');
    await look();
    expect(await told()).toEqual([]);
  });

  it('is refused with the field that is wrong', async () => {
    expect(await refusal(create({ amount: 0 }))).toEqual(['bad_request', 'invalid-budget', 'amount']);
    expect(await refusal(create({ amount: 1e-9 }))).toEqual(['bad_request', 'invalid-budget', 'amount']);
    expect(await refusal(create({ amount: 0.123_456_7 }))).toEqual(['bad_request', 'invalid-budget', 'amount']);
    expect(await refusal(create({ amount: 1e300 }))).toEqual(['bad_request', 'invalid-budget', 'amount']);
    expect(await refusal(create({ name: ' ' }))).toEqual(['bad_request', 'invalid-budget', 'name']);
    expect(await refusal(create({ name: 'a\nb' }))).toEqual(['bad_request', 'invalid-budget', 'name']);
    expect(await refusal(create({ name: 'a\u2028b' }))).toEqual(['bad_request', 'invalid-budget', 'name']);
    expect(await refusal(create({ name: 'a\u202eb' }))).toEqual(['bad_request', 'invalid-budget', 'name']);
    expect(await refusal(create({ alertPercents: [0] }))).toEqual(['bad_request', 'invalid-budget', 'alertPercents']);
    expect(await refusal(create({ alertPercents: Array.from({ length: 11 }, (_, index) => index + 1) }))).toEqual([
      'bad_request',
      'invalid-budget',
      'alertPercents',
    ]);
    expect(await refusal(create({ tag: { key: '', value: 'x' } }))).toEqual(['bad_request', 'invalid-budget', 'tag.key']);
    await create();
    expect(await refusal(create())).toEqual(['invalid_state', 'budget-exists']);
    const other = await create({ name: 'Other' });
    expect(await refusal(change(other.id, { name: 'All' }))).toEqual(['invalid_state', 'budget-exists']);
    expect(await refusal(change(other.id, { amount: -1 }))).toEqual(['bad_request', 'invalid-budget', 'amount']);
    expect((await change(other.id, { name: 'Other' })).amount).toBe(100);
  });

  it('has fifty of its kind at most in a subscription', async () => {
    for (let at = 0; at < 50; at += 1) await create({ name: `Budget ${at}` });
    expect(await refusal(create())).toEqual(['invalid_state', 'too-many-budgets']);
  });

  it('belongs to the members of the subscription, and is changed by editors', async () => {
    const { id } = await create();
    const at = (caller: Caller) => ({ params: { id }, query: {}, body: undefined, caller });
    for (const stranger of [bo, provider, { ...anna, subscriptions: [] }]) {
      expect(await list(stranger)).toEqual([]);
      expect(await refusal(list(stranger, SUB))).toEqual(['not_found', 'subscription-not-found']);
      expect(await refusal(handlers.describeBudget(at(stranger)))).toEqual(['not_found', 'budget-not-found']);
      expect(await refusal(change(id, { amount: 1 }, stranger))).toEqual(['not_found', 'budget-not-found']);
      expect(await refusal(handlers.deleteBudget(at(stranger)))).toEqual(['not_found', 'budget-not-found']);
      expect(await refusal(create({}, stranger))).toEqual(['not_found', 'subscription-not-found']);
    }
    const reader = { ...anna, allowed: [] };
    expect(await refusal(create({ name: 'Mine' }, reader))).toEqual(['forbidden', 'role-not-allowed']);
    expect(await refusal(change(id, { amount: 1 }, reader))).toEqual(['forbidden', 'role-not-allowed']);
    expect(await refusal(handlers.deleteBudget(at(reader)))).toEqual(['forbidden', 'role-not-allowed']);
    await handlers.deleteBudget(at(anna));
    expect(await list()).toEqual([]);
  });

  it('of a provider is one of its own organization’s subscriptions', async () => {
    const own = 'sub-own';
    await transaction(db, (tx) => insertDefault(tx, { id: own, orgId: provider.orgId, planId, userId: provider.userId }));
    const budget = await create({ subscriptionId: own }, provider);
    expect(await list(provider)).toMatchObject([{ id: budget.id }]);
    const elsewhere = { ...provider, products: ['s-other'] };
    expect(await list(elsewhere)).toEqual([]);
    expect(await refusal(create({ subscriptionId: own, name: 'Mine' }, elsewhere))).toEqual(['not_found', 'subscription-not-found']);
    await spend(60, [], own);
    await look();
    const { rows: notices } = await sql<{ type: string; reason: string }>`
      select event_type as type, payload->>'reason' as reason from notices where payload->>'budgetId' = ${budget.id}`.execute(db);
    expect(notices).toEqual([{ type: 'BudgetReached', reason: expect.stringContaining('Budget All: 60.00 of 100.00 are spent') }]);
  });
});

describe('alerts', () => {
  it('tell the members once when a part is spent, and the highest of several', async () => {
    await create();
    await spend(49);
    await look();
    expect(await told()).toEqual([]);
    await spend(36);
    await look();
    await look();
    expect(await told()).toEqual([50, 80]);
    const [mail, ...more] = await mails(anna);
    expect(more).toEqual([]);
    expect(mail?.subject).toMatch(/^Budget All is spent to 80 % in \d{4}-\d\d$/);
    expect(mail?.text).toContain('85.00 of 100.00');
    expect(mail?.text).toContain('https://portal.example/usage');
    expect(await mails(bo)).toEqual([]);
    await spend(15);
    await look();
    expect((await mails(anna)).map(({ subject }) => subject)).toEqual([expect.stringContaining('80 %'), expect.stringContaining('100 %')]);
    const { rows: notices } =
      await sql`select 1 from notices where event_type like 'Budget%' and payload->>'subscriptionId' = ${SUB}`.execute(db);
    expect(notices).toEqual([]);
  });

  it('tell what is expected beside a part that is reached at the same look', async () => {
    for (let ago = 8; ago >= 1; ago -= 1) await spend(10, [], SUB, ago);
    await spend(1);
    const { id, month } = await create({ amount: 1_000_000 });
    await change(id, { amount: (month.spent ?? 0) + 0.000_001 });
    await look();
    expect(await told()).toEqual(['expected', 50, 80]);
    expect((await mails(anna)).map(({ subject }) => subject).sort()).toEqual([
      expect.stringContaining('is spent to 80 %'),
      expect.stringContaining('will not be enough'),
    ]);
  });

  it('tell of another amount anew', async () => {
    const { id } = await create();
    await spend(120);
    await look();
    await change(id, { amount: 200 });
    expect(await told()).toEqual([]);
    await look();
    expect(await told()).toEqual([50]);
    await change(id, { name: 'Renamed' });
    expect(await told()).toEqual([50]);
    expect((await mails(anna)).length).toBe(2);
  });

  it('tell when the month is expected to cost more', async () => {
    for (let ago = 8; ago >= 1; ago -= 1) await spend(10, [], SUB, ago);
    await spend(1);
    const { id, month } = await create({ amount: 1_000_000, alertPercents: [] });
    await look();
    expect(await told()).toEqual([]);
    await change(id, { amount: (month.spent ?? 0) + 0.000_001 });
    await look();
    expect(await told()).toEqual(['expected']);
    expect((await mails(anna)).at(-1)?.subject).toContain('will not be enough');
  });

  it('are told by one of several copies of the program', async () => {
    for (let at = 0; at < 20; at += 1) await create({ name: `Budget ${at}` });
    await spend(60);
    await dueNow();
    await Promise.all(Array.from({ length: 4 }, () => watchBudgets(db, EVERY_MS)));
    await placeEvents(db);
    const { rows } = await sql<{ count: number }>`
      select count(*) as count from events where kind = 'budget-reached' and position > ${heardUntil}`.execute(db);
    expect(rows[0]?.count).toBe(20);
  });

  it('rest until the next look, and where the subscription has ended', async () => {
    await create();
    await watchBudgets(db, EVERY_MS);
    await spend(60);
    await watchBudgets(db, EVERY_MS);
    expect(await told()).toEqual([]);
    await sql`update subscriptions set status = 'TERMINATED' where id = ${SUB}`.execute(db);
    await look();
    expect(await told()).toEqual([]);
    expect(await refusal(create({ name: 'Late' }))).toEqual(['invalid_state', 'subscription-ended']);
    await sql`update subscriptions set status = 'ACTIVE' where id = ${SUB}`.execute(db);
    await look();
    expect(await told()).toEqual([50]);
  });

  it('come to open pages of members, and of nobody else', async () => {
    await create();
    await placeEvents(db);
    const facts = await selectFacts(db, { after: heardUntil, limit: 100, providerOrgId: provider.orgId });
    const [fact] = facts.filter(({ kind }) => kind === 'budget-changed').map((one) => ({ ...one, isProvidersOnly: false }));
    if (fact === undefined) throw new Error('the change was not told');
    expect(changesOf(fact)).toMatchObject([{ noun: 'subscriptions', id: SUB }]);
    expect(isHeard('subscriptions', fact, anna)).toBe(true);
    expect(isHeard('subscriptions', fact, bo)).toBe(false);
  });
});
