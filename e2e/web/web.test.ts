/** The web application in a real browser, against a server with the simulated cell. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildPlan, type ControlPlane, PROVIDER, startControlPlane } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openTab, signIn, type Tab } from './browser.testing.js';

let plane: ControlPlane;
let browser: Browser;
let anna: Customer;
const tabs: Tab[] = [];

const tab = async (options?: Parameters<typeof openTab>[1]) => {
  const opened = await openTab(browser, options);
  tabs.push(opened);
  return opened;
};

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
      await plane.client.setSecret({ params: { environmentType: 'PROD', name }, body: { value: 'x' } });
    await buildPlan(
      plane.client,
      'Postgres',
      { file: 'examples/postgres-operator/spec.yaml' },
      { environment: 'Production', environmentType: 'PROD' },
    );
    anna = await (await customersOf(plane)).signUp('anna');
    browser = await launchBrowser();
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('a customer signs in, subscribes, creates an instance, watches it come up, and deletes it', { timeout: 180_000 }, async () => {
    const { page, complaints } = await tab();
    await page.goto(`${plane.url}/catalogue`);
    await signIn(page, anna);
    // The page that was asked for, after the sign-in that came between.
    await page.getByRole('heading', { name: 'Catalogue' }).waitFor();
    await page.getByRole('button', { name: 'Subscribe' }).click();
    await page.getByRole('link', { name: 'Create an instance' }).click();

    const size = page.getByLabel('Total Number of Instances');
    await size.fill('two');
    await size.blur();
    await page.getByText('This is not a number.').waitFor();
    await page.getByRole('button', { name: 'Create the instance' }).click();
    expect(await page.evaluate('document.activeElement.id')).toBe(await size.getAttribute('id'));
    await size.fill('1');
    await page.getByRole('button', { name: 'Create the instance' }).click();

    await page.waitForURL(/\/instances\/instance-/);
    const id = page.url().split('/').at(-1) ?? '';
    await page.getByRole('group', { name: /applycluster: Succeeded/ }).waitFor();
    await page.getByText('Running', { exact: true }).first().waitFor();
    await page.getByRole('heading', { name: 'Last operation' }).waitFor();
    await page.getByText('writer', { exact: true }).waitFor();

    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await page.getByRole('row').getByText('Complete', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Modify' }).click();
    await page.getByText('Nothing is changed yet.').waitFor();
    await page.getByLabel('Total Number of Instances').fill('2');
    await page.getByRole('button', { name: 'Apply the change' }).click();
    await page.getByRole('group', { name: /patchcluster: Succeeded/ }).waitFor();
    await page.getByRole('row', { name: 'numberOfInstances 2' }).waitFor();
    expect(await page.locator('.react-flow__edge').count()).toBeGreaterThan(4);

    await page.getByRole('link', { name: 'Instances' }).first().click();
    await page.getByLabel('Search').fill('nothing like that');
    await page.getByText('Nothing is like that.').waitFor();
    expect(page.url()).toContain('q=nothing');
    await page.goBack();
    await page.goto(`${plane.url}/instances?q=postgres`);
    await page.getByRole('link', { name: id }).click();

    await page.getByRole('button', { name: 'Operations' }).click();
    expect(await page.getByRole('menuitem', { name: /^Start/ }).isDisabled()).toBe(true);
    await page.getByRole('menuitem', { name: /^Delete/ }).click();
    const confirm = page.getByRole('button', { name: 'Delete the instance' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel(`Type ${id} to delete it`).fill(id);
    await confirm.click();
    await page
      .getByText(/^Deleting|^There is no such instance/)
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  it('a wrong password says so and keeps what was typed; a session that is ended elsewhere leads to the sign-in and back', {
    timeout: 90_000,
  }, async () => {
    const { page, context, complaints } = await tab();
    await page.goto(`${plane.url}/instances?status=RUNNING`);
    await signIn(page, { email: anna.email, password: 'not this one' });
    await page.getByRole('alert').getByText('You are not signed in').waitFor();
    expect(await page.getByLabel('E-mail').inputValue()).toBe(anna.email);
    await signIn(page, anna);
    await page.getByRole('heading', { name: 'Instances', exact: true }).waitFor();

    // A second tab of the same browser has the session; its end there is the end here.
    const other = await context.newPage();
    await other.goto(`${plane.url}/catalogue`);
    await other.getByRole('heading', { name: 'Catalogue' }).waitFor();
    await other.getByRole('button', { name: /^Account of/ }).click();
    await other.getByRole('menuitem', { name: 'Sign out' }).click();
    await other.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(new URL(page.url()).searchParams.get('to')).toBe('/instances?status=RUNNING');
    expect(complaints).toEqual([]);
  });

  it('the provider begins in the console, on a phone too; no script reads the refresh token', { timeout: 90_000 }, async () => {
    const { page, context, complaints } = await tab({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    await page.goto(plane.url);
    await signIn(page, PROVIDER);
    await page.getByRole('heading', { name: 'Instances of all customers' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    const cookies = await context.cookies(`${plane.url}/api/browser-session`);
    expect(cookies).toMatchObject([{ name: 'cellplane_session', httpOnly: true, sameSite: 'Strict', path: '/api/browser-session' }]);
    expect(await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(
      cookies[0]?.value,
    );
    expect(complaints).toEqual([]);
  });
});
