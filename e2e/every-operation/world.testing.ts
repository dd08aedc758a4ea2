/** A control plane with everybody in it who asks, for the journeys that call every operation. */
import { type Client, createInstancePath } from '@cellplane/api';
import { type BuiltPlan, buildPlan, type ControlPlane, PROVIDER, startControlPlane, until } from '../control-plane.testing.js';
import { startWitness, type Witness } from './witness.testing.js';

export const PLAN = 'examples/postgres-operator/spec.yaml';
export const PORTAL = 'https://portal.example.com';
export const REDIRECT = `${PORTAL}/idp-auth`;

export interface Person {
  client: Client;
  email: string;
  password: string;
  userId: string;
  orgId: string;
}

export interface World {
  plane: ControlPlane;
  witness: Witness;
  nobody: Client;
  provider: Client;
  providerUser: { userId: string; orgId: string };
  /** A customer with a subscription of the plan. */
  ada: Person & { subscription: string };
  plan: BuiltPlan;
  /** Signs up and in. */
  customer: (name: string) => Promise<Person>;
  /** The token in the latest mail to an address. */
  mailed: (to: string) => Promise<string>;
  stop(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  const plane = await startControlPlane({
    CELLPLANE_PORTAL_URL: PORTAL,
    CELLPLANE_SSO_PRIVATE_ADDRESSES: 'true',
    CELLPLANE_WEBHOOK_PRIVATE_TARGETS: 'true',
    CELLPLANE_LOG_LEVEL: 'warn',
  });
  const witness = startWitness(plane.url);
  const nobody = witness.as('public');
  const { jwtToken } = await nobody.signin({ body: PROVIDER });
  const provider = witness.as('provider', () => jwtToken);
  const { id: userId, orgId } = await provider.describeUser({});
  for (const name of ['BACKUP_ACCESS_KEY_ID', 'BACKUP_SECRET_ACCESS_KEY'])
    await provider.setSecret({ params: { environmentType: 'PROD', name }, body: { value: 'x' } });
  const plan = await buildPlan(provider, 'Postgres', { file: PLAN }, { environment: 'Production', environmentType: 'PROD' });

  /** A mail is kept with the account that it is about; what it says is in the list for portals. */
  async function mailed(to: string): Promise<string> {
    const { events } = await provider.listMailEvents({ query: { environmentType: 'PROD' } });
    const payload = events.findLast(({ userEmail }) => userEmail === to)?.eventPayload as { token?: string } | undefined;
    if (payload?.token === undefined) throw new Error(`no mail to ${to} has a token: ${JSON.stringify(events).slice(0, 400)}`);
    return payload.token;
  }

  async function customer(name: string): Promise<Person> {
    const [email, password] = [`${name}@customers.example`, `a long password of ${name}`];
    await provider.customerSignup({ body: { name, email, password, legalCompanyName: `${name} Inc` } });
    await nobody.validateToken({ body: { email, token: await mailed(email) } });
    const signedIn = await provider.customerSignin({ body: { email, password, environmentType: 'PROD' } });
    const client = witness.as('customer', () => signedIn.jwtToken ?? '');
    const user = await client.describeUser({});
    return { client, email, password, userId: user.id, orgId: user.orgId };
  }

  const person = await customer('ada');
  const subscription = await person.client.customerSubscribe({ body: { serviceId: plan.serviceId, productTierId: plan.productTierId } });
  return {
    plane,
    witness,
    nobody,
    provider,
    providerUser: { userId, orgId },
    ada: { ...person, subscription },
    plan,
    customer,
    mailed,
    stop: async () => void (await plane.stop()),
  };
}

/** Path parameters of operations on instances of the plan, as a customer names them. */
export async function urlKeys(client: Client, { serviceId, productTierId }: BuiltPlan) {
  const { services } = await client.listServiceOfferings({ query: {} });
  const service = services.find((one) => one.serviceId === serviceId);
  const offering = service?.offerings.find((one) => one.productTierID === productTierId);
  const resource = offering?.resourceParameters[0];
  if (service === undefined || offering === undefined || resource === undefined) throw new Error('the plan is not offered');
  return createInstancePath(service, offering, resource);
}

/** Waits until an instance has this status and nothing acts on it. */
export async function reaches(client: Client, id: string, status: string): Promise<void> {
  let seen = '';
  await until(
    `instance ${id} is ${status}`,
    async () => {
      const progress = await client.describeInstanceProgress({ params: { id } });
      seen = JSON.stringify(progress.run?.waitingFor ?? progress.statusDescription ?? progress.status);
      if (progress.status === 'FAILED') throw new Error(`instance ${id} FAILED: ${progress.statusDescription}`);
      return progress.status === status && progress.final;
    },
    180_000,
    () => seen,
  );
}
