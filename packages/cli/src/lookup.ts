/** Names and ids to things: every command takes either, names in any letter case. */
import type { Client } from '@cellplane/api';
import { CommandFailure } from './failure.js';

export type Service = Awaited<ReturnType<Client['describeService']>>;
export type Environment = Service['serviceEnvironments'][number];
export type Plan = Environment['servicePlans'][number];
export type InstanceRecord = NonNullable<Awaited<ReturnType<Client['searchInventory']>>['resourceInstanceResults']>[number];

/** @throws CommandFailure not_found, naming what there is */
export async function findService(client: Client, wanted: string): Promise<Service> {
  const { services } = await client.listServices({});
  return pick('service', services, wanted, (service) => [service.id, service.name]);
}

/** @throws CommandFailure not_found; without a name, bad_request if there is more than one */
export function findEnvironment(service: Service, wanted: string | undefined): Environment {
  if (wanted === undefined) return only('environment', service.serviceEnvironments, '--environment', (one) => one.name);
  // A name counts before a type: several environments may have the type that one is called by.
  const named = service.serviceEnvironments.find(({ id, name }) => isNamed(wanted, [id, name]));
  return named ?? pick('environment', service.serviceEnvironments, wanted, ({ id, name, type }) => [id, name, type]);
}

/** @throws CommandFailure for an environment of no service, and for what there is not */
export async function findPlace(
  client: Client,
  { service: wanted, environment }: { service?: string; environment?: string },
): Promise<{ serviceId?: string; environmentId?: string }> {
  if (wanted === undefined && environment === undefined) return {};
  if (wanted === undefined)
    throw new CommandFailure('bad_request', 'Give --service with --environment: environments are those of a service.');
  const service = await findService(client, wanted);
  return { serviceId: service.id, ...(environment === undefined ? {} : { environmentId: findEnvironment(service, environment).id }) };
}

/** A plan of a service, in one environment or in any. @throws CommandFailure */
export function findPlan(service: Service, wanted: string, environment?: string): { environment: Environment; plan: Plan } {
  const environments = environment === undefined ? service.serviceEnvironments : [findEnvironment(service, environment)];
  const plans = environments.flatMap((one) => one.servicePlans.map((plan) => ({ environment: one, plan })));
  const matching = plans.filter(({ plan }) => isNamed(wanted, [plan.productTierID, plan.name]));
  if (matching.length > 1) return only(`environment with plan "${wanted}"`, matching, '--environment', (one) => one.environment.name);
  return pick('plan', plans, wanted, ({ plan }) => [plan.productTierID, plan.name]);
}

/** An instance by its id, with the ids that its operations need. @throws CommandFailure not_found */
export async function findInstance(client: Client, id: string): Promise<InstanceRecord> {
  const found = await searchInstance(client, id);
  if (found === undefined) throw new CommandFailure('not_found', `There is no instance "${id}".`, [{ command: ['instance', 'list'] }]);
  return found;
}

/** The same; undefined where it is not there any more. */
export async function searchInstance(client: Client, id: string): Promise<InstanceRecord | undefined> {
  const { resourceInstanceResults } = await client.searchInventory({ body: { query: `resourceinstance:${id}` } });
  return resourceInstanceResults?.find((instance) => instance.id === id);
}

/** The path parameters of an instance's operations, also of a deleted one: the search does not find it, its history does. */
export async function placeEver(client: Client, id: string): Promise<{ serviceId: string; environmentId: string; instanceId: string }> {
  const { serviceId, environmentId } = await client.listInstanceOperations({ params: { id }, query: { pageSize: 1 } });
  return { serviceId, environmentId, instanceId: id };
}

/** The path parameters of an instance's operations. */
export function placeOf(instance: InstanceRecord): { serviceId: string; environmentId: string; instanceId: string } {
  return { serviceId: instance.serviceId, environmentId: instance.serviceEnvironmentId, instanceId: instance.id };
}

/** The one thing that has the wanted id or name. @throws CommandFailure */
export function pick<T>(what: string, things: readonly T[], wanted: string, names: (thing: T) => string[]): T {
  const found = things.filter((thing) => isNamed(wanted, names(thing)));
  const exact = found.find((thing) => names(thing)[0] === wanted) ?? (found.length === 1 ? found[0] : undefined);
  if (exact !== undefined) return exact;
  if (found.length > 1)
    throw new CommandFailure(
      'bad_request',
      `There is more than one ${what} "${wanted}"; use an id: ${found.map((one) => names(one)[0]).join(', ')}`,
    );
  const present = things.map((thing) => names(thing)[1] ?? names(thing)[0]);
  throw new CommandFailure(
    'not_found',
    `There is no ${what} "${wanted}". ${present.length === 0 ? `There is no ${what} at all.` : `There is: ${present.join(', ')}`}`,
  );
}

function only<T>(what: string, things: readonly T[], option: string, name: (thing: T) => string): T {
  const [first, second] = things;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) throw new CommandFailure('not_found', `There is no ${what}.`);
  throw new CommandFailure('bad_request', `There is more than one ${what}; choose with ${option}: ${things.map(name).join(', ')}`);
}

function isNamed(wanted: string, names: string[]): boolean {
  return names.some((name) => name.toLowerCase() === wanted.toLowerCase());
}
