/** The whole server in this process, over the real wire, and the steps that tests of it begin with. */
import { type Client, createClient, createInstancePath } from '@cellplane/api';
import { base64 } from './catalog/catalog.testing.js';
import { type Server, startServer } from './compose.js';
import { type Config, readConfig } from './config.js';
import { until } from './engine/engine.testing.js';
import { silentLogger } from './log.js';

const SIGN_IN = { email: 'ops@example.com', password: 'a password of tests' };

export interface WholeServer {
  server: Server;
  config: Config;
  /** Of the provider, signed in. */
  client: Client;
}

/** Starts a server on any free port. The settings name its database and its data directory. */
export async function startWholeServer(settings: Record<string, string>): Promise<WholeServer> {
  const config = readConfig({
    CELLPLANE_PORT: '0',
    CELLPLANE_PROVIDER_EMAIL: SIGN_IN.email,
    CELLPLANE_PROVIDER_PASSWORD: SIGN_IN.password,
    ...settings,
  });
  const server = await startServer({ config, log: silentLogger, version: '0.0.0', onFatal: () => {} });
  const pair = await createClient({ baseUrl: server.url }).signin({ body: SIGN_IN });
  return { server, config, client: createClient({ baseUrl: server.url, token: () => pair.jwtToken }) };
}

/** Builds and releases a version of a plan in the environment Dev of the product of this name. */
export async function releasePlan(client: Client, name: string, spec: string) {
  const body = {
    name,
    environment: 'Dev',
    environmentType: 'DEV',
    fileContent: base64(spec),
    dryrun: false,
    release: true,
    releaseAsPreferred: true,
  };
  const { serviceID, serviceEnvironmentID, productTierID } = await client.buildServicePlanSpec({ body });
  return { serviceId: serviceID, environmentId: serviceEnvironmentID, planId: productTierID };
}

/** What the instance does when nothing more changes by itself; rejects if it is FAILED. */
export async function settledInstance(client: Client, id: string) {
  return until(async () => {
    const progress = await client.describeInstanceProgress({ params: { id } });
    if (progress.status === 'FAILED') throw new Error(`${id} FAILED: ${progress.statusDescription}`);
    return progress.final ? progress : undefined;
  }, `${id} to be settled`);
}

/** Creates an instance of the product's first plan, and answers its id once it is settled. */
export async function createSettled(client: Client, serviceId: string, requestParams: object = {}): Promise<string> {
  const service = await client.describeServiceOffering({ params: { serviceId }, query: {} });
  const [offering] = service.offerings;
  const [resource] = offering?.resourceParameters ?? [];
  if (offering === undefined || resource === undefined) throw new Error('the plan is not offered');
  const params = createInstancePath(service, offering, resource);
  const { id } = await client.createInstance({ params, body: { cloud_provider: 'aws', region: 'us-east-1', requestParams } });
  await settledInstance(client, id);
  return id;
}
