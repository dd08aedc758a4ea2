/** A control plane with something of each kind in it, and everybody who asks: nobody, a provider, a customer, and an API key of each. */
import { createInstancePath } from '@cellplane/api';
import { type BuiltPlan, buildPlan, type ControlPlane, PROVIDER, startControlPlane, untilStatus } from '../control-plane.testing.js';
import { customersOf, type Wire } from '../customers.testing.js';
import type { Known } from './request.testing.js';

const PLAN = 'examples/postgres-operator/spec.yaml';
const API_KEY_EMAIL = 'apikey@apikeys.invalid';

export interface FuzzWorld {
  plane: ControlPlane;
  /** What is there to be named. */
  known: Known;
  /** The session of one who asks; undefined for nobody. `isOver`: begin another one. */
  sessionOf(who: string, isOver?: boolean): Promise<string | undefined>;
  /** What the server has logged since the last time that is a failure. */
  newTrouble(): string[];
}

/** Starts it. Its log has what is worth a warning. */
export async function startWorld(): Promise<FuzzWorld> {
  const plane = await startControlPlane({ CELLPLANE_LOG_LEVEL: 'warn', CELLPLANE_PORTAL_URL: 'https://portal.example.com' });
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await plane.client.setSecret({ params: { environmentType: 'PROD', name }, body: { value: 'x' } });
  const place = await buildPlan(plane.client, 'Postgres', { file: PLAN }, { environment: 'Production', environmentType: 'PROD' });
  const customers = await customersOf(plane);
  const { provider } = customers;
  const customer = await customers.signUp('fuzz');
  const subscription = await customer.subscribe(place);
  const instance = await customer.createInstance(place, subscription);
  await untilStatus(plane.client, instance, 'RUNNING', 180_000);
  const snapshot = idOf(await customer.call('POST', '/resource-instance/snapshot', { instanceId: instance, targetRegion: '' }));
  const all = { alertTypes: [], environmentTypes: [], eventCategories: [], eventPriorities: [], eventTypes: [] };
  const made = await provider.call('POST', '/fleet/notification-channel', {
    name: 'fuzz',
    subscription: all,
    email: { to: 'ops@example.com' },
  });
  const channel = idOf(made);
  const keys = { provider: await makeKey(provider, 'editor'), customer: await makeKey(customer, 'editor') };
  const progress = await plane.client.describeInstanceProgress({ params: { id: instance } });
  const signIn = async (body: { email: string; password: string }) => (await plane.client.signin({ body })).jwtToken;
  const begin: Record<string, () => Promise<string | undefined>> = {
    nobody: async () => undefined,
    provider: () => signIn(PROVIDER),
    customer: async () => {
      const body = { email: customer.email, password: customer.password, environmentType: 'PROD' };
      return ((await provider.call('POST', '/customer-user-signin', body)).body as { jwtToken: string }).jwtToken;
    },
    'provider-key': () => signIn({ email: API_KEY_EMAIL, password: keys.provider }),
    'customer-key': () => signIn({ email: API_KEY_EMAIL, password: keys.customer }),
  };
  const sessions = new Map<string, string | undefined>();
  let told = 0;
  return {
    plane,
    known: {
      ...place,
      serviceID: place.serviceId,
      serviceEnvironmentId: place.environmentId,
      serviceEnvironmentID: place.environmentId,
      productTierID: place.productTierId,
      ProductTierId: place.productTierId,
      instanceId: instance,
      instanceID: instance,
      id: instance,
      subscriptionId: subscription,
      snapshotId: snapshot,
      sourceSnapshotId: snapshot,
      userId: customer.userId,
      organizationId: customer.orgId,
      orgId: customer.orgId,
      email: customer.email,
      environmentType: 'PROD',
      cloudProviderName: 'aws',
      verb: 'backup',
      name: 'BACKUP_ACCESS_KEY_ID',
      'service/': place.serviceId,
      'environment/': place.environmentId,
      'product-tier/': place.productTierId,
      'snapshot/': snapshot,
      'subscription/': subscription,
      'user/': customer.userId,
      'notification-channel/': channel,
      'service-workflows/': progress.run?.id ?? 'none',
      'workflows/': progress.run?.id ?? 'none',
      ...(await offered(plane, place)),
    },
    async sessionOf(who, isOver = false) {
      if (isOver || !sessions.has(who)) sessions.set(who, await begin[who]?.());
      return sessions.get(who);
    },
    newTrouble() {
      const lines = plane.log().split('\n');
      const fresh = lines.slice(told, -1);
      told = lines.length - 1;
      return fresh.filter(isTrouble);
    },
  };
}

/** What is worth a line, and no failure: of somebody else, or of a machine that is busy just then. */
const EXPECTED =
  /refused requests of one address were not kept|a notification was given up|a mail could not be sent|does not answer|could not be (?:checked|leased|renewed|started again)/;

/** A line of the log that tells of a failure; or what is no line of the log, such as the last words of Node.js. */
function isTrouble(line: string): boolean {
  if (line === '' || line.includes(' is ready at ')) return false;
  return !EXPECTED.test(line);
}

function idOf({ body }: { body: unknown }): string {
  return (body as { id: string }).id;
}

async function makeKey(of: Wire, roleType: string): Promise<string> {
  return ((await of.call('POST', '/api-key', { name: 'fuzz', roleType })).body as { key: string }).key;
}

/** Path parameters that create an instance of the plan. */
async function offered({ client }: ControlPlane, { serviceId, productTierId }: BuiltPlan): Promise<Known> {
  const service = await client.describeServiceOffering({ params: { serviceId }, query: {} });
  const offering = service.offerings.find((one) => one.productTierID === productTierId);
  const resource = offering?.resourceParameters[0];
  if (offering === undefined || resource === undefined) throw new Error('the plan is not offered');
  return createInstancePath(service, offering, resource);
}
