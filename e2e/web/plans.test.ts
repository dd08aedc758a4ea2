/** The provider's plans in a real browser: written with an error first, tried, built, released, compared, preferred, promoted. */
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ControlPlane, PROVIDER, startControlPlane } from '../control-plane.testing.js';
import { CHROMIUM, launchBrowser, openTab, signIn } from './browser.testing.js';

let plane: ControlPlane;
let browser: Browser;

/** Scrolls to the end of the text: the editor draws only lines near what it shows. */
async function goToEnd(page: Page): Promise<void> {
  await page.getByLabel('Plan spec').focus();
  await page.keyboard.press('Control+End');
}

/** Puts text at the end of the first line that holds another. */
async function typeAfter(page: Page, line: string, text: string): Promise<void> {
  await goToEnd(page);
  await page.locator('.cm-line', { hasText: line }).first().click();
  await page.keyboard.press('End');
  await page.keyboard.insertText(text);
}

describe.skipIf(CHROMIUM === undefined)('plans in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('a plan is written with an error first, tried, built, compared, preferred, and promoted once its secret is set', {
    timeout: 400_000,
  }, async () => {
    const { page, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/console/plan-editor`);
    await signIn(page, PROVIDER);
    await page.getByRole('button', { name: 'Begin with this: A small plan' }).click();
    await page.getByText('No problems.').waitFor();

    // A slip, its problem while one types, and the change that cures it.
    await page.locator('.cm-line', { hasText: 'type: String' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.getByText('error unknown-value').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Build …' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: /^Apply/ }).click();
    await page.getByText('No problems.').waitFor();

    await typeAfter(page, 'greeting: "{{ $var.greeting }}"', '\n                    token: "{{ $secret.TOKEN }}"');
    await page.getByRole('tab', { name: 'Workflow' }).click();
    await page.getByRole('group', { name: 'write: Pending' }).waitFor();
    await page.getByRole('tab', { name: 'Manifest' }).click();
    const manifest = page.getByLabel('Manifest of write');
    await manifest.getByText('greeting: hello').waitFor();
    await manifest.getByText('token: "***"').waitFor();
    await page.getByText(/^Example inputs/).click();
    await page.getByLabel('Greeting').fill('servus');
    await manifest.getByText('greeting: servus').waitFor();
    await page.getByRole('tab', { name: 'Simulate' }).click();
    await page.getByText('create works with these values: 1 task.').waitFor();
    await page.getByRole('group', { name: 'write: Succeeded' }).waitFor();

    // Nothing typed is lost.
    await page.reload();
    await goToEnd(page);
    await page.locator('.cm-line', { hasText: '$secret.TOKEN' }).waitFor();

    await page.getByRole('button', { name: 'Build …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Product').fill('Greeter');
    await dialog.getByText('1 secret is missing').waitFor();
    await dialog.getByText('A new plan: this is its first version.').waitFor();
    await dialog.getByRole('button', { name: 'Build and release' }).click();
    await page.getByRole('row', { name: /^1\.0 Preferred/ }).waitFor();

    // The second version says what it changes before it is built.
    await page.getByRole('link', { name: 'Edit the spec' }).click();
    await page.locator('.cm-line', { hasText: 'defaultValue: "hello"' }).click();
    await page.keyboard.press('End');
    await page.keyboard.press('Backspace');
    await page.keyboard.insertText(' again"');
    await page.getByText('No problems.').waitFor();
    await page.getByRole('button', { name: 'Build …' }).click();
    await dialog.getByText('What changes against version 1.0').waitFor();
    await dialog.getByText('parameter greeting').waitFor();
    await dialog.getByLabel('Release', { exact: true }).click();
    await page.getByRole('option', { name: /^As an active version/ }).click();
    await dialog.getByLabel('Release notes').fill('It greets twice.');
    // Whoever looks at the text once more finds all of it again; Ctrl S builds from there.
    await dialog.getByRole('button', { name: 'Back to the text' }).click();
    await dialog.waitFor({ state: 'detached' });
    // A dialog gives the focus back a moment after it has gone.
    await page.getByRole('button', { name: 'Build …' }).and(page.locator(':focus')).waitFor();
    await page.getByLabel('Plan spec').focus();
    await page.keyboard.press('Control+s');
    await expect.poll(() => dialog.getByLabel('Release notes').inputValue()).toBe('It greets twice.');
    await dialog.getByText('parameter greeting').waitFor();
    await dialog.getByRole('button', { name: 'Build and release' }).click();
    await page.getByRole('row', { name: /^2\.0 Active .*It greets twice\./ }).waitFor();
    await page.getByRole('tab', { name: 'Changes' }).click();
    await page.getByText('parameter greeting').waitFor();
    await page.getByRole('tab', { name: 'Versions' }).click();
    await page.getByRole('button', { name: 'Actions for version 2.0' }).click();
    await page.getByRole('menuitem', { name: /^Make it preferred/ }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Make it preferred' }).click();
    await page.getByRole('row', { name: /^2\.0 Preferred/ }).waitFor();

    await page.getByRole('link', { name: 'Greeter' }).click();
    await page.getByRole('button', { name: 'Make an environment' }).click();
    await dialog.getByLabel('Name').fill('Production');
    await dialog.getByRole('button', { name: 'Make the environment' }).click();
    await page.getByRole('link', { name: 'Promote to Production' }).click();
    await page.getByText('1 secret is missing').waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Promote exactly this' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('link', { name: 'TOKEN' }).click();
    await dialog.getByLabel('Value').and(page.locator('input')).fill('a secret');
    await dialog.getByRole('button', { name: 'Set the secret' }).click();
    await page.getByRole('cell', { name: 'TOKEN' }).waitFor();
    await page.goBack();
    await page.getByText('New there: version 2.0 becomes its 1.0.').waitFor();
    await page.getByRole('button', { name: 'Promote exactly this' }).click();
    await page.getByRole('heading', { name: 'Production' }).waitFor();
    await page.getByRole('region', { name: 'Production' }).getByText('in sync').waitFor();
    const production = page.getByRole('region', { name: 'Production' });
    await production.getByRole('link', { name: 'Small' }).waitFor();

    await production.getByRole('button', { name: 'Change' }).click();
    await dialog.getByLabel('Wait for your approval').check();
    await dialog.getByRole('button', { name: 'Change the environment' }).click();
    await production.getByText('subscriptions need your approval').waitFor();
    expect(complaints).toEqual([]);
  });

  it('a first plan begins in an empty file: what can stand there is shown, a slip is cured by a key, a draft that was thrown away comes back', {
    timeout: 300_000,
  }, async () => {
    const { page, complaints } = await openTab(browser);
    await page.goto(`${plane.url}/console/plan-editor`);
    await signIn(page, PROVIDER);
    await page.getByRole('button', { name: 'Begin with an empty file' }).click();
    await page.getByText('error empty-spec').waitFor();
    const text = page.getByRole('textbox', { name: 'Plan spec' });
    await text.click();
    await page.keyboard.press('Control+Space');
    await page.getByRole('option', { name: /^name:/ }).click();
    await page.keyboard.type('First');
    await page.locator('.cm-line', { hasText: 'name: First' }).waitFor();
    await page.getByText('error empty-spec').waitFor({ state: 'detached' });

    await page.keyboard.press('Enter');
    await page.keyboard.insertText('servises:');
    await page.getByRole('button', { name: /^Apply/ }).waitFor();
    await page.keyboard.press('Control+.');
    await page.locator('.cm-line', { hasText: 'services:' }).waitFor();

    await page.getByRole('button', { name: 'Text', exact: true }).click();
    await page.getByRole('menuitem', { name: 'Throw the draft away' }).click();
    await page.getByRole('button', { name: 'Begin with an empty file' }).waitFor();
    await page.getByRole('button', { name: 'Bring it back' }).click();
    await page.locator('.cm-line', { hasText: 'name: First' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
