/** The console's people and governance in a real browser: a request and its approval, seen by both sides. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan, type BuiltPlan, type ControlPlane, PROVIDER, startControlPlane } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { FIRST, widgets } from '../widget-plan.testing.js';
import { CHROMIUM, launchBrowser, openTab, signIn, type Tab } from './browser.testing.js';

let plane: ControlPlane;
let browser: Browser;
let anna: Customer;
let plan: BuiltPlan;

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
    plane = await startControlPlane();
    const text = widgets('Widgets', '1.0.0', FIRST);
    plan = await buildPlan(plane.client, 'Widgets', { text }, { environment: 'Production', environmentType: 'PROD' });
    const { serviceId, environmentId } = plan;
    await plane.client.updateServiceEnvironment({ params: { serviceId, id: environmentId }, body: { autoApproveSubscription: false } });
    anna = await (await customersOf(plane)).signUp('anna');
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('a customer asks in one tab, the provider approves in another, and the customer sees it without a reload', {
    timeout: 90_000,
  }, async () => {
    const customer = await at('/catalogue', anna);
    const provider = await at('/console/requests', PROVIDER);
    await provider.page.getByText('Nobody waits for you').waitFor();
    await customer.page.getByRole('button', { name: 'Ask for a subscription' }).click();
    await customer.page.getByLabel('Message').fill('For our shop');
    await customer.page.getByRole('button', { name: 'Ask for it' }).click();

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
});
