/** The console in a real browser: its lists of one product, the keyboard alone, and what a reader of the provider's people sees. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  PROVIDER,
  startControlPlane,
  untilStatus,
} from '../control-plane.testing.js';
import { CHROMIUM, launchBrowser, openConsole, openMenuByKey, openTab, PATIENCE_MS, type Tab } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

const READER = { email: 'rita@cellplane.local', password: 'a long password of rita' };

let plane: ControlPlane;
let browser: Browser;
let postgres: BuiltPlan;
let empty: BuiltPlan;
let instanceId: string;
let tab: Tab;
let page: Page;

/** The focus moves when what is on its way has come. */
const SOON = { timeout: PATIENCE_MS };

/** What has the focus, by its name; BODY: it is lost. */
const focused = async (): Promise<string> => {
  const element = page.locator('*:focus');
  if ((await element.count()) === 0) return 'BODY';
  return element.evaluate(
    (one) => `${one.getAttribute('role') ?? one.tagName} ${one.getAttribute('aria-label') ?? one.textContent?.trim().slice(0, 60) ?? ''}`,
  );
};

/** Goes on by Tab until what has the focus is called so. */
async function tabTo(name: RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  // More than a page has places: whoever began anywhere in it has been at its beginning, too.
  for (let times = 0; times < 200; times += 1) {
    await page.keyboard.press(key);
    const now = await focused();
    if (name.test(now)) return;
    seen.push(now);
  }
  throw new Error(`${name} is not reached by ${key}: ${seen.join(' → ')}`);
}

/** Opens a page by the palette, typing at once: nothing of it is lost. */
async function goTo(words: string, heading: string): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.keyboard.type(words);
  await page.getByRole('dialog').getByText(words, { exact: true }).first().waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: heading, exact: true, level: 1 }).waitFor();
}

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    postgres = await offerPostgres(plane);
    empty = await buildPlan(plane.client, 'Empty', { file: 'examples/postgres-operator/spec.yaml' });
    instanceId = await createInstance(plane.client, postgres, {});
    await plane.client.inviteUser({ body: { email: READER.email, roleType: 'reader' } });
    const [invitation] = (await plane.client.listInvitations({})).invitations;
    await plane.client.acceptInvitation({ body: { token: invitation?.token ?? '', name: 'Rita', password: READER.password } });
    await untilStatus(plane.client, instanceId, 'RUNNING', 180_000);
    browser = await launchBrowser();
    tab = await openTab(browser);
    ({ page } = tab);
    await openConsole(page, plane, PROVIDER);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('by keyboard alone: chooses a product, goes from page to page, opens an instance, its parts and its operations', {
    timeout: 300_000,
  }, async () => {
    await tabTo(/Product and environment: All products/);
    await page.keyboard.press('Enter');
    await page.getByRole('option', { name: 'Empty', exact: true }).waitFor();
    await page.keyboard.press('ArrowDown');
    while ((await page.locator('[data-combobox-selected]').innerText()) !== 'Empty') await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`scope=${empty.serviceId}$`));
    await expect.poll(focused, SOON).toContain('Product and environment: Empty');
    await page.getByRole('heading', { name: 'There is nothing of Empty here' }).waitFor();

    // What is chosen goes along.
    await goTo('Instances', 'Instances of all customers');
    expect(new URL(page.url()).searchParams.get('scope')).toBe(empty.serviceId);
    await expect.poll(focused, SOON).toContain('Instances of all customers');
    await tabTo(/Show all products/);
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: instanceId }).first().waitFor();
    expect(new URL(page.url()).search).toBe('');
    await expect.poll(focused, SOON).not.toBe('BODY');

    await page.keyboard.press('j');
    await expect.poll(focused, SOON).toMatch(/^row|^TR/);
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/console/instances/${instanceId}`));
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    await expect.poll(focused, SOON).not.toBe('BODY');
    await tabTo(/BUTTON Operations/);
    await openMenuByKey(page, page.getByRole('menuitem', { name: /^Delete/ }));
    await page.getByRole('menuitem', { name: 'Start Only while it is stopped or failed; it is running.' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await expect.poll(focused, SOON).toContain('menuitem');
    await page.keyboard.press('End');
    await expect.poll(focused, SOON).toContain('Delete');
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('textbox').waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused, SOON).toContain('Operations');
    await tabTo(/^tab Overview/);
    const parts = await page.getByRole('tab').allInnerTexts();
    for (const part of parts.slice(1, 5)) {
      await page.keyboard.press('ArrowRight');
      await expect.poll(focused, SOON).toBe(`tab ${part}`);
    }
    await page.waitForURL(/tab=/);

    await goTo('Customers', 'Customers');
    await tabTo(/Create a customer/);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').getByRole('textbox').first().waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await expect.poll(focused, SOON).toContain('Create a customer');
    expect(tab.complaints).toEqual([]);
  });

  it('a list keeps to the product and environment of its address; a page that is of none says so', { timeout: 180_000 }, async () => {
    const scope = `scope=${postgres.serviceId}.${postgres.environmentId}`;
    const chosen = (name: string) => page.getByRole('button', { name: `Product and environment: ${name}`, exact: true });
    for (const path of ['/console/instances', '/console/runs', '/console/customers', '/console/plans', '/console/audit']) {
      await page.goto(`${plane.url}${path}?scope=${empty.serviceId}`);
      await chosen('Empty').waitFor();
      if (path !== '/console/plans' && path !== '/console/audit')
        await page.getByRole('heading', { name: 'There is nothing of Empty here' }).waitFor();
      expect(await page.getByRole('row', { name: /Postgres · Production|instance-/ }).count()).toBe(0);
    }
    await page.goto(`${plane.url}/console/runs?${scope}`);
    await chosen('Postgres · Production').waitFor();
    await page.getByRole('row', { name: new RegExp(instanceId) }).waitFor();
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    await chosen('Postgres · Production').waitFor();
    await page
      .getByRole('row', { name: /Create an instance/i })
      .first()
      .waitFor();
    // What is of no product is of this one neither.
    expect(await page.getByRole('row', { name: /Invite/ }).count()).toBe(0);
    await page.getByRole('link', { name: 'People', exact: true }).click();
    await chosen('All products (not of this page)').waitFor();
    await page.goBack();
    await page.goBack();
    await chosen('Postgres · Production').waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('a reader opens every page; what they may not do is there with the reason, and nothing fails', { timeout: 300_000 }, async () => {
    const reader = await openTab(browser);
    const refused: string[] = [];
    reader.page.on('response', (response) => {
      if (response.status() >= 400) refused.push(`${response.status()} ${response.url()}`);
    });
    await openConsole(reader.page, plane, READER);
    const links = reader.page.getByRole('navigation').first().getByRole('link');
    await expect.poll(() => links.count(), SOON).toBeGreaterThan(8);
    const pages = await links.evaluateAll((all) => all.map((one) => one.getAttribute('href') ?? ''));
    refused.length = 0;
    const { serviceId, environmentId, productTierId } = postgres;
    const more = [
      `/console/instances/${instanceId}`,
      `/console/instances/${instanceId}?tab=change`,
      `/console/plans/${serviceId}`,
      `/console/plans/${serviceId}/${environmentId}/${productTierId}?tab=versions`,
      '/console/new-upgrade',
      '/console/maintenance-windows',
      '/console/adopt',
    ];
    for (const path of [...pages, ...more]) {
      await reader.page.goto(`${plane.url}${path}`);
      await reader.page.getByRole('heading', { level: 1 }).waitFor();
      await expect.poll(() => reader.page.locator('.mantine-Skeleton-root').count(), SOON).toBe(0);
      const main = reader.page.getByRole('main');
      // Rows of the audit trail are called by what was done.
      const within = path.startsWith('/console/audit') ? main.locator(':scope > * > :not(:has(table))') : main;
      const lies = () =>
        within
          .getByRole('button', { name: CHANGES })
          .evaluateAll((all) =>
            all
              .filter((one) => one.getAttribute('aria-disabled') !== 'true' || one.getAttribute('aria-describedby') === null)
              .map((one) => one.textContent),
          );
      await expect.poll(lies, { ...SOON, message: path }).toEqual([]);
      expect({ path, alerts: await main.getByRole('alert').allInnerTexts() }).toEqual({ path, alerts: [] });
    }
    expect(refused).toEqual([]);
    expect(reader.complaints).toEqual([]);
    await reader.context.close();
  });
});

/** Buttons that change something begin so. */
const CHANGES =
  /^(Create|Invite|Delete|Approve|Deny|Subscribe a|Suspend|Make|Write|Change|Save|Set|Add (?!a gate)|Adopt|Stop|Start|Restart|Retry|Release|Promote|Take|Restore|Verify the address|Upload|Guard)\b/;
