/** `instance operation list | describe | trigger`: everything that a plan offers on its instances, by one name. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { hintsOf } from '../../hint.js';
import { findInstance, type InstanceRecord, placeOf } from '../../lookup.js';
import { collect, PARAM, readParameters } from '../../parameters.js';
import { confirm } from '../confirm.js';
import { asked, followRun } from '../follow.js';
import { accepted, readCount, withWait } from './action.js';
import { failoverBody } from './change.js';
import { backupBegun } from './snapshot.js';

type Described = Awaited<ReturnType<Client['describeInstance']>>;
type Offered = NonNullable<Described['consumptionResourceInstanceResult']['supportedOperations']>[number];

interface TriggerOptions extends CommonOptions {
  param?: string[];
  paramFile?: string;
  capacity?: string;
  failedReplicaId?: string;
  failedReplicaAction?: string;
  resourceId?: string;
  yes?: boolean;
  wait?: boolean;
}

export function addInstanceOperations(instances: Command, context: Context): void {
  const group = instances.command('operation').description('What may be done with an instance: lifecycle verbs and custom workflows');
  group
    .command('list')
    .argument('<instance>', 'id')
    .description('List the operations that the plan offers')
    .addHelpText('after', '\nExample:\n  cellplane instance operation list instance-y24o87zd1')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      printList(context, options, await offeredOn(client, await findInstance(client, id)), {
        VERB: (row) => row.verb,
        NAME: (row) => row.name,
        SOURCE: (row) => row.source,
        SCOPE: (row) => row.scope?.join(','),
        PARAMETERS: (row) => row.apiParameters?.map((one) => `${one.key}${one.required ? '' : '?'}`).join(', '),
        DESCRIPTION: (row) => row.description,
      });
    });
  group
    .command('describe')
    .argument('<instance>', 'id')
    .argument('<operation>', 'id, verb or name, in any letter case')
    .description('Show an operation and its parameters')
    .addHelpText('after', '\nExample:\n  cellplane instance operation describe instance-y24o87zd1 switchover')
    .action(async (id: string, wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const operation = find(await offeredOn(client, await findInstance(client, id)), wanted);
      const { apiParameters = [], ...rest } = operation;
      printObject(context, options, operation, { ...rest, scope: operation.scope?.join(', ') });
      if (options.output === 'json' || apiParameters.length === 0) return;
      context.screen.write('\n');
      printList(context, options, apiParameters, {
        PARAMETER: (row) => row.key,
        TYPE: (row) => row.type,
        REQUIRED: (row) => row.required,
        DEFAULT: (row) => row.defaultValue,
        OPTIONS: (row) => row.options?.join(', '),
        DESCRIPTION: (row) => row.description,
      });
    });
  withWait(group.command('trigger'))
    .argument('<instance>', 'id')
    .argument('<operation>', 'id, verb or name, in any letter case')
    .description('Run an operation')
    .option('--param <value>', PARAM, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--capacity <number>', 'add and remove capacity: how many')
    .option('--failed-replica-id <id>', 'failover: the replica that failed')
    .option('--failed-replica-action <action>', 'failover: FAILOVER_ONLY, FAILOVER_AND_RESTART or FAILOVER_AND_RECREATE')
    .option('--resource-id <id>', "resource; without it the instance's own")
    .option('-y, --yes', 'delete: really')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane instance operation trigger instance-y24o87zd1 switchover --param targetPrimary=postgres-2 --wait',
    )
    .action(async (id: string, wanted: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<TriggerOptions>();
      const client = await signedIn(context, options);
      const instance = await findInstance(client, id);
      await trigger({ context, client, instance, options }, find(await offeredOn(client, instance), wanted));
    });
}

interface Trigger {
  context: Context;
  client: Client;
  instance: InstanceRecord;
  options: TriggerOptions;
}

/** A custom workflow by its own route, a verb of the platform by that verb's (docs/reference/plan-language.md#custom-workflows). */
async function trigger(on: Trigger, operation: Offered): Promise<void> {
  const { context, client, instance, options } = on;
  if (operation.source === 'CUSTOM_WORKFLOW') return custom(on, operation);
  const params = placeOf(instance);
  const resourceId = options.resourceId ?? instance.resourceId ?? '';
  const verb = operation.verb.replaceAll(/[_-]/g, '').toUpperCase();
  switch (verb) {
    case 'BACKUP':
      return backupBegun(context, options, instance.id, await client.triggerInstanceSnapshot({ params }));
    case 'START':
      await client.startInstance({ params, body: { resourceId } });
      break;
    case 'STOP':
      await client.stopInstance({ params, body: { resourceId } });
      break;
    case 'RESTART':
    case 'REBOOT':
      await client.restartInstance({ params, body: { resourceId } });
      break;
    case 'MODIFY':
    case 'UPDATE': {
      const requestParams = await readParameters(options.param, options.paramFile);
      if (requestParams === undefined) throw new CommandFailure('bad_request', 'Nothing to change: give --param or --param-file.');
      await client.modifyInstance({ params, body: { resourceId, requestParams } });
      break;
    }
    case 'DELETE':
      await confirm(context, options, `This deletes ${instance.id} and its data.`);
      await client.deleteInstance({ params, body: { resourceId } });
      break;
    case 'FAILOVER':
      await client.failoverInstance({ params, body: failoverBody(options) });
      break;
    case 'ADDCAPACITY':
      await client.addCapacity({ params, body: { resourceId, capacityToBeAdded: readCount('--capacity', options.capacity) } });
      break;
    case 'REMOVECAPACITY':
      await client.removeCapacity({ params, body: { resourceId, capacityToBeRemoved: readCount('--capacity', options.capacity) } });
      break;
    case 'RESTORE':
      throw new CommandFailure('bad_request', 'A restore makes a new instance.', [
        { say: 'Do it with:', command: ['instance', 'restore', instance.id, '--snapshot-id', '…'] },
      ]);
    default:
      throw new CommandFailure('bad_request', `This version of the command line does not know how to run ${operation.verb}.`);
  }
  return accepted(context, client, { id: instance.id, name: verb === 'DELETE' ? 'delete' : operation.name }, options);
}

async function custom({ context, client, instance, options }: Trigger, operation: Offered): Promise<void> {
  const requestParams = await readParameters(options.param, options.paramFile);
  const place = placeOf(instance);
  const started = await client.executeCustomWorkflow({
    params: { ...place, workflowId: operation.id ?? operation.verb },
    body: { resourceId: options.resourceId ?? instance.resourceId ?? '', ...(requestParams === undefined ? {} : { requestParams }) },
  });
  const executionId = started.workflowExecutionId;
  if (options.wait !== true) {
    return printObject(
      context,
      options,
      { instance_id: instance.id, workflow_id: executionId, ...started },
      {
        instance_id: instance.id,
        operation: operation.verb,
        workflow: executionId,
        status: started.status,
        'follow with': hintsOf(context, options)('workflow', 'show', executionId),
      },
    );
  }
  const { serviceId, environmentId } = place;
  const silent = { ...context, screen: { ...context.screen, isTerminal: false, write: () => {} } };
  let failure: unknown;
  const shown = options.output === 'json' ? silent : context;
  await asked(context, options, () => followRun(shown, { serviceId, environmentId, id: executionId }, options)).catch((error: unknown) => {
    if (!(error instanceof CommandFailure) || error.name === 'unavailable') throw error;
    failure = error;
  });
  const params = { serviceId, environmentId, executionId };
  const execution = await asked(context, options, (now) => now.describeExecution({ params }));
  printObject(
    context,
    options,
    { instance_id: instance.id, workflow_id: executionId, ...execution },
    {
      instance_id: instance.id,
      operation: operation.verb,
      workflow: executionId,
      status: execution.status,
      outputs: execution.outputs,
    },
  );
  if (failure !== undefined) throw failure;
}

/** What LEGACY clients see beside it is left out. */
async function offeredOn(client: Client, instance: InstanceRecord): Promise<Offered[]> {
  const { consumptionResourceInstanceResult: result } = await client.describeInstance({ params: placeOf(instance), query: {} });
  return (result.supportedOperations ?? []).filter((operation) => operation.source !== 'LEGACY');
}

/** By id first, then by verb, then by name. @throws CommandFailure naming what there is */
function find(operations: Offered[], wanted: string): Offered {
  const same = (one: string | undefined) => one?.toLowerCase() === wanted.toLowerCase();
  for (const name of ['id', 'verb', 'name'] as const) {
    const found = operations.filter((operation) => same(operation[name]));
    if (found.length === 1 && found[0] !== undefined) return found[0];
    if (found.length > 1)
      throw new CommandFailure(
        'bad_request',
        `More than one operation is called "${wanted}"; use an id: ${found.map((one) => one.id ?? one.verb).join(', ')}`,
      );
  }
  throw new CommandFailure(
    'not_found',
    `The plan offers no operation "${wanted}". It offers: ${operations.map((one) => one.verb).join(', ')}`,
  );
}
