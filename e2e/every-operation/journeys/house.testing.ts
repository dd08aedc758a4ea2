/** What a provider sets up beside its products, and what it looks up afterwards. */
import { readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { groupState, killGroup } from '../../../packages/server/src/exec/process-group.js';
import type { SimulatorProcess } from '../../../packages/server/src/exec/simulator-process.js';
import { buildPlan, createInstance, until } from '../../control-plane.testing.js';
import { FIRST, SECOND, widgets } from '../../widget-plan.testing.js';
import { reaches, type World } from '../world.testing.js';

export async function domains({ provider, nobody }: World): Promise<void> {
  const { settings } = await provider.describeServer({});
  expect(settings.find(({ name }) => name === 'CELLPLANE_SIGN_UP')).toMatchObject({ fallback: 'open', isSecret: false });
  await provider.createPortalDomain({
    body: { customDomain: 'portal.customers.invalid', environmentType: 'PROD', name: 'portal', description: 'ours' },
  });
  await provider.updatePortalDomain({ params: { environmentType: 'PROD' }, body: { description: 'of all customers' } });
  expect((await provider.listPortalDomains({})).customDomains).toMatchObject([{ description: 'of all customers' }]);
  await provider.checkPortalDomain({ params: { environmentType: 'PROD' } });
  await provider.updatePortal({ params: { environmentType: 'Production' }, body: { customDomain: 'other.customers.invalid' } });
  expect((await provider.listPortals({})).saasPortals).toMatchObject([
    { environmentType: 'PROD', customDomain: 'other.customers.invalid' },
  ]);
  await provider.updatePortalTheme({ body: { name: 'Orders', accent: '#0753da', links: { support: 'mailto:help@example.com' } } });
  expect(await nobody.describePortalTheme({ query: {} })).toMatchObject({
    name: 'Orders',
    links: { support: 'mailto:help@example.com' },
  });
  await provider.updatePortalTheme({ body: { name: '', accent: '', links: { support: '' } } });
  await provider.deletePortalDomain({ params: { environmentType: 'PROD' } });
}

export async function notifications({ provider, plan }: World): Promise<void> {
  const received: string[] = [];
  const receiver = createServer((request, response) => {
    received.push(request.url ?? '');
    request.resume().on('end', () => response.end('{}'));
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void receiver.close());
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  const all = { alertTypes: [], environmentTypes: [], eventCategories: [], eventPriorities: [], eventTypes: [] };
  await provider.listEventCategoryTypes({});
  const id = await provider.createNotificationChannel({
    body: { name: 'ops', subscription: all, webhook: { method: 'POST', url, headers: { 'x-team': 'ops' } } },
  });
  expect((await provider.listNotificationChannels({})).channels).toMatchObject([{ id }]);
  await provider.updateNotificationChannel({ params: { id }, body: { name: 'operations' } });
  expect(await provider.describeNotificationChannel({ params: { id } })).toMatchObject({ name: 'operations' });
  await provider.setSigningSecret({ params: { id }, body: { signingSecret: 'a-signing-secret-of-32-characters' } });
  await provider.testNotificationChannel({ params: { id } });
  let sent = '';
  await until(
    'the test was sent',
    async () => {
      const { events } = await provider.listChannelEvents({ params: { id }, query: {} });
      sent = events.find(({ publicationStatus }) => publicationStatus === 'DELIVERED')?.id ?? '';
      return sent !== '';
    },
    120_000,
    async () => JSON.stringify(await provider.listChannelEvents({ params: { id }, query: {} })),
  );
  await provider.replayNotificationEvent({ params: { id: sent } });
  await provider.listServiceProviderEvents({ query: { serviceID: plan.serviceId } });
  await provider.deleteNotificationChannel({ params: { id } });
}

export async function audit({ provider }: World): Promise<void> {
  const { events } = await provider.listAuditEvents({ query: {} });
  await provider.describeAuditEvent({ params: { id: events[0]?.id ?? '' } });
  expect(await provider.verifyAuditTrail({ query: {} })).toMatchObject({ intact: true });
  const lines: string[] = [];
  for await (const line of await provider.exportAuditTrail({ query: {} })) lines.push(line);
  expect(lines.length).toBeGreaterThan(10);
}

export async function mails({ provider }: World): Promise<void> {
  await provider.describeRetention({});
  const { mails: kept } = await provider.listMails({ query: {} });
  await provider.describeMail({ params: { id: kept[0]?.id ?? '' } });
  const kind = 'AccountSuspended';
  const { texts } = await provider.listMailTexts({});
  expect(texts.find((text) => text.kind === kind)).toMatchObject({ isOwn: false, audience: 'customer' });
  const own = await provider.updateMailText({ params: { kind }, body: { subject: 'Closed', body: 'Hello {{user_name}}, write to us.' } });
  expect(own).toMatchObject({ subject: 'Closed', isOwn: true });
  expect((await provider.previewMailText({ params: { kind }, body: {} })).text).toContain('Hello Ada, write to us.');
  expect(await provider.testMailText({ params: { kind }, body: {} })).toMatchObject({ isSent: false });
  expect(await provider.resetMailText({ params: { kind } })).toMatchObject({ isOwn: false });
  const { events } = await provider.listMailEvents({ query: { environmentType: 'PROD' } });
  await provider.acknowledgeMailEvent({ params: { id: events[0]?.eventID ?? '' } });
}

export async function secrets({ provider }: World): Promise<void> {
  const one = { environmentType: 'DEV', name: 'A_KEY' };
  await provider.setSecret({ params: one, body: { value: 'hidden' } });
  await provider.getSecret({ params: one });
  await provider.listSecrets({ params: { environmentType: 'DEV' } });
  await provider.deleteSecret({ params: one });
}

export async function cells({ provider }: World): Promise<void> {
  const { deploymentCells } = await provider.listDeploymentCells({});
  const cell = deploymentCells[0]?.key ?? '';
  await provider.describeDeploymentCell({ params: { cell } });
  await provider.compareDeploymentCell({ params: { cell } });
  await provider.setCellFacts({ params: { cell }, body: { facts: {} } });
  await provider.getCellFacts({ params: { cell } });
}

/** An operator whose next version would take something from an instance. */
export async function operatorGuard({ provider }: World): Promise<void> {
  const first = await buildPlan(provider, 'Widgets', { text: widgets('Widgets', '1.0.0', FIRST) });
  await reaches(provider, await createInstance(provider, first, {}), 'RUNNING');
  const { version, productTierId } = await buildPlan(provider, 'Widgets', { text: widgets('Widgets', '2.0.0', SECOND) });
  const cell = 'default';
  const seen = await provider.describeOperatorGuard({ params: { cell }, query: { productTierId, version } });
  const findings = seen.charts.flatMap((chart) => chart.findings.filter(({ refuses }) => refuses).map(({ key }) => key));
  expect(findings).toEqual(['field-removed widgets.operators.example.com spec.legacy']);
  expect(await provider.allowOperatorUpgrade({ params: { cell }, body: { productTierId, version, findings } })).toMatchObject({
    refused: false,
  });
}

/** The simulated cell begins anew, with nothing in it, at the address of the one before: last of all. */
export async function otherCluster({ provider, plane }: World): Promise<void> {
  const folder = join(plane.dataDir, 'simulated-cell');
  // While there is no server: it would start the cell again in the folder that is removed.
  await plane.crashAndRestart(async () => {
    const { group } = JSON.parse(await readFile(join(folder, 'process.json'), 'utf8')) as SimulatorProcess;
    killGroup(group.pgid);
    await until('the simulated cell has ended', async () => groupState(group) !== 'alive', 60_000);
    await rm(folder, { recursive: true });
  });
  const { deploymentCells } = await provider.listDeploymentCells({});
  const cell = deploymentCells[0]?.key ?? '';
  let other = '';
  await until(
    'the other cluster is seen',
    async () => (other = (await provider.describeDeploymentCell({ params: { cell } })).otherClusterUid ?? '') !== '',
    180_000,
    async () => JSON.stringify(await provider.describeDeploymentCell({ params: { cell } })),
  );
  await provider.acceptDeploymentCellCluster({ params: { cell }, body: { clusterUid: other } });
}
