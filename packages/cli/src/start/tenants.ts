/** The example's two customers, each an organization with one user and a subscription of the example plan. */
import { type Client, createClient, ResponseError } from '@cellplane/api/client';
import { type Credentials, CUSTOMERS } from './credentials.js';
import type { ExamplePlan } from './example.js';

export interface Tenant {
  company: string;
  email: string;
  /** Absent where the kept one does not let them in: somebody has changed it, or has suspended the account. */
  password?: string;
  subscriptionId: string;
}

const PAGE = 500;

/** Makes what is missing of the customers; what an earlier start has made stays. Answers them in the order of `CUSTOMERS`. */
export async function ensureTenants(
  url: string,
  provider: Client,
  plan: ExamplePlan,
  signIns: readonly Credentials[],
): Promise<[Tenant, Tenant]> {
  const [first, second] = CUSTOMERS.map(async (customer): Promise<Tenant> => {
    const { email, company } = customer;
    const kept = signIns.find((one) => one.email === email);
    if (kept === undefined) throw new Error(`no sign-in of ${email} is kept`);
    const { userId, isNew } = await ensureCustomer(provider, { ...customer, password: kept.password });
    const subscriptionId = await ensureSubscription(provider, plan, { userId, email });
    const isRight = isNew || (await letsIn(url, kept));
    return { company, email, subscriptionId, ...(isRight ? { password: kept.password } : {}) };
  });
  if (first === undefined || second === undefined) throw new Error('the example has two customers');
  return Promise.all([first, second]);
}

/** Two starts at once make one customer: whoever comes second finds it. */
async function ensureCustomer(
  provider: Client,
  { email, name, company, password }: (typeof CUSTOMERS)[number] & Credentials,
): Promise<{ userId: string; isNew: boolean }> {
  const before = await findCustomer(provider, email);
  if (before !== undefined) return { userId: before, isNew: false };
  // The address is taken for confirmed: nobody could answer a mail to it.
  const body = { email, name, password, legalCompanyName: company, enableAutoVerification: true };
  const made = await unless('user-exists', provider.createConsumptionUser({ body }));
  const userId = made ?? (await findCustomer(provider, email));
  if (userId === undefined) throw new Error(`customer ${email} has just been deleted; start again`);
  return { userId, isNew: made !== undefined };
}

async function findCustomer(provider: Client, email: string): Promise<string | undefined> {
  for (let token: string | undefined; ; ) {
    const query = { excludeStats: true, pageSize: PAGE, ...(token === undefined ? {} : { nextPageToken: token }) };
    const { users, nextPageToken } = await provider.listAllUsers({ query });
    const found = users.find((user) => user.email === email);
    if (found !== undefined || nextPageToken === undefined) return found?.userId;
    token = nextPageToken;
  }
}

/** The plan is in a private environment: a customer has it because the provider subscribes on their behalf. */
async function ensureSubscription(
  provider: Client,
  { serviceId, environmentId, productTierId }: ExamplePlan,
  { userId, email }: { userId: string; email: string },
): Promise<string> {
  const find = async () =>
    (await provider.describeOrgUser({ params: { userId } })).subscriptions.find(
      (one) => one.productTierId === productTierId && one.roleType === 'root' && ['ACTIVE', 'SUSPENDED'].includes(one.status),
    )?.subscriptionId;
  const before = await find();
  if (before !== undefined) return before;
  const body = { productTierId, onBehalfOfCustomerUserId: userId };
  const made = await unless('already-subscribed', provider.createSubscription({ params: { serviceId, environmentId }, body }));
  const id = made?.id ?? (await find());
  if (id === undefined) throw new Error(`the subscription of ${email} has just ended; start again`);
  return id;
}

/** True if the password is still the customer's, who may have a second factor beside it. Leaves no session. */
export async function letsIn(url: string, { email, password }: Credentials): Promise<boolean> {
  try {
    const { jwtToken } = await createClient({ baseUrl: url }).signin({ body: { email, password } });
    await createClient({ baseUrl: url, token: jwtToken }).logout({});
    return true;
  } catch (error) {
    if (error instanceof ResponseError && error.status < 500) return error.body.secondFactor !== undefined;
    throw error;
  }
}

/** Undefined where the server refuses by this code. */
async function unless<T>(code: string, asked: Promise<T>): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ResponseError && error.body.code === code) return undefined;
    throw error;
  }
}
