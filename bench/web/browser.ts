/** Chromium with a signed-in tab, and what it measures of itself. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';

const PLACES = [process.env['CELLPLANE_TEST_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Somebody of the provider, or a customer. */
export interface Person {
  email: string;
  password: string;
}

/** What the browser says of a page since it was opened. Milliseconds; the shift has no unit. */
export interface Vitals {
  lcp: number;
  cls: number;
  /** The longest answer to a person so far. */
  inp: number;
}

export function launch(): Promise<Browser> {
  const executablePath = PLACES.find((path) => path !== undefined && path !== '' && existsSync(path));
  if (executablePath === undefined) throw new Error('This needs Chromium; CELLPLANE_TEST_CHROMIUM names one that lies elsewhere.');
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] });
}

/** A tab that observes itself, which the policy of the pages would not allow. Its context has nothing of an earlier one: no file, no session. */
export async function freshTab(browser: Browser): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const page = await context.newPage();
  page.setDefaultTimeout(120_000);
  await page.addInitScript(OBSERVE);
  return { context, page };
}

export async function signIn(page: Page, url: string, { email, password }: Person): Promise<void> {
  await page.goto(`${url}/sign-in`);
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password').and(page.locator('input')).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

/** Waits until a page has its heading, and no part of it is still to come. */
export async function untilDrawn(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor();
  await page.waitForFunction("document.querySelectorAll('.mantine-Skeleton-root').length === 0");
  // The browser tells of what it has painted a frame later.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 200))))');
}

export function vitals(page: Page): Promise<Vitals> {
  return page.evaluate<Vitals>('window.vitals');
}

/** Forgets what was measured of earlier answers. */
export async function forgetAnswers(page: Page): Promise<void> {
  await page.evaluate('window.vitals.inp = 0');
}

/** Only what a person has begun counts as an answer: events without an interaction, as those of a pointer that moves, do not. */
const OBSERVE = `
  window.vitals = { lcp: 0, cls: 0, inp: 0 };
  const observe = (type, take, more) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, buffered: true, ...more });
  observe('largest-contentful-paint', (one) => { window.vitals.lcp = one.startTime; });
  observe('layout-shift', (one) => { if (!one.hadRecentInput) window.vitals.cls += one.value; });
  observe('event', (one) => { if (one.interactionId > 0) window.vitals.inp = Math.max(window.vitals.inp, one.duration); }, { durationThreshold: 16 });
`;
