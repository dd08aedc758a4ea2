/** Customers of a running control plane, signed up and signed in over the wire as the portal does it. */
import { type ControlPlane, PROVIDER } from './control-plane.testing.js';

const PREFIX = '/2022-09-01-00';

export interface Answer {
  status: number;
  text: string;
  body: unknown;
}

/** Somebody with a token. */
export interface Wire {
  /** A path as it stands in the operation table. */
  ask(method: string, path: string, body?: unknown): Promise<Answer>;
  /** A path below the version's segment; throws unless it succeeds. */
  call(method: string, path: string, body?: unknown): Promise<Answer>;
}

export interface Customer extends Wire {
  email: string;
  password: string;
  userId: string;
  orgId: string;
  /** Answers the subscription's id. */
  subscribe(plan: { serviceId: string; productTierId: string }): Promise<string>;
  /** Answers the instance's id. */
  createInstance(plan: { serviceId: string; productTierId: string }, subscriptionId: string): Promise<string>;
}

interface Offering {
  productTierID: string;
  productTierURLKey: string;
  serviceAPIVersion: string;
  serviceEnvironmentURLKey: string;
  serviceModelURLKey: string;
  resourceParameters: { urlKey: string }[];
}

/** Signs up, validates and signs in. */
export async function customersOf(plane: ControlPlane): Promise<{
  provider: Wire;
  signUp(name: string): Promise<Customer>;
  /** A customer who is signed in already. */
  as(token: string): Pick<Customer, 'subscribe' | 'createInstance'>;
}> {
  const wire = (token?: string): Wire => {
    const ask = async (method: string, path: string, body?: unknown): Promise<Answer> => {
      const answer = await fetch(`${plane.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        ...(body === undefined || method === 'GET' ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.text();
      return { status: answer.status, text, body: text === '' ? undefined : tried(text) };
    };
    return {
      ask,
      async call(method, path, body) {
        const answer = await ask(method, path.startsWith('/api/') ? path : `${PREFIX}${path}`, body);
        if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`);
        return answer;
      },
    };
  };
  const { jwtToken } = (await wire().call('POST', '/signin', PROVIDER)).body as { jwtToken: string };
  const provider = wire(jwtToken);
  return {
    provider,
    as: (token) => doors(wire(token)),
    async signUp(name) {
      const email = `${name}@customers.example`;
      const password = `a long password of ${name}`;
      await provider.call('POST', '/customer-user-signup', { name, email, password, legalcompanyname: `${name} Inc` });
      const token = await mailedToken(provider, email);
      await wire().call('POST', '/validate-token', { email, token });
      const signedIn = await provider.call('POST', '/customer-user-signin', { email, password, environmentType: 'PROD' });
      const own = wire((signedIn.body as { jwtToken: string }).jwtToken);
      const { id: userId, orgId } = (await own.call('GET', '/user')).body as { id: string; orgId: string };
      return { ...own, email, password, userId, orgId, ...doors(own) };
    },
  };
}

function doors(own: Wire): Pick<Customer, 'subscribe' | 'createInstance'> {
  return {
    async subscribe({ serviceId, productTierId }) {
      return (await own.call('POST', '/subscription', { serviceId, productTierId })).body as string;
    },
    async createInstance({ serviceId, productTierId }, subscriptionId) {
      const { body } = await own.call('GET', '/service-offering');
      const { services } = body as {
        services: { serviceId: string; serviceProviderId: string; serviceURLKey: string; offerings: Offering[] }[];
      };
      const service = services.find((one) => one.serviceId === serviceId);
      const offering = service?.offerings.find((one) => one.productTierID === productTierId);
      if (service === undefined || offering === undefined) throw new Error('the plan is not offered');
      const path = [
        service.serviceProviderId,
        service.serviceURLKey,
        offering.serviceAPIVersion,
        offering.serviceEnvironmentURLKey,
        offering.serviceModelURLKey,
        offering.productTierURLKey,
        offering.resourceParameters[0]?.urlKey,
      ].join('/');
      const created = await own.call('POST', `/resource-instance/${path}?subscriptionId=${subscriptionId}`, { requestParams: {} });
      return (created.body as { id: string }).id;
    },
  };
}

/** The token in the mail to an address, as a portal reads it that sends the mails. */
async function mailedToken(provider: Wire, to: string): Promise<string> {
  const { events } = (await provider.call('GET', '/fleet/events?environmentType=PROD')).body as {
    events: { userEmail: string; eventPayload: { token?: string } }[];
  };
  const token = events.find((one) => one.userEmail === to)?.eventPayload.token;
  if (token === undefined) throw new Error(`there is no mail to ${to} with a token: ${JSON.stringify(events).slice(0, 500)}`);
  return token;
}

function tried(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
