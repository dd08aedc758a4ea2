import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { WIDGET_CRD } from './explained/fixture.testing.js';
import { FIXTURES } from './explained/fixtures.testing.js';
import { tell, wanted } from './explained/told.testing.js';
import { type ExplainedWorld, openExplainedWorld } from './explained/world.testing.js';
import { kubeconfig, kubectl, kubectlSucceeds } from './real-cluster.testing.js';

// The same states as on the simulated cell, and the same words, from a real API server, scheduler, kubelet and volume controller.
/** Needs an image that runs; the real cell has none of that name. */
const SIMULATED_ONLY = 'a container crashes again and again';
const PATIENCE_MS = 120_000;

const database = await testDatabase({ poolSize: 20 });
let world: ExplainedWorld | undefined;

beforeAll(async () => {
  await withoutWidgets();
  await withoutWebhooks();
  world = await openExplainedWorld(database, kubeconfig());
  await world.others.client.create(WIDGET_CRD);
  await kubectl('wait', '--for=condition=Established', 'crd/widgets.explained.test', '--timeout=60s');
});

afterAll(async () => {
  const instances = world?.instances ?? [];
  await world?.stop();
  if (instances.length > 0) await kubectl('delete', 'namespace', ...instances, '--ignore-not-found', '--wait=false');
  await withoutWidgets();
  await withoutWebhooks();
});

/** The CRD and its objects go, whatever finalizers the fixtures have left on them. */
async function withoutWidgets(): Promise<void> {
  if (!(await kubectlSucceeds('get', 'crd', 'widgets.explained.test'))) return;
  const places = await kubectl('get', 'widgets.explained.test', '-A', '-o', 'jsonpath={range .items[*]}{.metadata.namespace}{"\\n"}{end}');
  // One that has gone meanwhile is what is wanted; any other failure shows in the delete of the CRD.
  for (const place of places.split('\n').filter(Boolean))
    await kubectlSucceeds('patch', 'widgets.explained.test', 'db', '-n', place, '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
  await kubectl('delete', 'crd', 'widgets.explained.test', '--ignore-not-found', '--timeout=120s');
}

/** The webhooks of the fixtures, those of an interrupted run included. */
async function withoutWebhooks(): Promise<void> {
  for (const name of ['refused', 'away'])
    await kubectl('delete', 'validatingwebhookconfiguration', `${name}.explained.test`, '--ignore-not-found');
}

describe.concurrent('on a real cluster an instance explains itself when', () => {
  it.each(FIXTURES.filter(({ title }) => title !== SIMULATED_ONLY).map((fixture) => [fixture.title, fixture] as const))(
    '%s',
    async (_, fixture) => {
      expect(await tell(world as ExplainedWorld, fixture, PATIENCE_MS)).toEqual(wanted(fixture));
    },
    3 * PATIENCE_MS,
  );
});
