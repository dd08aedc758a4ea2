/** A customer says what a month may cost, is mailed when a part of it is spent while the page is open, and changes and deletes the budget. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan, type ControlPlane, startControlPlane, until, untilStatus } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { METERING_PLAN } from '../metering-plan.testing.js';
import { METERING } from '../metering.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn } from './browser.testing.js';

let plane: ControlPlane;
let browser: Browser;
let anna: Customer;

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane(METERING);
    const plan = await buildPlan(plane.client, 'Metered', { text: METERING_PLAN }, { environment: 'Production', environmentType: 'PROD' });
    anna = await (await customersOf(plane)).signUp('anna');
    const instance = await anna.createInstance(plan, await anna.subscribe(plan));
    await untilStatus(plane.client, instance, 'RUNNING', 240_000);
    browser = await launchBrowser();
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('sets a budget with a mistake first, sees it spent, is mailed of it, raises and deletes it', { timeout: 240_000 }, async () => {
    const { page, complaints } = await openTab(browser);
    const button = (name: string) => page.getByRole('button', { name, exact: true });
    const row = page.getByRole('row', { name: /Small budget/ });
    await page.goto(`${plane.url}/usage`);
    await signIn(page, anna);
    await page.getByText('There are no budgets').waitFor();
    await button('New budget').click();
    await page.getByLabel('Name').fill('Small budget');
    await button('Create the budget').click();
    await page.getByText('Say what a month may cost.').waitFor();
    await page.getByLabel('Amount for a month').fill('0.01');
    await page.getByRole('checkbox', { name: '80 %' }).uncheck();
    await button('Create the budget').click();

    // Nobody touches the page: that it is spent comes by itself.
    await row.getByText('50 % ✓').waitFor();
    await row.getByText('100 % ✓').waitFor();
    await until(
      'the mail',
      async () => (await subjects()).some((one) => one.startsWith('Budget Small budget is spent to 100 %')),
      PATIENCE_MS,
    );

    await page.getByRole('button', { name: 'Actions of Small budget' }).click();
    await page.getByRole('menuitem', { name: 'Change' }).click();
    await page.getByLabel('Amount for a month').fill('1000000');
    await page.getByText('What was mailed of the former amount is mailed anew.').waitFor();
    await button('Save').click();
    await row.getByText('(0 %)').waitFor();
    await row.getByText('50 %, 100 %, more expected').waitFor();

    await page.getByRole('button', { name: 'Actions of Small budget' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await button('Delete the budget').click();
    await page.getByText('There are no budgets').waitFor();
    expect(complaints).toEqual([]);
  });
});

/** Subjects of the mails about budgets to the customer. */
async function subjects(): Promise<string[]> {
  const { mails } = await plane.client.listMails({ query: {} });
  const own = mails.filter(({ recipient, type }) => recipient === anna.email && type.startsWith('Budget'));
  return Promise.all(own.map(async ({ id }) => (await plane.client.describeMail({ params: { id } })).subject));
}
