/** The console's people and governance in a real browser: approval, a channel, the audit chain, a customer who is kept out. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sql } from '../../packages/server/src/database/database.js';
import { testDatabase } from '../../packages/server/src/database/test-database.testing.js';
import { buildPlan, type BuiltPlan, type ControlPlane, PROVIDER, startControlPlane, until } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { FIRST, widgets } from '../widget-plan.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn, type Tab } from './browser.testing.js';

const database = await testDatabase();
const ALL = { alertTypes: [], environmentTypes: [], eventCategories: [], eventPriorities: [], eventTypes: [] };

let plane: ControlPlane;
let browser: Browser;
let anna: Customer;
let plan: BuiltPlan;
let receiver: Server;
let received = 0;

/** A tab of somebody at a page. */
async function at(path: string, who: { email: string; password: string }): Promise<Tab> {
  const tab = await openTab(browser);
  await tab.page.goto(`${plane.url}${path}`);
  await signIn(tab.page, who);
  return tab;
}

const heading = (page: Page, name: string) => page.getByRole('heading', { name, exact: true }).first().waitFor();

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    receiver = createServer((request, response) => {
      received += 1;
      request.resume().on('end', () => response.end('taken'));
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    plane = await startControlPlane({ DATABASE_URL: database.url, CELLPLANE_WEBHOOK_PRIVATE_TARGETS: 'true' });
    const text = widgets('Widgets', '1.0.0', FIRST);
    plan = await buildPlan(plane.client, 'Widgets', { text }, { environment: 'Production', environmentType: 'PROD' });
    const { serviceId, environmentId } = plan;
    await plane.client.updateServiceEnvironment({ params: { serviceId, id: environmentId }, body: { autoApproveSubscription: false } });
    anna = await (await customersOf(plane)).signUp('anna');
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
    receiver?.close();
  });

  it('a customer asks in one tab, the provider approves in another, and the customer sees it without a reload', {
    timeout: 240_000,
  }, async () => {
    const customer = await at('/catalogue', anna);
    const provider = await at('/console/requests', PROVIDER);
    await provider.page.getByText('Nobody waits for you').waitFor();
    await customer.page.getByRole('button', { name: 'Ask for a subscription' }).click();
    await customer.page.getByLabel('Message').fill('For our shop');
    await customer.page.getByRole('button', { name: 'Ask for it' }).click();

    await provider.page.getByText('For our shop').waitFor();
    await provider.page.goto(`${plane.url}/console`);
    await provider.page.getByRole('link', { name: /anna.* asks for .*Widgets/ }).click();
    await provider.page.getByText('For our shop').waitFor();
    await provider.page.getByRole('button', { name: 'Approve', exact: true }).click();
    await provider.page.getByLabel('Words for the customer').fill('Welcome');
    await provider.page.getByRole('button', { name: 'Approve the request' }).click();
    await provider.page.getByText('Nobody waits for you').waitFor();
    await customer.page.getByText('Subscribed, as root').waitFor();

    await provider.page.goto(`${plane.url}/console/customers?q=anna`);
    await provider.page.getByRole('link', { name: 'anna' }).first().click();
    await provider.page.getByRole('link', { name: /Widgets/ }).click();
    await heading(provider.page, 'Members');
    await provider.page.getByText(anna.email).first().waitFor();
    expect([...customer.complaints, ...provider.complaints]).toEqual([]);
    await customer.context.close();
    await provider.context.close();
  });

  it('a channel gets a test message, and its history says what came of it', { timeout: 240_000 }, async () => {
    const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
    const { page, complaints, context } = await at('/console/notifications', PROVIDER);
    await page.getByRole('button', { name: 'Create a channel' }).first().click();
    await page.getByRole('button', { name: 'Create the channel' }).click();
    await page.getByText('Give the channel a name.').waitFor();
    await page.getByLabel('Name').fill('ops');
    await page.getByLabel('Address', { exact: true }).fill(url);
    await page.getByRole('button', { name: 'Create the channel' }).click();
    await heading(page, 'ops');
    await page.getByRole('button', { name: 'Send a test' }).click();
    await until('the test has arrived', async () => received > 0, PATIENCE_MS);
    const [channel] = (await plane.client.listNotificationChannels({})).channels;
    const params = { id: channel?.id ?? '' };
    await until(
      'the delivery is known',
      async () => (await plane.client.listChannelEvents({ params, query: {} })).events[0]?.publicationStatus === 'DELIVERED',
      PATIENCE_MS,
    );
    await page.reload();
    await page.getByText('Answered 200').first().waitFor();
    expect(channel?.subscription).toEqual(ALL);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the audit trail is verified; an entry that was changed in the database is named', { timeout: 240_000 }, async () => {
    const { page, complaints, context } = await at('/console/audit', PROVIDER);
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    await page.getByText(/^Intact: \d+ entries were checked/).waitFor();
    const [entry] = (await plane.client.listAuditEvents({ query: { operation: 'createNotificationChannel' } })).events;
    await until(
      'the entry is sealed',
      async () => (await plane.client.describeAuditEvent({ params: { id: entry?.id ?? '' } })).position !== undefined,
      PATIENCE_MS,
    );
    await sql`update audit_events set user_name = 'Somebody Else' where id = ${entry?.id ?? ''}`.execute(database.db);
    await page.getByRole('button', { name: 'Verify the trail' }).click();
    await page.getByText(/^Not as it was written: entry \d+/).waitFor();
    await page.getByRole('link', { name: `Open entry ${entry?.id ?? ''}` }).click();
    await page.getByRole('dialog').getByText('Somebody Else').waitFor();
    expect(page.url()).toContain(`event=${entry?.id ?? ''}`);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a suspended customer is signed out, and cannot come back until let in again', { timeout: 240_000 }, async () => {
    const customer = await at('/catalogue', anna);
    await heading(customer.page, 'Catalogue');
    const provider = await at(`/console/customers/${anna.userId}`, PROVIDER);
    await provider.page.getByRole('button', { name: 'Suspend', exact: true }).click();
    await provider.page.getByRole('button', { name: 'Suspend the customer' }).click();
    await provider.page.getByText('Suspended', { exact: true }).first().waitFor();
    await customer.page.reload();
    await customer.page.getByLabel('E-mail').waitFor();
    await provider.page.getByRole('button', { name: 'Let in again' }).click();
    await provider.page.getByRole('button', { name: 'Suspend', exact: true }).waitFor();
    await signIn(customer.page, anna);
    await heading(customer.page, 'Catalogue');
    expect(provider.complaints).toEqual([]);
  });
});
