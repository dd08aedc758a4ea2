/** Live pages in a real browser: a server killed under an open page, two tabs, lists with filters in the address, operations on many. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlan, type ControlPlane, PROVIDER, startControlPlane, until } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

let plane: ControlPlane;
let plan: BuiltPlan;
let browser: Browser;
let anna: Customer;
const ids: string[] = [];

/** The words of the row of an instance. */
const row = (page: Page, name: string) => page.getByRole('row').filter({ hasText: name });
const place = (instanceId: string) => ({ params: { serviceId: plan.serviceId, environmentId: plan.environmentId, instanceId } });

describe.skipIf(CHROMIUM === undefined)('live pages', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    plan = await offerPostgres(plane);
    anna = await (await customersOf(plane)).signUp('anna');
    const subscriptionId = await anna.subscribe(plan);
    for (const name of ['orders', 'bills', 'stock']) {
      const id = await anna.createInstance(plan, subscriptionId);
      ids.push(id);
      await plane.client.updateInstanceMetadata({ ...place(id), body: { customTags: [{ key: 'name', value: name }] } });
    }
    for (const id of ids)
      await until('it runs', async () => (await plane.client.describeInstanceProgress({ params: { id } })).status === 'RUNNING', 180_000);
    browser = await launchBrowser();
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('a list is searched, filtered and sorted in the address; back and forward bring it again', { timeout: 400_000 }, async () => {
    const { page, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/instances`);
    await signIn(page, anna);
    await row(page, 'orders').waitFor();
    await page.getByRole('button', { name: 'Instance', exact: true }).click();
    await page.waitForURL(/sort=name/);
    await page.getByRole('columnheader', { name: 'Instance' }).and(page.locator('[aria-sort=ascending]')).waitFor();
    await until('sorted by name', async () => (await page.getByRole('row').nth(1).innerText()).includes('bills'), PATIENCE_MS);
    await page.getByRole('button', { name: 'Status', exact: true }).last().waitFor();
    await page.getByRole('search').getByRole('button', { name: 'Status' }).click();
    // Not `check`: what is chosen stands in the address, and is drawn when that has changed.
    await page.getByRole('checkbox', { name: /Running/ }).click();
    await page.waitForURL(/status=RUNNING/);
    await page.keyboard.press('Escape');
    await page
      .getByRole('searchbox')
      .or(page.getByLabel('Search', { exact: true }))
      .first()
      .fill('bil');
    await page.waitForURL(/q=bil/);
    await row(page, 'orders').waitFor({ state: 'detached' });
    await page.reload();
    await row(page, 'bills').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await row(page, 'orders').waitFor();
    await page.goBack();
    await row(page, 'orders').waitFor({ state: 'detached' });
    await page.goForward();
    await row(page, 'orders').waitFor();

    // A view under a name.
    await page.getByRole('button', { name: 'Views' }).click();
    await page.getByLabel('Save this view as').fill('By name');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'By name' }).waitFor();

    // By keyboard: from the page into the table, and into the instance.
    await page.getByLabel('Save this view as').waitFor({ state: 'detached' });
    await expect.poll(() => page.evaluate('document.activeElement?.textContent')).toContain('By name');
    await page.evaluate('document.activeElement.blur()');
    await page.keyboard.press('j');
    await page.keyboard.press('j');
    await until(
      'the second row has the focus',
      async () => String(await page.evaluate('document.activeElement.innerText')).includes('orders'),
      PATIENCE_MS,
    );
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/instances/${ids[0]}`));
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('two tabs agree, and a page learns of what others do without a reload', { timeout: 400_000 }, async () => {
    const { page, context, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/instances`);
    await signIn(page, anna);
    await row(page, 'orders').getByText('Running').waitFor();
    const other = await context.newPage();
    await other.goto(`${plane.url}/instances?q=stock`);
    await row(other, 'stock').getByText('Running').waitFor();

    // Several at once, of which one cannot be: it is protected.
    await plane.client.stopInstance({ ...place(ids[2] ?? ''), body: {} });
    await row(page, 'stock').getByText('Stopped').waitFor();
    await row(other, 'stock').getByText('Stopped').waitFor();
    await page.getByRole('checkbox', { name: 'Select all that are listed' }).check();
    await page.getByText('3 selected').waitFor();
    await page.getByText('Stop: Not for 1: Only while it is running or failed; it is stopped.').waitFor();
    await page.getByRole('button', { name: 'Stop 2 of 3' }).click();
    await page.getByRole('button', { name: 'Stop them' }).click();
    await page.getByText('2 begun, 0 refused, of 2').waitFor();
    await page.getByRole('button', { name: 'Close', exact: true }).last().click();
    for (const name of ['orders', 'bills']) await row(page, name).getByText('Stopped').waitFor();
    await other.getByRole('button', { name: 'Show all' }).click();
    for (const name of ['orders', 'bills']) await row(other, name).getByText('Stopped').waitFor();
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a server that is killed under an open page is waited for, and what came meanwhile is shown', { timeout: 400_000 }, async () => {
    const { page } = await openTab(browser);
    await page.goto(`${plane.url}/console/instances`);
    await signIn(page, PROVIDER);
    await row(page, 'orders').getByText('Stopped').waitFor();
    await page.evaluate('window.isSamePage = true');
    await plane.crashAndRestart(() => page.getByText('Connection lost; trying again').waitFor());
    await plane.client.startInstance({ ...place(ids[0] ?? ''), body: {} });
    await row(page, 'orders').getByText('Running').waitFor({ timeout: 180_000 });
    await page.getByText('Connection lost; trying again').waitFor({ state: 'detached' });
    expect(await page.evaluate('window.isSamePage')).toBe(true);
    await page.context().close();
  });
});
