/** Two journeys in a real browser on a real Kubernetes with the real operator: what people see there is what kubectl sees. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltPlan, buildPlan, type ControlPlane, PROVIDER, startControlPlane, until } from '../control-plane.testing.js';
import { type Customer, customersOf } from '../customers.testing.js';
import { clusterEnvironment, DELETED_MS, kubectl, kubectlSucceeds } from '../real-cluster.testing.js';
import { CHROMIUM, launchBrowser, openTab, signIn } from './browser.testing.js';
import { offerPostgres } from './postgres-plan.testing.js';

let plane: ControlPlane;
let browser: Browser;
let anna: Customer;
/** What was made here, and is taken away even if a journey stops halfway. */
const namespaces: string[] = [];

/** The cluster pulls, starts and stops real programs. Milliseconds. */
const LONG = { timeout: 180_000 };
const IMAGE_WORDS = /ImagePullBackOff|ErrImagePull|ErrImageNeverPull|failed to pull|not found/i;

async function at(person: { email: string; password: string }, path: string) {
  const { page, complaints } = await openTab(browser);
  await page.goto(`${plane.url}${path}`);
  await signIn(page, person);
  return { page, complaints };
}

/** Fills the form of a plan and creates the instance. Answers its id. */
async function create(page: Page, name: string, fields: Record<string, string>): Promise<string> {
  await page.getByRole('button', { name: 'Subscribe and go on' }).click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  for (const [label, value] of Object.entries(fields)) await page.getByLabel(label, { exact: false }).first().fill(value);
  await page.getByRole('button', { name: 'Create the instance' }).click();
  await page.waitForURL(/\/instances\/instance-/);
  const id = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  namespaces.push(id);
  return id;
}

/** Deletes the instance that the page is of, by typing its name, and waits until the cluster has nothing of it. */
async function remove(page: Page, id: string, name: string) {
  await page.getByRole('button', { name: 'Operations', exact: false }).click();
  await page.getByRole('menuitem', { name: /^Delete …$/ }).click();
  const snapshot = page.getByLabel('Take a last snapshot first');
  await page.getByLabel(`Type ${name} to delete it`).fill(name);
  if ((await snapshot.count()) > 0 && (await snapshot.isEnabled())) await snapshot.uncheck();
  await page.getByRole('button', { name: 'Delete the instance' }).click();
  await page
    .getByText(/^Deleting|^There is no such instance/)
    .first()
    .waitFor();
  await until('the namespace is gone', async () => !(await kubectlSucceeds('get', 'namespace', id)), DELETED_MS);
}

const cluster = (id: string, path: string) => kubectl('-n', id, 'get', `clusters.postgresql.cnpg.io/${id}`, '-o', `jsonpath=${path}`);
const quiet = (page: Page, what: string) => page.getByText(`Nothing running. Last: ${what}`, { exact: false }).waitFor(LONG);

/** The example plan with a create that gives up soon, but not before the kubelet's first try on a busy machine. */
async function offerImpatient(): Promise<BuiltPlan> {
  const text = await readFile(new URL('../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');
  const impatient = text.replace('activeDeadlineSeconds: 1800', 'activeDeadlineSeconds: 60');
  return buildPlan(plane.client, 'Impatient Postgres', { text: impatient }, { environment: 'Production', environmentType: 'PROD' });
}

describe.skipIf(CHROMIUM === undefined)('the portal in Chromium, on a real cluster', () => {
  let plan: BuiltPlan;
  beforeAll(async () => {
    plane = await startControlPlane(clusterEnvironment());
    plan = await offerPostgres(plane);
    anna = await (await customersOf(plane)).signUp('anna');
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    for (const name of namespaces) await kubectl('delete', 'namespace', name, '--ignore-not-found', '--wait=false');
    await plane?.stop();
  });

  it('creates a database that is drawn until it runs, signs in with the password that it shows, scales it and deletes it', async () => {
    const { page, complaints } = await at(anna, `/create/${plan.productTierId}`);
    const id = await create(page, 'orders', {
      'Storage Size': '1Gi',
      'Database Name': 'orders',
      'Backup Endpoint': 'http://10.96.0.90:9000',
    });
    await page.getByRole('group', { name: 'Workflow', exact: true }).waitFor();
    await page.getByRole('group', { name: /applycluster: (Running|Waiting)/ }).waitFor(LONG);
    await quiet(page, 'create');
    await page.getByText('Running', { exact: true }).first().waitFor();
    expect(await cluster(id, '{.status.phase}/{.status.readyInstances}')).toBe('Cluster in healthy state/1');

    const text = page.getByLabel('Text that connects');
    expect(await text.innerText()).toContain('postgres://orders:••••••@');
    await page.getByRole('button', { name: 'Show the password' }).click();
    await page.getByText(/^postgres:\/\/orders:\w{24}@/).waitFor();
    const shown = new URL(await text.innerText());
    // The address outside of the cluster needs a name server; the service behind it is the operator's.
    shown.host = `${await cluster(id, '{.status.writeService}')}:5432`;
    const inside = ['-n', id, 'exec', `${id}-1`, '-c', 'postgres', '--'];
    // kube-proxy writes its rules for the new endpoint at most once a second: until then the service refuses connections.
    await until('the service reaches the database', () => kubectlSucceeds(...inside, 'pg_isready', '-h', shown.hostname), LONG.timeout);
    expect(await kubectl(...inside, 'psql', '-Atc', "select current_user || ' of ' || current_database()", shown.href)).toBe(
      'orders of orders',
    );
    shown.password = 'x'.repeat(24);
    await expect(kubectl(...inside, 'psql', '-Atc', 'select 1', shown.href)).rejects.toThrow(/password authentication failed/);

    await page.getByRole('button', { name: 'Modify' }).click();
    await page.getByLabel('Total Number of Instances').fill('2');
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByText('spec.instances: 1 → 2').waitFor();
    await page.getByRole('button', { name: 'Apply the change' }).click();
    await quiet(page, 'modify');
    expect(await cluster(id, '{.status.phase}/{.status.readyInstances}')).toBe('Cluster in healthy state/2');

    await remove(page, id, 'orders');
    expect(complaints).toEqual([]);
  });

  it('a create whose image does not exist says so in the words of the kubelet, to the customer and to the provider', async () => {
    const impatient = await offerImpatient();
    const { page, complaints } = await at(anna, `/create/${impatient.productTierId}`);
    const id = await create(page, 'broken', {
      'Storage Size': '1Gi',
      'PostgreSQL Version': '15.99',
      'Backup Endpoint': 'http://10.96.0.90:9000',
    });
    const told = page.getByRole('alert').filter({ hasText: 'Create failed' });
    await told.waitFor({ timeout: 300_000 });
    expect(await told.innerText()).toMatch(IMAGE_WORDS);
    expect(await told.innerText()).toContain('postgresql:15.99');

    const { page: console, complaints: others } = await at(PROVIDER, `/console/instances/${id}`);
    const same = console.getByRole('alert').filter({ hasText: 'Create failed' });
    await same.waitFor();
    expect(await same.innerText()).toMatch(IMAGE_WORDS);
    expect(await same.innerText()).toContain('postgresql:15.99');

    await remove(page, id, 'broken');
    expect([...complaints, ...others]).toEqual([]);
  });
});
