/**
 * Every page of the application, in light and dark, wide and on a phone: axe finds nothing against WCAG 2.2 AA, the page does not scroll
 * sideways, and the browser complains of nothing. A route without an entry here fails.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlan, type ControlPlane, PROVIDER, startControlPlane, until } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn, type Tab } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

interface Ids extends BuiltPlan {
  instanceId: string;
  snapshotId: string;
  subscriptionId: string;
  customerId: string;
  cell: string;
}
type Who = 'nobody' | 'customer' | 'provider';
/** Undefined: what the page is of is not there in this test; its journey looks at it. */
type Address = (ids: Ids) => string | undefined;

const at =
  (address: string): Address =>
  () =>
    address;

/** Route → who opens it, and at which address. Null: it forwards to another one. */
const WALK: Record<string, [Who, Address] | null> = {
  '/': null,
  '/signin': null,
  '/idp-auth': ['nobody', at('/idp-auth?error=access_denied')],
  '/sign-in': ['nobody', at('/sign-in')],
  '/signup': ['nobody', at('/signup')],
  '/validate-token': ['nobody', at('/validate-token?email=a@b.example&token=x')],
  '/reset-password': ['nobody', at('/reset-password')],
  '/change-password': ['nobody', at('/change-password?email=a@b.example&token=x')],
  '/accept-invitation': ['nobody', at('/accept-invitation?email=a@b.example&token=x')],
  '/account': ['customer', at('/account')],
  '/profile': ['customer', at('/account/profile')],
  '/security': ['customer', at('/account/security')],
  '/sessions': ['customer', at('/account/sessions')],
  '/api-keys': ['customer', at('/account/api-keys')],
  '/instances': ['customer', at('/instances')],
  '/instances/$instanceId': ['customer', ({ instanceId }) => `/instances/${instanceId}`],
  '/snapshots': ['customer', at('/snapshots')],
  '/snapshots/$snapshotId': ['customer', ({ snapshotId }) => `/snapshots/${snapshotId}`],
  '/catalogue': ['customer', at('/catalogue')],
  '/create/$planId': ['customer', ({ productTierId }) => `/create/${productTierId}`],
  '/subscriptions': ['customer', at('/subscriptions')],
  '/team': ['customer', at('/team')],
  '/usage': ['customer', at('/usage')],
  '/audit': ['customer', at('/audit')],
  '/settings': ['customer', at('/settings')],
  '/notifications': ['customer', at('/account/notifications')],
  '/console': ['provider', at('/console')],
  '/console/instances': ['provider', at('/console/instances')],
  '/console/instances/$instanceId': ['provider', ({ instanceId }) => `/console/instances/${instanceId}`],
  '/console/people': ['provider', at('/console/people')],
  '/console/plans': ['provider', at('/console/plans')],
  '/console/plans/$serviceId': ['provider', ({ serviceId }) => `/console/plans/${serviceId}`],
  '/console/plans/$serviceId/promote/$environmentId': ['provider', (ids) => `/console/plans/${ids.serviceId}/promote/${ids.environmentId}`],
  '/console/plans/$serviceId/$environmentId/$planId': [
    'provider',
    (ids) => `/console/plans/${ids.serviceId}/${ids.environmentId}/${ids.productTierId}`,
  ],
  '/console/plan-editor': ['provider', at('/console/plan-editor')],
  '/console/secrets': ['provider', at('/console/secrets')],
  '/console/cells': ['provider', at('/console/cells')],
  '/console/cells/$cell': ['provider', ({ cell }) => `/console/cells/${cell}`],
  '/console/drift': ['provider', at('/console/drift')],
  '/console/runs': ['provider', at('/console/runs')],
  '/console/runs/$runId': ['provider', at('/console/runs/no-such-run')],
  '/console/upgrades': ['provider', at('/console/upgrades')],
  '/console/upgrades/$pathId': ['provider', at('/console/upgrades/no-such-path')],
  '/console/new-upgrade': ['provider', at('/console/new-upgrade')],
  '/console/customers': ['provider', at('/console/customers')],
  '/console/subscriptions': ['provider', at('/console/subscriptions')],
  '/console/requests': ['provider', at('/console/requests')],
  '/console/usage': ['provider', at('/console/usage')],
  '/console/notifications': ['provider', at('/console/notifications')],
  '/console/audit': ['provider', at('/console/audit')],
  '/console/settings': ['provider', at('/console/settings')],
  '/console/settings/theme': ['provider', at('/console/settings/theme')],
  '/console/settings/mail-texts': ['provider', at('/console/settings/mail-texts')],
  '/console/identity-providers': ['provider', at('/console/identity-providers')],
  '/console/adopt': ['provider', at('/console/adopt')],
  '/console/customers/$userId': ['provider', ({ customerId }) => `/console/customers/${customerId}`],
  '/console/maintenance-windows': ['provider', at('/console/maintenance-windows')],
  '/console/notifications/$channelId': ['provider', at('/console/notifications/no-such-channel')],
  '/console/retention': ['provider', at('/console/retention')],
  '/console/subscriptions/$subscriptionId': ['provider', ({ subscriptionId }) => `/console/subscriptions/${subscriptionId}`],
  '/console/domains': ['provider', at('/console/domains')],
  '/console/mails': ['provider', at('/console/mails')],
  $: ['provider', at('/no/such/page')],
};

const SOURCES = fileURLToPath(new URL('../../packages/web/src/', import.meta.url));
const ROUTES = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && /rout/.test(file))
  .flatMap((file) => [...readFileSync(`${SOURCES}${file}`, 'utf8').matchAll(/^\s+path: '([^']+)'/gm)].map(([, path = '']) => path));

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const LOOKS = [
  { colorScheme: 'light', width: 1280 },
  { colorScheme: 'dark', width: 390 },
] as const;
const NARROWEST = 360;

let plane: ControlPlane;
let browser: Browser;
let ids: Ids;
const tabs = new Map<Who, Tab>();

it('every route is walked', () => {
  expect(ROUTES.length).toBeGreaterThan(20);
  expect(ROUTES.filter((path) => !(path in WALK))).toEqual([]);
});

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    const plan = await offerPostgres(plane);
    const anna = await (await customersOf(plane)).signUp('anna');
    const subscriptionId = await anna.subscribe(plan);
    const instanceId = await anna.createInstance(plan, subscriptionId);
    await anna.call('POST', '/api/budgets', { subscriptionId, name: 'All', amount: 100 });
    const { deploymentCellResults: [cell] = [] } = await plane.client.searchInventory({ body: { query: 'deploymentcell:hc' } });
    browser = await launchBrowser();
    for (const who of ['nobody', 'customer', 'provider'] as const) tabs.set(who, await openTab(browser));
    await begin('customer', anna);
    await begin('provider', PROVIDER);
    await until('the instance runs', () => isRunning(instanceId), 180_000);
    const { snapshotId } = (await anna.call('POST', '/resource-instance/snapshot', { instanceId })).body as { snapshotId: string };
    ids = { ...plan, instanceId, snapshotId, subscriptionId, customerId: anna.userId, cell: cell?.id ?? '' };
  }, 400_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  const walked = Object.entries(WALK).flatMap(([route, entry]) => (entry === null || !ROUTES.includes(route) ? [] : [{ route, entry }]));
  it.each(walked)('$route', { timeout: 240_000 }, async ({ entry: [who, addressOf] }) => {
    const { page, complaints } = tabs.get(who) as Tab;
    const address = addressOf(ids);
    if (address === undefined) return;
    await page.setViewportSize({ width: LOOKS[0].width, height: 900 });
    await page.goto(plane.url + address);
    await page.locator('h1').first().waitFor();
    await expect.poll(() => page.locator('.mantine-Skeleton-root').count(), { timeout: PATIENCE_MS }).toBe(0);
    const found: string[] = [];
    for (const { colorScheme, width } of LOOKS) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width, height: 900 });
      found.push(...(await violationsAtRest(page)).map((one) => `${colorScheme} ${width}: ${one}`));
      await expect.poll(() => isSideways(page), { message: `${width}: the page scrolls sideways` }).toBe(false);
    }
    await page.setViewportSize({ width: NARROWEST, height: 800 });
    // What is measured by scripts is drawn a moment after the width has changed.
    await expect.poll(() => isSideways(page), { message: `${NARROWEST}: the page scrolls sideways` }).toBe(false);
    expect([...found, ...complaints.splice(0)]).toEqual([]);
  });
});

async function begin(who: Who, person: Pick<Customer, 'email' | 'password'>): Promise<void> {
  const { page } = tabs.get(who) as Tab;
  await page.goto(plane.url);
  await signIn(page, person);
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

async function isRunning(instanceId: string): Promise<boolean> {
  const { resourceInstanceResults: [found] = [] } = await plane.client.searchInventory({
    body: { query: `resourceinstance:${instanceId}` },
  });
  return found?.status === 'RUNNING';
}

/** Two frames have been drawn, and what moves or fades for a while has ended. */
const AT_REST = `new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))).then(() =>
  Promise.allSettled(
    document.getAnimations().flatMap((one) => (one.effect?.getComputedTiming().endTime === Infinity ? [] : [one.finished])),
  ).then(() => undefined))`;

/** What axe finds on a page that has come to rest: the same twice, for colours change one after the other when the scheme does. */
async function violationsAtRest(page: Page): Promise<string[]> {
  for (let before: string[] | undefined; ; ) {
    await page.evaluate(AT_REST);
    const found = await violationsOf(page);
    if (found.length === 0 || found.join() === before?.join()) return found;
    before = found;
  }
}

/** What axe finds, each with the first elements that it is found in. */
async function violationsOf(page: Page): Promise<string[]> {
  // Not by a script element: the policy of the page would forbid it.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, { runOnly: ${JSON.stringify(TAGS)} })`);
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .map(({ html }) => html.slice(0, 160))
        .slice(0, 3)
        .join(' | ')}`,
  );
}

async function isSideways(page: Page): Promise<boolean> {
  return page.evaluate('document.documentElement.scrollWidth > window.innerWidth');
}
