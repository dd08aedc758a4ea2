/** The life of an instance in the portal, in a real browser, against a server with the simulated cell. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlan, buildPlan, type ControlPlane, startControlPlane, until } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { CHROMIUM, launchBrowser, openTab, PATIENCE_MS, signIn } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';
import { ROTATING_PLAN } from './rotating-plan.testing.js';

let plane: ControlPlane;
let browser: Browser;
let plan: BuiltPlan;
let anna: Customer;
let rita: Customer;
let vera: Customer;

/** A tab of a customer, on the page at a path. */
async function at(customer: Customer, path: string) {
  const { page, complaints } = await openTab(browser);
  await page.goto(`${plane.url}${path}`);
  await signIn(page, customer);
  return { page, complaints };
}

const operation = async (page: Page, name: string | RegExp) => {
  await page.getByRole('button', { name: 'Operations', exact: false }).click();
  await page.getByRole('menuitem', { name }).click();
};
/** For one operation of the database. */
const OPERATION = { timeout: 180_000 };
const quiet = (page: Page, what: string) => page.getByText(`Nothing running. Last: ${what}`, { exact: false }).waitFor(OPERATION);
const idOn = (page: Page) => new URL(page.url()).pathname.split('/').at(-1) ?? '';

/** Since when an instance of Anna's can be restored to a moment. */
async function restorableSince(id: string): Promise<string> {
  const { body } = await anna.call('GET', '/resource-instance');
  const { resourceInstances } = body as { resourceInstances: { id: string; backupStatus?: { earliestRestoreTime?: string } }[] };
  return resourceInstances.find((one) => one.id === id)?.backupStatus?.earliestRestoreTime ?? '';
}

/** Whoever reads the page and this test are in one time zone. */
function local(moment: Date): string {
  return new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

async function subscriptionOf(customer: Customer): Promise<string> {
  const { subscriptions } = (await customer.call('GET', '/subscription')).body as { subscriptions: { id: string }[] };
  return subscriptions[0]?.id ?? '';
}

describe.skipIf(CHROMIUM === undefined)('an instance in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    plan = await offerPostgres(plane);
    const people = await customersOf(plane);
    anna = await people.signUp('anna');
    rita = await people.signUp('rita');
    vera = await people.signUp('vera');
    browser = await launchBrowser();
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await plane?.stop();
  });

  it('is created, connected to, changed, backed up, restored, worked on and deleted', { timeout: 600_000 }, async () => {
    const { page, complaints } = await at(anna, `/create/${plan.productTierId}`);
    await page.getByRole('button', { name: 'Subscribe and go on' }).click();

    // A draft outlives a reload; the button leads to what is wrong.
    await page.getByLabel('Name', { exact: true }).fill('orders');
    const size = page.getByLabel('Total Number of Instances');
    await size.fill('two');
    await size.blur();
    await page.getByText('It must be a number (Float64).').waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Settings' }).waitFor();
    await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe('orders');
    await page.getByRole('button', { name: 'Create the instance' }).click();
    await page.getByText('It must be a number (Float64).').waitFor();
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('parameter-numberOfInstances');
    await size.fill('1');
    await page.getByRole('button', { name: 'Create the instance' }).dblclick();

    await page.waitForURL(/\/instances\/instance-/);
    const id = idOn(page);
    await page.getByRole('heading', { name: 'orders', level: 1 }).waitFor();
    await quiet(page, 'create');
    expect((await anna.call('GET', '/resource-instance')).body).toMatchObject({ resourceInstances: [{ id }] });
    await page.getByRole('button', { name: 'Show it' }).click();
    await page.getByRole('group', { name: /applycluster: Succeeded/ }).waitFor();
    // Edges are drawn when the nodes have been measured.
    await expect.poll(() => page.locator('.react-flow__edge').count()).toBeGreaterThan(4);

    // The password is in the text once it was asked for, and who asked is written down.
    const text = page.getByLabel('Text that connects');
    await text.filter({ hasText: 'postgres://app:••••••@' }).waitFor();
    await page.getByRole('button', { name: 'Show the password' }).click();
    await page.getByText(/^postgres:\/\/app:[A-Za-z0-9]{24}@/).waitFor();
    await page.getByRole('tab', { name: 'Activity' }).click();
    await page.getByText('Reveal instance secret').waitFor();
    expect(page.url()).toContain('tab=activity');
    await page.goBack();

    await page.getByRole('button', { name: 'Modify' }).click();
    await page.getByText('Nothing is changed yet.').waitFor();
    await page.getByLabel('Total Number of Instances').fill('2');
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByText('What would change', { exact: true }).waitFor();
    await page.getByText('spec.instances: 1 → 2').waitFor();
    await page.getByRole('button', { name: 'Apply the change' }).click();
    await quiet(page, 'modify');
    await page.getByRole('row', { name: 'Total Number of Instances numberOfInstances 2' }).waitFor();

    await operation(page, /^Create a database/);
    await page.getByLabel('Database Name').fill('shop');
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.getByRole('dialog', { name: 'Call of an operation' }).getByRole('row', { name: 'database shop' }).waitFor(OPERATION);
    expect(page.url()).toContain('run=');
    await page.keyboard.press('Escape');

    await page.getByRole('tab', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Take a snapshot' }).click();
    await quiet(page, 'backup');
    await page.getByRole('row').getByText('Complete', { exact: true }).waitFor(OPERATION);
    await page.getByRole('button', { name: /^Backup by hand/ }).click();
    await page.getByText('What came after that is not in it.').waitFor();
    await page.getByRole('button', { name: 'Restore to a new instance' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/instances/') && !url.pathname.endsWith(id));
    await quiet(page, 'restore');
    await page.getByLabel('Text that connects').filter({ hasText: /\S/ }).waitFor();

    await page.goto(`${plane.url}/instances/${id}?do=restore&of=moment`);
    await page.locator('#moment').fill('2001-01-01T00:00:00');
    await page.getByText('This is before the window.').waitFor();
    const moment = new Date(Date.parse(await restorableSince(id)) + 1_000);
    await page.locator('#moment').fill(local(moment));
    await page.getByText('It begins with the backup of').waitFor();
    await page.getByRole('button', { name: 'Restore to a new instance' }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/instances/') && !url.pathname.endsWith(id));
    await quiet(page, 'restore');

    await page.goto(`${plane.url}/instances/${id}`);
    await operation(page, 'Protect from deletion');
    // A notice stays while somebody points at it.
    const notice = page.getByRole('alert').filter({ hasText: 'is protected from deletion.' });
    await notice.hover();
    await page.getByRole('button', { name: 'Operations', exact: false }).press('Enter');
    await page.getByText('It is protected from deletion. Take the protection away first.').waitFor();
    await page.keyboard.press('Escape');
    // One click takes it back, and says so.
    await notice.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Undone.').waitFor();
    // To stop it asks once; nothing is typed.
    await operation(page, /^Stop$/);
    await page.getByText('nobody reaches it until it is started again', { exact: false }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await operation(page, /^Delete …$/);
    const confirm = page.getByRole('button', { name: 'Delete the instance' });
    expect(await confirm.isDisabled()).toBe(true);
    await page.getByLabel('Take a last snapshot first').uncheck();
    await page.getByLabel('Type orders to delete it').fill('orders');
    await confirm.click();
    await page
      .getByText(/^Deleting|^There is no such instance/)
      .first()
      .waitFor();

    // What was taken by hand is left, and says that its instance is gone.
    await until(
      'the instance is gone',
      async () => (await anna.ask('GET', `/api/instances/${id}/progress`)).text.includes('DELETED'),
      OPERATION.timeout,
    );
    await page.goto(`${plane.url}/snapshots?q=${id}`);
    const kept = page.getByText(new RegExp(`^${id} · deleted`)).first();
    await kept.waitFor();
    await page.getByRole('button', { name: /^What can be done/ }).click();
    await page.getByRole('menuitem', { name: /^Delete/ }).click();
    await page.getByRole('button', { name: 'Delete the snapshot' }).click();
    // It says that it is being deleted, if anybody is quick enough to see it, and then it is gone.
    await kept.waitFor({ state: 'detached', ...OPERATION });
    expect(complaints).toEqual([]);
  });

  it('whose creation has failed says so, and is tried again; a reader sees why nothing can be done', { timeout: 300_000 }, async () => {
    const subscription = await subscriptionOf(anna);
    const id = await anna.createInstance(plan, subscription);
    const { run } = await plane.client.describeInstanceProgress({ params: { id } });
    const { serviceId, environmentId } = plan;
    await plane.client.terminateWorkflow({ params: { serviceId, environmentId, id: run?.id ?? '' } });
    const { page, complaints } = await at(anna, `/instances/${id}`);
    const told = page.getByRole('alert').filter({ hasText: 'Create was stopped' });
    await told.waitFor();
    await told.getByRole('button', { name: 'Details' }).click();
    await page.getByRole('group', { name: 'Workflow', exact: true }).waitFor();
    await told.getByRole('button', { name: 'Try again' }).click();
    await quiet(page, 'create');
    expect(complaints).toEqual([]);

    const invitation = { email: rita.email, roleType: 'reader' };
    await anna.call('POST', `/resource-instance/subscription/${subscription}/invite-user`, invitation);
    const { page: readers, complaints: others } = await at(rita, `/instances/${id}`);
    const modify = readers.getByRole('button', { name: 'Modify' });
    await modify.waitFor();
    await until('the role is known', async () => (await modify.getAttribute('aria-disabled')) === 'true', PATIENCE_MS);
    await readers.getByRole('button', { name: 'Operations', exact: false }).click();
    await readers.getByText('Your role in this subscription is reader', { exact: false }).first().waitFor();
    expect((await rita.ask('POST', `/api/instances/${id}/reveal`, { key: 'password' })).status).toBe(403);
    expect(others).toEqual([]);
  });

  it('has a secret rotated that the plan lets be changed', { timeout: 300_000 }, async () => {
    const vault = await buildPlan(plane.client, 'Vault', { text: ROTATING_PLAN }, { environment: 'Production', environmentType: 'PROD' });
    const { page, complaints } = await at(vera, `/create/${vault.productTierId}`);
    await page.getByRole('button', { name: 'Subscribe and go on' }).click();
    await page.getByLabel('Name', { exact: true }).fill('safe');
    await page.getByLabel('Access Token', { exact: false }).first().fill('first-token');
    await page.getByRole('button', { name: 'Create the instance' }).click();
    await page.waitForURL(/\/instances\/instance-/);
    const id = idOn(page);
    await quiet(page, 'create');
    const token = async () => (await vera.ask('POST', `/api/instances/${id}/reveal`, { key: 'token' })).body;
    expect(await token()).toMatchObject({ value: 'first-token' });
    await page.getByRole('row', { name: 'Hidden Key', exact: false }).getByRole('button', { name: 'Rotate Hidden Key' }).waitFor();
    expect(await page.getByRole('button', { name: /^Show (Hidden Key|Access Token|Seed)$/ }).allTextContents()).toHaveLength(2);
    expect(await page.getByRole('button', { name: 'Rotate Seed' }).count()).toBe(0);

    await page.getByRole('button', { name: 'Rotate Access Token' }).click();
    const dialog = page.getByRole('dialog', { name: 'Rotate a secret of safe' });
    const field = dialog.getByLabel('Access Token', { exact: false }).first();
    const suggested = await field.inputValue();
    expect(suggested).toMatch(/^[A-Za-z0-9]{20}$/);
    // A value against the rules stays in the form.
    await field.fill('short');
    await dialog.getByRole('button', { name: 'Set the new value' }).click();
    await dialog
      .getByText(/at least 8/)
      .first()
      .waitFor();
    await field.fill(suggested);
    await dialog.getByRole('button', { name: 'See what would change' }).click();
    await dialog.getByText('What would change', { exact: true }).waitFor();
    expect(await dialog.innerText()).not.toContain('first-token');
    await dialog.getByRole('button', { name: 'Set the new value' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await quiet(page, 'modify');
    expect(await token()).toMatchObject({ value: suggested });
    // A link to a secret that cannot be rotated says so.
    await page.goto(`${plane.url}/instances/${id}?do=rotate&of=seed`);
    await page.getByText('The plan has no such secret that may be changed.').waitFor();
    expect(complaints).toEqual([]);
  });

  it('of a version that was chosen; nothing new is made of a suspended subscription', { timeout: 300_000 }, async () => {
    const spec = await readFile(new URL('../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
    const newer = await buildPlan(
      plane.client,
      'Postgres',
      { text: spec.replace('defaultValue: "100"', 'defaultValue: "150"') },
      { environment: 'Production', environmentType: 'PROD' },
    );
    expect(newer.version).not.toBe(plan.version);
    const { page, complaints } = await at(anna, `/create/${plan.productTierId}`);
    const most = page.getByLabel('Maximum Connections');
    await expect.poll(() => most.inputValue()).toBe('150');
    await page.getByRole('combobox', { name: 'Version' }).click();
    await page.getByRole('option', { name: plan.version, exact: true }).click();
    // Nobody has touched it: it follows the version.
    await expect.poll(() => most.inputValue()).toBe('100');
    await expect.poll(() => new URL(page.url()).searchParams.get('version')).toBe(plan.version);
    await page.getByLabel('The same with cellplane').getByText(`--version ${plan.version}`).waitFor();
    await page.getByRole('button', { name: 'Create the instance' }).click();
    await page.waitForURL(/\/instances\/instance-/);
    await quiet(page, 'create');
    await page.getByText(`upgrade ${newer.version} available`, { exact: false }).waitFor();

    const { serviceId, environmentId } = plan;
    await plane.client.suspendSubscription({ params: { serviceId, environmentId, id: await subscriptionOf(anna) } });
    await page.getByText('nothing new is created', { exact: false }).first().waitFor();
    await page.goto(`${plane.url}/create/${plan.productTierId}`);
    await page.getByRole('heading', { name: 'You may not create instances of this plan' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
