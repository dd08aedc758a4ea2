/**
 * The one seam between the commands and who is signed in. A customer may not call the provider's operations; what the commands ask of those
 * is asked here of the customer's own, and answered in the same shape. Operations that have no twin stay as they are, and are refused by name.
 */
import { type Client, createInstancePath } from '@cellplane/api/client';
import { CommandFailure } from '../failure.js';
import { isFound, type Offered, type OwnInstance, type Place, placeOfPlan, recordOf, serviceOf, subscriptionRecordOf } from './catalog.js';
import { snapshotTwins } from './snapshots.js';
import { windowTwins } from './windows.js';

type Twins = Pick<
  Client,
  | 'listServices'
  | 'describeService'
  | 'describeVersionSet'
  | 'describeFleetServiceOffering'
  | 'searchInventory'
  | 'createInstance'
  | 'describeInstance'
  | 'modifyInstance'
  | 'upgradeInstance'
  | 'deleteInstance'
  | 'updateInstanceMetadata'
  | 'startInstance'
  | 'stopInstance'
  | 'restartInstance'
  | 'describeSubscription'
  | 'terminateSubscription'
>;

/** The client, with the customer's operations where the commands name the provider's. */
export function forCustomer(client: Client): Client {
  let catalog: Promise<Offered[]> | undefined;
  const services = () => (catalog ??= client.listServiceOfferings({ query: {} }).then((answer) => answer.services));
  const twins: Twins = {
    async listServices() {
      const found = (await services()).map(serviceOf);
      return { ids: found.map(({ id }) => id), services: found };
    },
    async describeService({ params }) {
      return serviceOf(await findOffered(params.id));
    },
    async describeVersionSet({ params: { version, ...plan } }) {
      const { tierVersionSets } = await client.customerListVersionSets({ params: plan, query: {} });
      const wanted = version.toLowerCase();
      const found = tierVersionSets.find((one, at) =>
        wanted === 'latest'
          ? at === 0
          : wanted === 'preferred'
            ? one.status === 'Preferred'
            : [one.version, `${one.version.split('.')[0]}`].includes(version),
      );
      if (found === undefined) throw new CommandFailure('not_found', `The plan has no version "${version}".`);
      return found;
    },
    async describeFleetServiceOffering({ params, query }) {
      const service = await findOffered(params.serviceId);
      const wanted = query?.productTierId;
      const offerings = service.offerings.filter((one) => wanted === undefined || one.productTierID === wanted);
      return { ConsumptionDescribeServiceOfferingResult: { ...service, offerings } };
    },
    async searchInventory({ body = { query: '' } }) {
      const [kind = '', text = ''] = body.query.split(/:(.*)/s);
      if (kind === 'subscription') {
        const { subscriptions } = await client.customerListSubscriptions({ query: { includeInactive: true } });
        const offered = await services();
        const found = subscriptions.filter(({ id }) => id.includes(text));
        return { subscriptionResults: found.map((one) => subscriptionRecordOf(one, placeOfPlan(offered, one.productTierId))) };
      }
      if (kind !== 'resourceinstance') return {};
      const records = (await ownInstances()).map(({ instance, place }) => recordOf(instance, place));
      return { resourceInstanceResults: records.filter((record) => isFound(record, text, body.filters?.resourceInstance)) };
    },
    async createInstance({ params, body = {} }) {
      const { workflowBreakpoints, instanceId: _instanceId, externalPayerId: _payer, ...own } = body;
      if (workflowBreakpoints !== undefined)
        throw new CommandFailure('bad_request', 'Breakpoints are for the people of the provider. Leave --breakpoints out.');
      const { subscriptionId } = body;
      return client.customerCreateInstance({ params, query: subscriptionId === undefined ? {} : { subscriptionId }, body: own });
    },
    async describeInstance({ params }) {
      const { place, path } = await findOwn(params.instanceId);
      const instance = await client.customerDescribeInstance({ params: path, query: {} });
      return described(instance, place);
    },
    async modifyInstance({ params, body: { resourceId: _resource, ...body } = {} }) {
      await client.customerModifyInstance({ params: (await findOwn(params.instanceId)).path, query: {}, body });
    },
    async upgradeInstance({ params, body = { targetTierVersion: '' } }) {
      const { targetTierVersion, requestParams, removeDropped, resourceOverrideConfiguration } = body;
      const overrides = Object.values(resourceOverrideConfiguration ?? {}).map((one) => one.requestParams);
      const { place, path } = await findOwn(params.instanceId);
      const values = requestParams ?? overrides[0];
      await client.customerUpgradeInstance({
        params: { id: path.id },
        body: {
          targetVersion: targetTierVersion,
          ...(values === undefined ? {} : { requestParams: values }),
          ...(removeDropped === undefined ? {} : { removeDropped }),
        },
      });
      return described(await client.customerDescribeInstance({ params: path, query: {} }), place);
    },
    async deleteInstance({ params, body = {} }) {
      const skip = body.skipFinalSnapshot;
      const query = skip === undefined ? {} : { skipFinalSnapshot: skip };
      await client.customerDeleteInstance({ params: (await findOwn(params.instanceId)).path, query });
    },
    async updateInstanceMetadata({ params, body: { resourceId: _resource, ...body } = {} }) {
      await client.customerUpdateInstanceMetadata({ params: (await findOwn(params.instanceId)).path, query: {}, body });
    },
    startInstance: async ({ params }) => client.customerStartInstance({ params: (await findOwn(params.instanceId)).path, query: {} }),
    stopInstance: async ({ params }) => client.customerStopInstance({ params: (await findOwn(params.instanceId)).path, query: {} }),
    restartInstance: async ({ params }) => client.customerRestartInstance({ params: (await findOwn(params.instanceId)).path, query: {} }),
    async describeSubscription({ params }) {
      const own = await client.customerDescribeSubscription({ params: { id: params.id } });
      return own as unknown as Awaited<ReturnType<Client['describeSubscription']>>;
    },
    async terminateSubscription({ params }) {
      await client.customerUnsubscribe({ params: { id: params.id } });
    },
  };
  return { ...client, ...twins, ...snapshotTwins(client, async (id) => (await findOwn(id)).path), ...windowTwins(client) };

  async function findOffered(id: string): Promise<Offered> {
    const found = (await services()).find(({ serviceId }) => serviceId === id);
    if (found === undefined) throw new CommandFailure('not_found', `There is no service "${id}".`);
    return found;
  }

  /** Instances whose plan the catalogue has: it has the plans of all subscriptions that are live. */
  async function ownInstances(): Promise<{ instance: OwnInstance; place: Place }[]> {
    const [{ resourceInstances }, { subscriptions }, offered] = await Promise.all([
      client.customerListInstances({ query: {} }),
      client.customerListSubscriptions({ query: { includeInactive: true } }),
      services(),
    ]);
    const planOf = new Map(subscriptions.map(({ id, productTierId }) => [id, productTierId]));
    return resourceInstances.flatMap((instance) => {
      const place = placeOfPlan(offered, planOf.get(instance.subscriptionId) ?? '');
      return place === undefined ? [] : [{ instance, place }];
    });
  }

  /** An instance with the path of its operations. @throws CommandFailure not_found */
  async function findOwn(id: string) {
    const found = (await ownInstances()).find(({ instance }) => instance.id === id);
    if (found === undefined) throw new CommandFailure('not_found', `There is no instance "${id}".`, [{ command: ['instance', 'list'] }]);
    const { service, offering } = found.place;
    const path = { ...createInstancePath(service, offering, { urlKey: found.instance.resourceID }), id };
    return { ...found, path };
  }
}

/** What a customer sees of an instance, where the provider's people see more. */
function described(instance: OwnInstance, place: Place): Awaited<ReturnType<Client['describeInstance']>> {
  const record = recordOf(instance, place);
  const { serviceId, serviceName, productTierId, productTierName, resourceId, resourceName, subscriptionId } = record;
  const seen = {
    consumptionResourceInstanceResult: instance,
    serviceId,
    serviceName,
    serviceEnvName: record.serviceEnvironmentName,
    environmentId: record.serviceEnvironmentId,
    productTierId,
    productTierName,
    tierVersion: record.productTierVersion,
    resourceId,
    resourceName,
    subscriptionId,
    cloudProvider: instance.cloud_provider,
    input_params: instance.launch_input_params ?? {},
    ...(instance.statusDescription === undefined ? {} : { statusDescription: instance.statusDescription }),
  };
  return seen as unknown as Awaited<ReturnType<Client['describeInstance']>>;
}
