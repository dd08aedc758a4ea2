import { type Client, createInstancePath } from '@cellplane/api';

/** A plan that was built and released, and what creates an instance of its first resource. */
export interface Offered {
  /** What the build answered. */
  built: Awaited<ReturnType<Client['buildServicePlanSpec']>>;
  resourceId: string;
  resourceKey: string;
  /** Of the path that creates an instance of it. */
  params: ReturnType<typeof createInstancePath>;
  /** What the paths of the provider's operations on an instance of it need. */
  where: (instanceId: string) => { serviceId: string; environmentId: string; instanceId: string };
  /** Creates an instance where the cell stands, whatever cluster it is; answers its id. */
  create: (by: Client, requestParams?: Record<string, unknown>) => Promise<string>;
}

/** Builds and releases a plan in the environment Dev, as the provider; for tests and benchmarks. */
export async function offerPlan(client: Client, spec: string, name = 'Product'): Promise<Offered> {
  const built = await client.buildServicePlanSpec({
    body: {
      name,
      environment: 'Dev',
      environmentType: 'DEV',
      fileContent: Buffer.from(spec).toString('base64'),
      dryrun: false,
      release: false,
      releaseAsPreferred: true,
    },
  });
  const answer = await client.describeFleetServiceOffering({
    params: { serviceId: built.serviceID },
    query: { productTierId: built.productTierID },
  });
  const service = answer.ConsumptionDescribeServiceOfferingResult;
  const [offering] = service.offerings;
  const [resource] = offering?.resourceParameters ?? [];
  if (offering === undefined || resource === undefined) throw new Error('the plan is not offered');
  const params = createInstancePath(service, offering, resource);
  return {
    built,
    resourceId: resource.resourceId,
    resourceKey: resource.urlKey,
    params,
    where: (instanceId) => ({ serviceId: built.serviceID, environmentId: built.serviceEnvironmentID, instanceId }),
    create: async (by, requestParams = {}) => (await by.createInstance({ params, body: { requestParams } })).id,
  };
}

/** Builds and releases a plan; answers what creates an instance of its only resource. */
export async function offer(client: Client, name: string, spec: string): Promise<() => Promise<string>> {
  const { create } = await offerPlan(client, spec, name);
  return () => create(client);
}
