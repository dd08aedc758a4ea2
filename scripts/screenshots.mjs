// npm run screenshots: starts a server of its own with the example plan on the simulated cell, and takes the pictures of the main pages
// that README and docs/web.md show: docs/images/*.png. Needs a built checkout and Chromium (CELLPLANE_TEST_CHROMIUM names another one).
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { makeReady, root } from './install.mjs';

const DESK = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };
const customer = 'ada@acme.example';
const provider = 'provider@cellplane.local';

/** Name of the picture → who, where, and how. `{instance}` is the one that `npm start` makes. */
const PICTURES = [
  { name: 'portal-instances', who: customer, at: '/instances' },
  { name: 'portal-instance', who: customer, at: '/instances/{instance}' },
  { name: 'portal-instance-dark', who: customer, at: '/instances/{instance}', scheme: 'dark' },
  { name: 'portal-instance-phone', who: customer, at: '/instances/{instance}', size: PHONE },
  { name: 'portal-catalogue', who: customer, at: '/catalogue' },
  { name: 'portal-palette', who: customer, at: '/instances', keys: ['Control+k'] },
  { name: 'console-home', who: provider, at: '/console' },
  { name: 'console-instances', who: provider, at: '/console/instances' },
  { name: 'console-plans', who: provider, at: '/console/plans' },
  { name: 'console-plan-editor-dark', who: provider, at: '/console/plan-editor', scheme: 'dark' },
  { name: 'console-theme', who: provider, at: '/console/settings/theme' },
  { name: 'sign-in', at: '/sign-in' },
];

await makeReady();
const folder = join(root, 'docs/images');
mkdirSync(folder, { recursive: true });
const data = mkdtempSync(join(tmpdir(), 'cellplane-pictures-'));
const server = spawn(process.execPath, [`${root}packages/cli/bin/cellplane.mjs`, 'start'], {
  env: { ...process.env, CELLPLANE_DATA_DIR: data, CELLPLANE_PORT: '0' },
  stdio: ['ignore', 'pipe', 'inherit'],
});
const gone = once(server, 'exit');
try {
  const said = await untilReady(server);
  const browser = await chromium.launch({
    executablePath: process.env.CELLPLANE_TEST_CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
  });
  for (const picture of PICTURES) await take(browser, said, picture);
  await browser.close();
} finally {
  server.kill('SIGTERM');
  await gone;
  rmSync(data, { recursive: true, force: true });
}

/** Address, instance and passwords, as the start tells them. */
async function untilReady(child) {
  let text = '';
  for await (const chunk of child.stdout) {
    text += chunk.toString();
    if (/Ctrl-C stops it/.test(text)) break;
  }
  child.stdout.resume();
  const passwordOf = (email) => new RegExp(`${email.replaceAll('.', '\\.')} / (\\S+)`).exec(text)?.[1] ?? '';
  return {
    url: /Server\s+(http:\S+)/.exec(text)?.[1] ?? '',
    instance: /Instance (instance-\w+)/.exec(text)?.[1] ?? '',
    passwords: { [customer]: passwordOf(customer), [provider]: passwordOf(provider) },
  };
}

async function take(browser, { url, instance, passwords }, { name, who, at, size = DESK, scheme = 'light', keys = [] }) {
  const context = await browser.newContext({ viewport: size, colorScheme: scheme, reducedMotion: 'reduce' });
  const page = await context.newPage();
  await page.goto(url + at.replace('{instance}', instance));
  if (who !== undefined) {
    await page.getByLabel('E-mail').fill(who);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByLabel('Password').and(page.locator('input')).fill(passwords[who]);
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await page.getByRole('button', { name: /^Account of/ }).waitFor();
  }
  await page.locator('h1').first().waitFor();
  await page.waitForFunction("document.querySelectorAll('.mantine-Skeleton-root').length === 0");
  for (const key of keys) await page.keyboard.press(key);
  // What is drawn last is the graph, or the palette.
  await page.waitForTimeout(800);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  await context.close();
  console.log(`docs/images/${name}.png`);
}
