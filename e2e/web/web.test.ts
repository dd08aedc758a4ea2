/** The web application in a real browser, against a server with the simulated cell. */
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, PROVIDER, startControlPlane } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openTab, signIn, type Tab } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

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
    await offerPostgres(plane);
    anna = await (await customersOf(plane)).signUp('anna');
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('a wrong password says so and keeps what was typed; a session that is ended elsewhere leads to the sign-in and back', {
    timeout: 240_000,
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

  it('the provider begins in the console, on a phone too; no script reads the refresh token', { timeout: 240_000 }, async () => {
    const { page, context, complaints } = await tab({ viewport: { width: 390, height: 800 }, colorScheme: 'dark' });
    await page.goto(plane.url);
    await signIn(page, PROVIDER);
    await page.getByRole('heading', { name: 'Fleet', exact: true }).waitFor();
    await expect.poll(() => page.evaluate('document.documentElement.scrollWidth <= window.innerWidth')).toBe(true);
    const cookies = await context.cookies(`${plane.url}/api/browser-session`);
    expect(cookies).toMatchObject([
      { name: expect.stringMatching(/^cellplane_session_/), httpOnly: true, sameSite: 'Strict', path: '/api/browser-session' },
    ]);
    expect(await page.evaluate('document.cookie + JSON.stringify({ ...localStorage, ...sessionStorage })')).not.toContain(
      cookies[0]?.value,
    );
    expect(complaints).toEqual([]);
  });
});
