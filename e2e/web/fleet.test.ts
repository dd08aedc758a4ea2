/** The console's pages about what runs, in a real browser: a run at its moments, breakpoints, a retry, an upgrade that halts, drift. */
import { join } from 'node:path';
import { connectKubeconfig, type KubernetesClient } from '@cellplane/kubernetes';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BuiltPlan,
  buildPlan,
  type ControlPlane,
  createInstance,
  PROVIDER,
  startControlPlane,
  until,
  untilStatus,
} from '../control-plane.testing.js';
import { CHROMIUM, launchBrowser, openConsole, openTab, PATIENCE_MS, type Tab } from './browser.testing.js';

const READY = '{"after":"0s","status":{"phase":"Ready"}}';
const FAILED = '{"after":"0s","status":{"phase":"Failed"}}';
const SLOWLY = '{"after":"2s","status":{"phase":"Ready"}}';

/** Instances are two Widgets, one after the other; what each does is a parameter, of the second another one after an upgrade. */
function plan(colour: string, behaviour: string): string {
  const task = (name: string, action: string, more: string) => `
            - name: ${name}
              resource:
                action: ${action}${action === 'delete' ? '' : '\n                successCondition: status.phase == Ready\n                failureCondition: status.phase == Failed'}
                manifest: |
                  apiVersion: operators.example.com/v1
                  kind: Widget
                  metadata:
                    name: ${name}${more}`;
  const spec = (script: string) => `
                    annotations: {cellplane.dev/simulate: ${script}}
                  spec: {size: 3, color: ${colour}}`;
  const workflow = (verb: string, action: string) => `
      ${verb}:
        workflow:
          entrypoint: main
          templates:
            - name: main
              dag:
                tasks:
                  - {name: first, template: first}
                  - {name: second, template: second, dependencies: [first]}${task('first', action, action === 'delete' ? '' : spec('"{{ $var.begin }}"'))}${task('second', action, action === 'delete' ? '' : spec(`"{{ $var.${behaviour} }}"`))}`;
  return `name: Fleet
deployment:
  hostedDeployment:
    awsAccountId: "000000000000"
    awsBootstrapRoleAccountArn: "arn:aws:iam::000000000000:role/omnistrate-bootstrap-role"
tenancyType: CUSTOM_TENANCY
services:
  - name: Widget
    apiParameters:
      - {key: begin, name: Begin, description: What the first does, type: String, modifiable: true, defaultValue: '${READY}'}
      - {key: behaviour, name: Behaviour, description: What it does, type: String, modifiable: true, defaultValue: '${READY}'}
      - {key: upgraded, name: Upgraded, description: What it does after an upgrade, type: String, modifiable: true, defaultValue: '${READY}'}
    operatorCRDConfiguration:
      upgrade: {rollback: true}
      helmChartDependencies:
        - {chartName: widget-operator, chartVersion: 1.0.0, chartRepoName: widgets, chartRepoURL: "https://charts.example.com"}
    systemWorkflows:${workflow('create', 'apply')}${workflow('modify', 'apply')}${workflow('delete', 'delete')}
`;
}

let plane: ControlPlane;
let browser: Browser;
let cell: KubernetesClient;
let built: BuiltPlan;
let tab: Tab;
let page: Page;

const widget = (name: string) => (namespace: string) => ({ apiVersion: 'operators.example.com/v1', kind: 'Widget', namespace, name });
const [first, second] = [widget('first'), widget('second')];
/** The widget comes to this phase, whose operator hangs. */
async function show(object: ReturnType<typeof second>, phase: string): Promise<void> {
  await until('the widget is there', async () => (await cell.get(object).catch(() => undefined)) !== undefined, PATIENCE_MS);
  await cell.patch(object, 'merge', { status: { phase } }, { subresource: 'status' });
}
const runOf = async (instanceId: string) => (await plane.client.listRuns({ query: { instanceId } })).runs[0]?.id ?? '';

describe.skipIf(CHROMIUM === undefined)('in Chromium', () => {
  beforeAll(async () => {
    plane = await startControlPlane();
    built = await buildPlan(plane.client, 'Fleet', { text: plan('red', 'behaviour') });
    cell = connectKubeconfig(join(plane.dataDir, 'simulated-cell', 'kubeconfig'));
    browser = await launchBrowser();
    tab = await openTab(browser);
    ({ page } = tab);
    await openConsole(page, plane, PROVIDER);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await cell?.close();
    await plane?.stop();
  });

  it('a run is held at a breakpoint, goes on, and shows later what was sent and seen at each moment', { timeout: 300_000 }, async () => {
    // It gets no further than the first before the breakpoint is set.
    const id = await createInstance(plane.client, built, { begin: 'hang', behaviour: SLOWLY });
    const run = await runOf(id);
    await plane.client.addBreakpoint({ params: { id: run }, body: { at: 'second' } });
    await show(first(id), 'Ready');
    await page.goto(`${plane.url}/console/runs/${run}`);
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    await page.getByText('Held here').waitFor();
    // Another one further on is set here.
    await page.getByRole('combobox', { name: 'Hold before' }).click();
    await page.getByRole('option', { name: 'Endpoints and outputs' }).click();
    await page.getByRole('button', { name: 'Set the breakpoint' }).click();
    await page.getByText('To come').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Passed').waitFor();
    await page.getByText('Held here').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await untilStatus(plane.client, id, 'RUNNING', 180_000);

    await page.getByText('As it was at its end.').waitFor();
    await page.getByRole('button', { name: 'second: Succeeded' }).click();
    const clause = page.getByRole('row', { name: /^status.phase == Ready/ });
    await clause.filter({ hasText: 'met' }).waitFor();
    const slider = page.getByRole('slider', { name: 'Moment of the run' });
    await slider.focus();
    // Back by keyboard, until the clause does not hold yet; then to the beginning, where nothing was sent.
    const moment = async () => Number(await slider.getAttribute('aria-valuenow'));
    for (let step = 0; step < 200 && !(await clause.getByText('not yet', { exact: true }).isVisible()); step++) {
      const before = await moment();
      await page.keyboard.press('ArrowLeft');
      // The picture goes along with it.
      await expect.poll(moment).toBeLessThan(before);
    }
    await clause.getByText('not yet', { exact: true }).waitFor();
    expect(new URL(page.url()).searchParams.get('task')).toBeTruthy();
    await page.reload();
    await page.getByText('not yet', { exact: true }).waitFor();
    await slider.focus();
    await page.keyboard.press('Home');
    await page.getByText('Nothing had been sent by then.').waitFor();
    await page.getByText('Graph', { exact: true }).click();
    await page.getByRole('group', { name: /second: Pending/ }).waitFor();
    expect(tab.complaints).toEqual([]);
  });

  it('a failed create is retried from the console', { timeout: 300_000 }, async () => {
    const id = await createInstance(plane.client, built, { behaviour: 'hang' });
    await show(second(id), 'Failed');
    await untilStatus(plane.client, id, 'FAILED', 180_000);
    await page.goto(`${plane.url}/console`);
    await page.getByRole('link', { name: '1 has failed' }).waitFor();
    await page.goto(`${plane.url}/console/runs?phase=Failed`);
    await page
      .getByRole('row', { name: new RegExp(id) })
      .getByRole('link', { name: 'Create' })
      .click();
    await page.getByRole('alert').first().waitFor();
    await show(second(id), 'Ready');
    await page.getByRole('button', { name: 'Retry' }).click();
    await page.getByRole('button', { name: 'second: Succeeded' }).waitFor();
    await page.getByText('× 2').first().waitFor();
    await untilStatus(plane.client, id, 'RUNNING', 180_000);
    await expect.poll(() => page.getByRole('button', { name: 'Retry' }).getAttribute('aria-disabled')).toBe('true');
    expect(tab.complaints).toEqual([]);
  });

  it('an upgrade shows what it touches, goes in waves, halts at a failure that is brought back, and goes on', {
    timeout: 600_000,
  }, async () => {
    const ids: string[] = [];
    for (const upgraded of [READY, READY, FAILED, READY, READY]) ids.push(await createInstance(plane.client, built, { upgraded }));
    for (const id of ids) await untilStatus(plane.client, id, 'RUNNING', 180_000);
    const next = await buildPlan(plane.client, 'Fleet', { text: plan('blue', 'upgraded') });
    await page.goto(`${plane.url}/console/new-upgrade?planId=${built.productTierId}&instances=${ids.join(',')}`);
    const choose = async (label: string, option: RegExp) => {
      await page.getByRole('combobox', { name: label }).click();
      await page.getByRole('option', { name: option }).click();
    };
    await choose('From version', /^1\.0/);
    await choose('To version', /^2\.0/);
    // What there is not is named; what there is is found by words, and chosen.
    const owners = page.getByRole('combobox', { name: 'Only of these organizations' });
    await owners.fill('org-none');
    await page.getByRole('listbox', { name: 'Only of these organizations' }).getByText('Nothing is like that.').waitFor();
    await page.keyboard.press('Enter');
    await page.getByText('There is no org-none.').waitFor();
    await page.keyboard.press('Backspace');
    await page.getByText('There is no org-none.').waitFor({ state: 'detached' });
    const only = page.getByRole('combobox', { name: 'Only these instances' });
    await only.press('Backspace');
    await only.fill(ids[4]?.toUpperCase() ?? '');
    await page.getByRole('option', { name: ids[4] ?? '' }).click();
    await page.getByRole('combobox', { name: 'Further waves' }).fill('2');
    await page.keyboard.press('Enter');
    await page.getByLabel('Watch each wave for').fill('0');
    await page.getByLabel('Halt at failures').fill('1');
    await page.getByLabel('Bring failed instances back', { exact: false }).check();
    await expect.poll(() => page.getByRole('button', { name: 'Start the upgrade' }).getAttribute('aria-disabled')).toBe('true');
    await page.getByRole('button', { name: 'Show what it would touch' }).click();
    await page.getByText('5 in 3 waves: 1, 2, 2').waitFor();
    await page.getByRole('button', { name: 'Start the upgrade' }).click();

    // Each upgrade waits until its objects have been quiet for a while.
    const patient = { timeout: 180_000 };
    await page.getByText('Halted in wave 2', { exact: true }).waitFor(patient);
    await page.getByText('Brought back: complete').waitFor(patient);
    // The first page of the console says that somebody has to decide, and leads here.
    await page.goto(`${plane.url}/console`);
    const decide = page.getByRole('region', { name: 'To decide' });
    await decide.getByText('Halted', { exact: false }).waitFor();
    await decide.getByRole('link', { name: /^Upgrade of .* 1\.0 → 2\.0$/ }).click();
    await page.getByRole('link', { name: new RegExp(`${ids[0]}: Complete`) }).waitFor();
    await page.getByRole('button', { name: 'Resume over this' }).click();
    await page.getByRole('link', { name: new RegExp(`${ids[4]}: Complete`) }).waitFor(patient);
    await until(
      'the path has ended',
      async () => {
        const { upgradePaths } = await plane.client.listFleetUpgradePaths({ query: {} });
        return upgradePaths[0]?.status === 'FAILED' && upgradePaths[0].completedCount === 4;
      },
      PATIENCE_MS,
    );
    await page.getByText('Failed', { exact: true }).first().waitFor();
    expect(next.version).toBe('2.0');
    expect(tab.complaints).toEqual([]);
  });

  it('what somebody else has changed is shown, and taken back', { timeout: 240_000 }, async () => {
    const id = await createInstance(plane.client, built, {});
    await untilStatus(plane.client, id, 'RUNNING', 180_000);
    await cell.patch(second(id), 'merge', { spec: { size: 7 } }, { fieldManager: 'kubectl-patch' });
    await page.goto(`${plane.url}/console/instances/${id}?tab=drift`);
    await page.getByRole('button', { name: 'Look now' }).click();
    await page
      .getByRole('row', { name: /spec\.size/ })
      .getByText('kubectl-patch')
      .waitFor();
    await page.getByRole('checkbox', { name: 'Choose spec.size' }).check();
    await page.getByRole('button', { name: 'Apply our values again' }).click();
    await page.getByText('Its objects are as its workflows have left them.').waitFor();
    expect((await cell.get(second(id)))['spec']).toMatchObject({ size: 3 });
    expect(tab.complaints).toEqual([]);
  });
});
