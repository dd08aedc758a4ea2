/** `instance connect`: how to reach what an instance serves. */
import type { Client } from '@cellplane/api';
import { type Command, Option } from 'commander';
import { addressOf, type Driver, DRIVERS, type Endpoint, loginOf, snippetOf, uriOf } from '../../connection.js';
import { type CommonOptions, type Context, printObject, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findInstance, placeOf } from '../../lookup.js';

interface ConnectOptions extends CommonOptions {
  endpoint?: string;
  driver?: Driver;
  user?: string;
  database?: string;
  showPassword?: boolean;
}

type Described = Awaited<ReturnType<Client['describeInstance']>>;

/** What the API shows in place of a secret. */
const MASKED = /^\*+$/;

export function addInstanceConnect(group: Command, context: Context): void {
  group
    .command('connect')
    .argument('<instance>', 'id')
    .description('How to connect: address, URI, lines to paste, and where the password lies')
    .option('--endpoint <name>', 'one endpoint; without it the primary ones first, then all others')
    .addOption(new Option('--driver <name>', 'only the line for this client').choices(DRIVERS))
    .option('--user <name>', 'user, where neither parameters nor outputs of the plan say it')
    .option('--database <name>', 'database, where neither parameters nor outputs of the plan say it')
    .option('--show-password', 'the password, where the API shows it: parameters of type Password and Secret it never does')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane instance connect instance-y24o87zd1\n  cellplane instance connect instance-y24o87zd1 --endpoint writer --driver psql\n  eval "$(cellplane instance connect instance-y24o87zd1 --driver psql --user app)"',
    )
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ConnectOptions>();
      await connect(context, await signedIn(context, options), id, options);
    });
}

async function connect(context: Context, client: Client, id: string, options: ConnectOptions): Promise<void> {
  const params = placeOf(await findInstance(client, id));
  const [instance, { run }] = await Promise.all([
    client.describeInstance({ params, query: {} }),
    client.describeInstanceProgress({ params: { id } }),
  ]);
  const endpoints = chosen(endpointsOf(instance), id, instance, options.endpoint);
  const values = { ...asRecord(instance.input_params), ...asRecord(instance.consumptionResourceInstanceResult.result_params) };
  const login = loginOf(values, options);
  const secrets = (run?.tasks ?? []).flatMap(({ object }) => secretOf(object));
  const password = passwordOf(values, secrets);
  if (options.driver !== undefined && options.output !== 'json' && options.showPassword !== true) {
    // One line and nothing else: it is pasted, or run by a shell.
    const line = endpoints.map((endpoint) => snippetOf(options.driver as Driver, endpoint, login)).find((one) => one !== undefined);
    if (line === undefined)
      throw new CommandFailure(
        'bad_request',
        `There is no line for ${options.driver} to ${endpoints.map(addressOf).join(', ')}: use --driver generic.`,
      );
    return context.screen.write(`${line}\n`);
  }
  const shown = options.showPassword === true ? shownPassword(values, password) : {};
  const whole = endpoints.map((endpoint) => ({
    name: endpoint.name,
    host: endpoint.host,
    ports: endpoint.ports,
    primary: endpoint.primary,
    network: endpoint.network,
    address: addressOf(endpoint),
    uri: uriOf(endpoint, login),
    snippets: snippets(endpoint, login, options.driver),
  }));
  printObject(
    context,
    options,
    { instance_id: id, status: instance.consumptionResourceInstanceResult.status, ...login, endpoints: whole, password, ...shown },
    {
      instance_id: id,
      status: instance.consumptionResourceInstanceResult.status,
      ...Object.fromEntries(
        whole.map(({ name, address, uri, snippets: lines, network }) => [`endpoint ${name}`, { address, network, uri, ...lines }]),
      ),
      user: login.user ?? 'not in parameters or outputs: --user',
      ...(login.database === undefined ? {} : { database: login.database }),
      'password lies in': password.join('; '),
      ...shown,
    },
  );
}

function endpointsOf(instance: Described): Endpoint[] {
  return Object.values(instance.consumptionResourceInstanceResult.detailedNetworkTopology ?? {})
    .flatMap((topology) =>
      Object.entries(topology.additionalEndpoints ?? {}).map(([name, one]) => ({
        name,
        host: one.endpoint,
        ports: one.openPorts,
        primary: one.primary,
        network: one.networkingType,
      })),
    )
    .toSorted((one, other) => Number(other.primary) - Number(one.primary));
}

/** @throws CommandFailure where there is nothing to connect to, and why */
function chosen(endpoints: Endpoint[], id: string, instance: Described, wanted: string | undefined): Endpoint[] {
  const { status } = instance.consumptionResourceInstanceResult;
  if (endpoints.length === 0)
    throw new CommandFailure('invalid_state', `${id} is ${status} and has no endpoints: it has not run yet, or its plan declares none.`, [
      { command: ['instance', 'describe', id] },
    ]);
  if (wanted === undefined) return endpoints;
  const found = endpoints.filter(({ name }) => name.toLowerCase() === wanted.toLowerCase());
  if (found.length > 0) return found;
  throw new CommandFailure('not_found', `There is no endpoint "${wanted}". There is: ${endpoints.map(({ name }) => name).join(', ')}`);
}

/** The line of one driver, or of all that fit. */
function snippets(endpoint: Endpoint, login: { user?: string; database?: string }, driver: Driver | undefined): Record<string, string> {
  const lines = DRIVERS.filter((one) => one !== 'uri' && (driver === undefined ? one === 'psql' || one === 'generic' : one === driver)).map(
    (one) => [one, snippetOf(one, endpoint, login)] as const,
  );
  const fitting = lines.filter((line): line is [Driver, string] => line[1] !== undefined);
  // A line for the real client says more than one that tries the port.
  return Object.fromEntries(fitting.some(([one]) => one !== 'generic') ? fitting.filter(([one]) => one !== 'generic') : fitting);
}

/** Where it lies: parameters and outputs that are masked, Secrets that the workflow has applied. */
function passwordOf(values: Record<string, unknown>, secrets: string[]): string[] {
  const masked = Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'string' && MASKED.test(value) ? [`"${key}", which the API does not show`] : [],
  );
  const found = [...masked, ...secrets];
  return found.length > 0 ? found : ['neither parameters nor outputs nor Secrets of the last workflow: see the plan'];
}

/** `kubectl get secret …` of a Secret that a task has applied. */
function secretOf(object: object | undefined): string[] {
  const { kind, name, namespace } = (object ?? {}) as { kind?: string; name?: string; namespace?: string };
  if (kind !== 'Secret' || name === undefined) return [];
  return [`Secret ${name}: kubectl get secret ${name}${namespace === undefined ? '' : ` -n ${namespace}`} -o yaml`];
}

/** Values of names that say password, where the API shows them. @throws CommandFailure where it shows none */
function shownPassword(values: Record<string, unknown>, password: string[]): { passwords: Record<string, string> } {
  const open = Object.entries(values).filter(
    (entry): entry is [string, string] => /passw(or)?d/i.test(entry[0]) && typeof entry[1] === 'string' && !MASKED.test(entry[1]),
  );
  if (open.length > 0) return { passwords: Object.fromEntries(open) };
  throw new CommandFailure('forbidden', `The API shows no password of this instance. It lies in: ${password.join('; ')}`);
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
