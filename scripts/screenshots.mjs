// npm run screenshots: starts a server of its own with the example plan on the simulated cell, fills it, and takes the pictures of the main
// pages that README.md and docs/web.md show: docs/images/*.webp. Needs Chromium (CELLPLANE_TEST_CHROMIUM names another one).
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { makeReady, root } from './install.mjs';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const CUSTOMER = 'ada@acme.example';
const PROVIDER = 'provider@cellplane.local';
/** Bytes of the whole folder: it lies in everybody's checkout. */
const MOST = 1.5 * 1024 * 1024;

/** Name of the picture → who looks, where, and how. `{…}` is what the seed has made. `ready`: what is waited for besides the heading. */
const PICTURES = [
  { name: 'portal-instances', who: CUSTOMER, at: '/instances', ready: (page) => page.getByText('billing').first() },
  { name: 'portal-catalogue', who: CUSTOMER, at: '/catalogue' },
  {
    name: 'portal-create',
    who: CUSTOMER,
    at: '/create/{plan}',
    ready: (page) => page.getByRole('button', { name: 'Create the instance' }),
  },
  { name: 'portal-instance', who: CUSTOMER, at: '/instances/{instance}', ready: connection },
  { name: 'portal-instance-dark', who: CUSTOMER, at: '/instances/{instance}', scheme: 'dark', ready: connection },
  { name: 'portal-instance-phone', who: CUSTOMER, at: '/instances/{instance}', size: PHONE, ready: connection },
  { name: 'portal-instances-phone', who: CUSTOMER, at: '/instances', size: PHONE, ready: (page) => page.getByText('billing').first() },
  { name: 'portal-snapshots', who: CUSTOMER, at: '/snapshots', ready: (page) => page.getByText('Complete').first() },
  { name: 'console-overview', who: PROVIDER, at: '/console' },
  { name: 'console-instances', who: PROVIDER, at: '/console/instances', ready: (page) => page.getByText('newsletter').first() },
  { name: 'console-run', who: PROVIDER, at: '/console/runs/{run}', ready: (page) => page.getByText('applycluster').first() },
  { name: 'console-upgrade', who: PROVIDER, at: '/console/upgrades/{path}', ready: (page) => page.getByText('Wave 1').first() },
  {
    name: 'console-plan-editor-dark',
    who: PROVIDER,
    at: '/console/plan-editor?tab=workflow',
    scheme: 'dark',
    act: beginWithExample,
    ready: (page) => page.getByRole('group', { name: /^applycluster/ }),
  },
  // Last: it makes an instance, so that there is a workflow to draw while it goes on.
  { name: 'portal-instance-running', who: CUSTOMER, at: '/create/{plan}', act: createWide },
];

await makeReady();
// What it needs is built by now.
const { seed } = await import('./screenshots-seed.mjs');
const folder = join(root, 'docs/images');
const data = mkdtempSync(join(tmpdir(), 'cellplane-pictures-'));
const server = spawn(process.execPath, [`${root}packages/cli/bin/cellplane.mjs`, 'start'], {
  env: { ...process.env, CELLPLANE_DATA_DIR: data, CELLPLANE_PORT: process.env.CELLPLANE_PORT ?? '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const gone = once(server, 'exit');
let browser;
const tabs = new Map();
try {
  const started = await untilReady(server);
  console.log(`filling ${started.url} …`);
  const made = { ...started, ...(await seed({ ...started, provider: { email: PROVIDER, password: started.passwords[PROVIDER] } })) };
  browser = await chromium.launch({
    executablePath: process.env.CELLPLANE_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  const wanted = process.argv.slice(2);
  mkdirSync(folder, { recursive: true });
  if (wanted.length === 0) for (const file of readdirSync(folder)) if (file.endsWith('.webp')) rmSync(join(folder, file));
  for (const picture of PICTURES) if (wanted.length === 0 || wanted.includes(picture.name)) await take(made, picture);
  const bytes = readdirSync(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  console.log(`docs/images: ${(bytes / 1024).toFixed(0)} KiB`);
  if (bytes > MOST) throw new Error(`the pictures are larger than ${MOST / 1024} KiB together`);
} finally {
  await browser?.close();
  server.kill('SIGTERM');
  await gone;
  rmSync(data, { recursive: true, force: true });
}

/** Address, instance and passwords, as the start tells them. */
async function untilReady(child) {
  let text = '';
  for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
    text += chunk.toString();
    if (/Ctrl-C stops it/.test(text)) break;
  }
  child.stdout.resume();
  const found = (pattern) => {
    const [, one] = pattern.exec(text) ?? [];
    if (one === undefined) throw new Error(`the start did not say ${pattern}:\n${text}`);
    return one;
  };
  const passwordOf = (email) => found(new RegExp(`${email.replaceAll('.', '\\.')} / (\\S+)`));
  return {
    url: found(/Server\s+(http:\S+)/),
    instance: found(/(instance-\w+)/),
    passwords: { [CUSTOMER]: passwordOf(CUSTOMER), [PROVIDER]: passwordOf(PROVIDER) },
  };
}

/** The tab of a person; its session would take a second one with the same cookie for a thief. */
async function tabOf(made, who) {
  const known = tabs.get(who);
  if (known !== undefined) return known;
  const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce', locale: 'en-GB', timezoneId: 'UTC' });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(made.url);
  await signIn(page, who, made.passwords[who]);
  const tab = { page, session: await context.newCDPSession(page) };
  tabs.set(who, tab);
  return tab;
}

async function take(made, { name, who, at, size = DESK, scheme = 'light', ready, act }) {
  const { page, session } = await tabOf(made, who);
  await page.setViewportSize(size);
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(made.url + at.replaceAll(/\{(\w+)\}/g, (_, key) => made[key]));
  await page.locator('h1').first().waitFor();
  await act?.(page);
  await ready?.(page).waitFor();
  await page.waitForFunction("document.querySelectorAll('.mantine-Skeleton-root').length === 0");
  // Nothing is pointed at.
  await page.mouse.move(0, 0);
  await page.evaluate('document.activeElement?.blur()');
  // What comes last is measured and placed after it was drawn.
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 400))))');
  const { data: image } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 82 });
  writeFileSync(join(folder, `${name}.webp`), Buffer.from(image, 'base64'));
  console.log(`docs/images/${name}.webp`);
}

async function signIn(page, email, password) {
  await page.getByLabel('E-mail').fill(email);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByLabel('Password').and(page.locator('input')).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('button', { name: /^Account of/ }).waitFor();
}

function connection(page) {
  return page.getByLabel('Text that connects');
}

/** The plan of `npm start` in the editor. */
async function beginWithExample(page) {
  await page
    .getByRole('button', { name: /^Begin with this: .*Postgre/i })
    .first()
    .click();
}

/** Creates an instance with replicas, whose workflow is drawn while it waits for them. */
async function createWide(page) {
  await page.getByLabel('Name', { exact: true }).fill('invoices');
  await page.getByLabel('Total Number of Instances').fill('5');
  await page.getByRole('button', { name: 'Create the instance' }).click();
  await page.waitForURL(/\/instances\/instance-/);
  await page.getByRole('group', { name: /applycluster: (Running|Waiting)/ }).waitFor();
}
