/** Debian's Chromium, driven as a person uses it. Whatever a page complains of in its console fails the test that opened it. */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium, type Locator, type Page, type Request } from 'playwright-core';

const PLACES = [process.env['CELLPLANE_TEST_CHROMIUM'], '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The browser of this machine; undefined: it has none, and `npm test` could not install one. */
export const CHROMIUM = PLACES.find((path) => path !== undefined && path !== '' && existsSync(path));

export async function launchBrowser(): Promise<Browser> {
  // Root has no sandbox; the pages are ours.
  return chromium.launch({
    ...(CHROMIUM === undefined ? {} : { executablePath: CHROMIUM }),
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
}

/** What a person would see soon, on a machine that is busy with other tests. Milliseconds. */
export const PATIENCE_MS = 60_000;

export interface Tab {
  page: Page;
  context: BrowserContext;
  /** What the browser complained of: scripts that failed, what the policy has blocked, answers of 500 and above. */
  complaints: string[];
}

/** A tab of a person who has no session yet. */
export async function openTab(browser: Browser, options: Parameters<Browser['newContext']>[0] = {}): Promise<Tab> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // A refusal of the API is shown by the page, and is no fault of it.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('response', (response) => {
    if (response.status() >= 500) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.setDefaultTimeout(PATIENCE_MS);
  return { page, context, complaints };
}

/** Counts what the page has asked the server for and was not answered yet. Answers what waits until the page wants nothing more. */
export function watchRequests(page: Page): () => Promise<void> {
  const open = new Set<Request>();
  let begun = 0;
  const over = (request: Request) => void open.delete(request);
  page.on('request', (request) => {
    if (request.resourceType() !== 'fetch') return;
    begun += 1;
    open.add(request);
  });
  page.on('requestfinished', over);
  page.on('requestfailed', over);
  return async () => {
    // An answer may lead to the next request, once it is drawn.
    for (let before = -1; open.size > 0 || begun !== before; ) {
      before = begun;
      await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestIdleCallback(drawn)))');
    }
  };
}

/** Opens a menu by the keyboard. The focus goes there a moment after its entries are drawn: keys before that are for the page. */
export async function openMenuByKey(page: Page, entry: Locator): Promise<void> {
  await page.keyboard.press('Enter');
  await entry.waitFor();
  await page.locator('[role="menu"]:focus, [role="menu"] :focus').waitFor({ state: 'attached' });
}

/** Signs in as a person does, on whatever page asks for it. */
export async function signIn(page: Page, { email, password }: { email: string; password: string }): Promise<void> {
  const field = page.getByLabel('Password', { exact: false }).and(page.locator('input'));
  await page.getByLabel('E-mail').fill(email);
  // The address first; after a wrong password both are there.
  if (!(await field.isVisible())) await page.getByRole('button', { name: 'Continue' }).click();
  await field.fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Opens the console as one of the provider's people. */
export async function openConsole(page: Page, { url }: { url: string }, who: { email: string; password: string }): Promise<void> {
  await page.goto(`${url}/console`);
  await signIn(page, who);
  await page.getByRole('heading', { name: 'Fleet', exact: true }).waitFor();
}
