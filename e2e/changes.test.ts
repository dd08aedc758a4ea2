/** The stream of what has changed, over the real wire: who hears of what, going on after a break, and after a server was killed. */
import { type ChangesMessage, createClient } from '@cellplane/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPlan, type BuiltPlan, type ControlPlane, startControlPlane, until } from './control-plane.testing.js';
import { type Customer, customersOf } from './customers.testing.js';

/** For what the server says of by itself. Milliseconds. */
const PATIENCE_MS = 180_000;

let plane: ControlPlane;
let plan: BuiltPlan;
let [anna, bob]: Customer[] = [];
const open: { leave: () => Promise<void> }[] = [];

beforeAll(async () => {
  plane = await startControlPlane();
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await plane.client.setSecret({ params: { environmentType: 'PROD', name }, body: { value: 'x' } });
  const spec = { file: 'examples/postgres-operator/spec.yaml' };
  plan = await buildPlan(plane.client, 'Postgres', spec, { environment: 'Production', environmentType: 'PROD' });
  const customers = await customersOf(plane);
  anna = await customers.signUp('anna');
  bob = await customers.signUp('bob');
}, 300_000);
afterAll(async () => {
  await Promise.all(open.map((one) => one.leave()));
  await plane?.stop();
});

async function clientOf({ email, password }: { email: string; password: string }) {
  const { jwtToken } = await plane.client.customerSignin({ body: { email, password, environmentType: 'PROD' } });
  return createClient({ baseUrl: plane.url, token: () => jwtToken });
}

/** Reads a stream in the background until it is left, or breaks off. */
function listen(client: Pick<ReturnType<typeof createClient>, 'followChanges'>, options: { after?: string; instances?: string[] } = {}) {
  const leaving = new AbortController();
  const heard: ChangesMessage[] = [];
  let end = 'it goes on';
  const ended = (async () => {
    try {
      for await (const message of client.followChanges({ ...options, signal: leaving.signal })) heard.push(message);
      end = 'it was ended';
    } catch (error) {
      // Left, or the server was killed.
      end = String(error);
    }
  })();
  const one = {
    heard,
    ended,
    place: () => heard.findLast((message): message is ChangesMessage & { id: string } => 'id' in message && message.id !== '')?.id ?? '',
    changes: () => heard.flatMap((message) => (message.event === 'change' ? [message.data] : [])),
    leave: () => (leaving.abort(), ended),
    hears: (what: string, is: (message: ChangesMessage) => boolean) =>
      until(
        what,
        async () => heard.some(is),
        PATIENCE_MS,
        () => `${JSON.stringify(heard)}; ${end}`,
      ),
  };
  open.push(one);
  return one;
}

const isReady = ({ event }: ChangesMessage) => event === 'ready';

it('tells everybody what has changed of their own, and nobody else', { timeout: 600_000 }, async () => {
  if (anna === undefined || bob === undefined) throw new Error('nobody has signed up');
  const [provider, annas, bobs] = [listen(plane.client), listen(await clientOf(anna)), listen(await clientOf(bob))];
  for (const one of [provider, annas, bobs]) await one.hears('the begin', isReady);
  const subscriptionId = await anna.subscribe(plan);
  // A new subscription is another reach: her stream ends, and goes on where it was.
  await annas.ended;
  const again = listen(await clientOf(anna), { after: annas.place() });
  await again.hears(
    'the subscription',
    ({ event, data }) => event === 'change' && data.noun === 'subscriptions' && data.id === subscriptionId,
  );
  const id = await anna.createInstance(plan, subscriptionId);
  const isRunning = (message: ChangesMessage) => message.event === 'change' && message.data.id === id && message.data.status === 'RUNNING';
  await again.hears('the instance', isRunning);
  await provider.hears('the instance', isRunning);
  await provider.hears('its run', ({ event, data }) => event === 'change' && data.noun === 'runs' && data.instanceId === id);
  // Bob hears what comes after all of it, and so has heard all that is for him.
  const bobsSubscription = await bob.subscribe(plan);
  await bobs.ended;
  const bobsAgain = listen(await clientOf(bob), { after: bobs.place() });
  await bobsAgain.hears('his subscription', ({ event, data }) => event === 'change' && data.id === bobsSubscription);
  const his = JSON.stringify([...bobs.heard, ...bobsAgain.heard]);
  for (const foreign of [id, subscriptionId, anna.orgId, anna.userId]) expect(his).not.toContain(foreign);
});

it('tells the provider of cells, secrets and plans, and customers of the catalogue alone', { timeout: 600_000 }, async () => {
  if (bob === undefined) throw new Error('nobody has signed up');
  const [provider, bobs] = [listen(plane.client), listen(await clientOf(bob))];
  for (const one of [provider, bobs]) await one.hears('the begin', isReady);
  const hears = (what: string, noun: string, id: string) =>
    provider.hears(what, ({ event, data }) => event === 'change' && data.noun === noun && data.id === id);
  await plane.client.setSecret({ params: { environmentType: 'PROD', name: 'TOLD_OF' }, body: { value: 'never told' } });
  await hears('the secret', 'secrets', 'TOLD_OF');
  await plane.client.deleteSecret({ params: { environmentType: 'PROD', name: 'TOLD_OF' } });
  await until('the delete of it', async () => provider.changes().filter(({ id }) => id === 'TOLD_OF').length === 2, PATIENCE_MS);
  const [cell] = (await plane.client.listDeploymentCells({})).deploymentCells;
  if (cell === undefined) throw new Error('there is no cell');
  const facts = { deployment: { tlsServerCertificateSecretName: 'told-of' } };
  await plane.client.setCellFacts({ params: { cell: cell.key }, body: { facts } });
  await hears('the cell', 'cells', cell.id);
  const { serviceId: id } = plan;
  await plane.client.updateService({ params: { id }, body: { description: 'Told of' } });
  await hears('the product', 'plans', id);
  // The catalogue comes last, so what bob was to hear of the others he would have heard.
  await bobs.hears('that the catalogue is another one', ({ event, data }) => event === 'change' && data.noun === 'plans');
  expect(new Set(bobs.changes().map(({ noun }) => noun))).toEqual(new Set(['plans']));
  expect(JSON.stringify([...provider.heard, ...bobs.heard])).not.toContain('never told');
  for (const foreign of ['TOLD_OF', cell.id]) expect(JSON.stringify(bobs.heard)).not.toContain(foreign);
});

it('sends the progress of the instances that are asked for, and refuses foreign ones without ending', { timeout: 600_000 }, async () => {
  if (anna === undefined || bob === undefined) throw new Error('nobody has signed up');
  const own = await clientOf(anna);
  const [instance] = (await own.customerListInstances({ query: {} })).resourceInstances;
  const id = instance?.id ?? '';
  const annas = listen(own, { instances: [id] });
  await annas.hears('the progress', ({ event, data }) => event === 'progress' && data.instanceId === id && data.status === 'RUNNING');
  const bobs = listen(await clientOf(bob), { instances: [id, 'instance-nothing'] });
  await bobs.hears('the refusal', ({ event, data }) => event === 'refused' && data.instanceId === id);
  await bobs.hears('the other refusal', ({ event, data }) => event === 'refused' && data.instanceId === 'instance-nothing');
  expect(JSON.stringify(bobs.heard)).not.toContain('progress');
  const many = Array.from({ length: 21 }, (_, n) => `instance-${n}`);
  await expect(own.followChanges({ instances: many })[Symbol.asyncIterator]().next()).rejects.toMatchObject({ status: 400 });
});

it('goes on where it was after the server was killed; a place that is not ours is a gap', { timeout: 900_000 }, async () => {
  if (anna === undefined) throw new Error('nobody has signed up');
  const own = await clientOf(anna);
  const before = listen(own);
  await before.hears('the begin', isReady);
  const place = before.place();
  await plane.crashAndRestart();
  await before.ended;
  // The stop is told while nobody listens.
  const [instance] = (await own.customerListInstances({ query: {} })).resourceInstances;
  const { serviceId, environmentId } = plan;
  await plane.client.stopInstance({
    params: { serviceId, environmentId, instanceId: instance?.id ?? '' },
    body: { resourceId: instance?.resourceID ?? '' },
  });
  const after = listen(own, { after: place });
  await after.hears('what was missed', ({ event, data }) => event === 'change' && data.noun === 'instances' && data.id === instance?.id);
  expect(after.heard[0]).toMatchObject({ event: 'ready', id: place });
  for (const wrong of ['999999999', 'x', "1' or 1=1"]) {
    const gap = listen(own, { after: wrong });
    await gap.hears(`a gap for ${wrong}`, ({ event }) => event === 'gap');
  }
});

it('is for people with a session', async () => {
  expect((await fetch(`${plane.url}/api/events/stream`)).status).toBe(401);
});
