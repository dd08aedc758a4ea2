/** The frame of all pages: sessions that end under an open page, keys, headings, addresses without a page. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, PROVIDER, startControlPlane } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openMenuByKey, openTab, signIn, watchRequests } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

let plane: ControlPlane;
let browser: Browser;
let anna: Customer;
let planId: string;

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    const plan = await offerPostgres(plane);
    planId = plan.productTierId;
    anna = await (await customersOf(plane)).signUp('anna');
    await anna.subscribe(plan);
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('a session that ends mid-form loses nothing typed, and what was asked for is done after the sign-in', {
    timeout: 240_000,
  }, async () => {
    const { page, context, complaints } = await openTab(browser);
    // The stream would tell the page of the end before the button is pressed.
    await page.route('**/api/events/stream*', (route) => route.abort());
    // So would an answer that is on its way.
    const answered = watchRequests(page);
    await page.goto(`${plane.url}/create/${planId}`);
    await signIn(page, anna);
    const size = page.getByLabel('Total Number of Instances');
    await size.fill('2');
    await answered();
    await anna.call('DELETE', '/api/sessions?others=true');
    await page.getByRole('button', { name: 'Create the instance' }).click();

    const dialog = page.getByRole('dialog', { name: 'Sign in again to go on' });
    await dialog.waitFor();
    expect(page.url()).toContain(`/create/${planId}`);
    expect(await size.inputValue()).toBe('2');
    expect(await dialog.getByLabel('E-mail').inputValue()).toBe(anna.email);
    await page.keyboard.press('Escape');
    const password = dialog.getByLabel('Password').and(page.locator('input'));
    await password.fill('not this one');
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await dialog.getByRole('alert').waitFor();
    await password.fill(anna.password);
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.waitForURL(/\/instances\/instance-/);
    await page.getByRole('row', { name: 'numberOfInstances 2' }).waitFor();

    // Signed in again in another tab: this one goes on by itself.
    const create = async () => {
      await page.goto(`${plane.url}/create/${planId}`);
      await size.fill('2');
      await answered();
      await anna.call('DELETE', '/api/sessions?others=true');
      await page.getByRole('button', { name: 'Create the instance' }).click();
      await dialog.waitFor();
    };
    await create();
    const other = await context.newPage();
    await other.goto(`${plane.url}/sign-in`);
    await signIn(other, anna);
    await page.waitForURL(/\/instances\/instance-/);

    // Signed in there as somebody else: nothing of this page is for them.
    await create();
    await other.goto(`${plane.url}/sign-in`);
    await signIn(other, PROVIDER);
    await page.waitForURL(/\/console$/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('a page whose token has expired reloads into the sign-in, and comes back', { timeout: 180_000 }, async () => {
    const { page, context, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/catalogue`);
    await signIn(page, anna);
    await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
    await anna.call('DELETE', '/api/sessions?others=true');
    await page.reload();
    await signIn(page, anna);
    await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
    expect(new URL(page.url()).pathname).toBe('/catalogue');

    // Signing out is asked for: the page is left at once.
    await page.getByRole('button', { name: /^Account of/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL(/\/sign-in/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the keyboard reaches all: skip link, list of keys, headings; an address without a page says so', { timeout: 180_000 }, async () => {
    const { page, context, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/instances`);
    await signIn(page, anna);
    await page.getByRole('heading', { name: 'Instances', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Catalogue' }).first().click();
    await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
    await expect.poll(async () => page.evaluate('document.activeElement.textContent')).toBe('Catalogue');
    await expect.poll(() => page.title()).toBe('Catalogue · Cellplane');
    await page.keyboard.press('?');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog', { name: 'Keyboard' }).waitFor({ state: 'detached' });

    await page.goto(`${plane.url}/no/such/page`);
    await page.getByRole('heading', { name: 'There is no page at this address' }).waitFor();
    await page.getByRole('link', { name: 'To the first page' }).click();
    await page.getByRole('heading', { name: 'Instances', exact: true }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Instances', exact: true }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('content');
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the focus is never lost: dialogs that a menu opened give it back, and what goes leaves it to its neighbour; tabs keep it', {
    timeout: 180_000,
  }, async () => {
    for (const name of ['first', 'second']) await anna.call('POST', '/api-key', { name, roleType: 'reader' });
    const { page, context, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/account/sessions`);
    await signIn(page, anna);
    const focused = () => page.evaluate('document.activeElement.getAttribute("aria-label") ?? document.activeElement.textContent');
    await page.getByRole('tab', { name: 'Sessions' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('row', { name: /first/ }).waitFor();
    await expect.poll(focused).toBe('API keys');
    await expect.poll(() => page.title()).toBe('API keys · Your account · Cellplane');

    const remove = async (name: string) => {
      await page.getByRole('button', { name: `Actions of ${name}` }).focus();
      await openMenuByKey(page, page.getByRole('menuitem', { name: 'Revoke' }));
      for (const entry of ['Revoke', 'Delete']) {
        await page.keyboard.press('ArrowDown');
        await expect.poll(focused).toBe(entry);
      }
      await page.keyboard.press('Enter');
      await page.getByRole('dialog', { name: `Delete ${name}` }).waitFor();
      await expect.poll(focused).toBe('Cancel');
    };
    await remove('first');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Actions of first');
    await remove('first');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('row', { name: /first/ }).waitFor({ state: 'detached' });
    await expect.poll(focused).toMatch(/second/);
    expect(complaints).toEqual([]);
    await context.close();
  });

  it('the palette finds things, pages and actions by the keyboard alone, for customers and for the provider', {
    timeout: 180_000,
  }, async () => {
    const { page, context, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/instances`);
    await signIn(page, anna);
    await page.getByRole('heading', { name: 'Instances', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    const field = page.getByPlaceholder('Search by name or id, or say what to do');
    await field.fill('create postgres');
    await page
      .getByRole('option', { name: /Create an instance of/ })
      .or(page.getByText('Create an instance of Postgres'))
      .first()
      .waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/create\//);
    await page.keyboard.press('Control+k');
    await field.fill('dark');
    await page.keyboard.press('Enter');
    await expect.poll(async () => page.evaluate('document.documentElement.dataset.mantineColorScheme')).toBe('dark');
    // What was opened last stands first.
    await page.keyboard.press('Control+k');
    await page
      .getByRole('group', { name: 'Recent' })
      .getByText(/Create an instance of/)
      .waitFor();
    await field.fill('sign out');
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/sign-in/);

    await page.goto(plane.url);
    await signIn(page, PROVIDER);
    await page.waitForURL(/\/console/);
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
    await page.keyboard.press('Control+k');
    await field.fill('instance-');
    const found = page.getByRole('dialog').getByText(/^instance-\w+$/);
    const id = await found.first().innerText();
    // Its whole id is of nothing else: no page stands before it.
    await field.fill(id);
    await expect.poll(() => found.count()).toBe(1);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/console\/instances\/instance-/);
    expect(complaints).toEqual([]);
    await context.close();
  });
});
