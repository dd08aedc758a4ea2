import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type Client, createInstancePath } from '@cellplane/api/client';

/** The example plan's file in the checkout. */
const EXAMPLE_FILE = fileURLToPath(new URL('../../../../examples/postgres-operator/spec.yaml', import.meta.url));
const EXAMPLE_PRODUCT = 'Postgres';

/** What the example plan reads with `$secret`. On a cluster of your own, set real ones before: they are never overwritten. */
const EXAMPLE_SECRETS = { BACKUP_ACCESS_KEY_ID: 'example-key-id', BACKUP_SECRET_ACCESS_KEY: 'example-secret-key' };

export interface ExamplePlan {
  serviceId: string;
  environmentId: string;
  productTierId: string;
  planName: string;
  version: string;
  isNewVersion: boolean;
  warnings: string[];
}

/** Sets the secrets that are missing; returns their names. */
export async function setExampleSecrets(client: Client): Promise<string[]> {
  const { secrets } = await client.listSecrets({ params: { environmentType: 'DEV' } });
  const missing = Object.entries(EXAMPLE_SECRETS).filter(([name]) => !secrets.some((secret) => secret.name === name));
  for (const [name, value] of missing) await client.setSecret({ params: { environmentType: 'DEV', name }, body: { value } });
  return missing.map(([name]) => name);
}

/** Builds the example plan and releases it as preferred. An unchanged spec makes no new version. */
export async function buildExample(client: Client): Promise<ExamplePlan> {
  const fileContent = (await readFile(EXAMPLE_FILE)).toString('base64');
  const built = await client.buildServicePlanSpec({
    body: { name: EXAMPLE_PRODUCT, fileContent, environment: 'Dev', environmentType: 'DEV', release: true, releaseAsPreferred: true },
  });
  const ids = { serviceId: built.serviceID, productTierId: built.productTierID };
  const [plan, versions] = await Promise.all([
    client.describeProductTier({ params: { serviceId: ids.serviceId, id: ids.productTierId } }),
    client.listVersionSets({ params: ids, query: {} }),
  ]);
  return {
    ...ids,
    environmentId: built.serviceEnvironmentID,
    planName: plan.name,
    version: versions.tierVersionSets[0]?.version ?? '',
    isNewVersion: built.isNewServicePlanVersionCreated,
    warnings: (built.warnings ?? []).map((warning) => `${warning.path}: ${warning.message}`),
  };
}

/** The subscription's oldest instance, in whatever state; undefined if there is none. */
export async function findExampleInstance(client: Client, subscriptionId: string): Promise<string | undefined> {
  const filters = { resourceInstance: { predicates: [{ subscriptionId }] } };
  const { resourceInstanceResults } = await client.searchInventory({ body: { query: 'resourceinstance:i', filters } });
  // Newest first: the last is the one that the first start made.
  return resourceInstanceResults?.at(-1)?.id;
}

/** Creates a customer's instance of the example plan with its defaults; the path's segments come from the service offering. */
export async function createExampleInstance(client: Client, plan: ExamplePlan, subscriptionId: string): Promise<string> {
  const service = await client.describeServiceOffering({ params: { serviceId: plan.serviceId }, query: {} });
  const offering = service.offerings.find((candidate) => candidate.productTierID === plan.productTierId);
  const resource = offering?.resourceParameters[0];
  if (offering === undefined || resource === undefined)
    throw new Error(`The plan "${plan.planName}" offers no resource; is a version released?`);
  const created = await client.createInstance({
    params: createInstancePath(service, offering, resource),
    // Where the cell stands: the server chooses.
    body: { requestParams: {}, subscriptionId },
  });
  return created.id;
}
