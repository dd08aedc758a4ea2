/** `instance list | describe | list-endpoints | watch | history`. */
import type { Client, InstanceEvent, InstanceOperation } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { hintsOf } from '../../hint.js';
import { findInstance, findService, placeOf } from '../../lookup.js';
import { age, seconds } from '../../progress/lines.js';
import { reasonFields } from '../../progress/reason-fields.js';
import { findingFields } from '../finding-fields.js';
import { follow } from '../follow.js';
import { onInstance, readCount } from './action.js';
import { type InstanceFilterOptions, readFilters, readTagFilters, withInstanceFilters } from './filter.js';

export function addInstanceReads(group: Command, context: Context): void {
  withInstanceFilters(group.command('list'))
    .description('List instances')
    .option('--service <name>', 'only of this service')
    .option('--status <status>', 'only with this status')
    .addHelpText('after', '\nExample:\n  cellplane instance list --service Postgres --status FAILED')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & InstanceFilterOptions & { service?: string; status?: string }>();
      const [groups, tags] = [readFilters(options), readTagFilters(options)];
      const client = await signedIn(context, options);
      const always = {
        ...(options.service === undefined ? {} : { serviceName: (await findService(client, options.service)).name }),
        ...(options.status === undefined ? {} : { status: options.status }),
      };
      const predicates = (groups.length === 0 ? [{}] : groups).map((group) => ({ ...group, ...always }));
      const filters = { filters: { resourceInstance: { predicates, tags } } };
      const { resourceInstanceResults = [] } = await client.searchInventory({ body: { query: 'resourceinstance:i', ...filters } });
      const isNamed = resourceInstanceResults.some((row) => nameOf(row) !== '');
      const rows = resourceInstanceResults.map((row) => ({ instance_id: row.id, ...row }));
      printList(context, options, rows, {
        ID: (row) => row.id,
        STATUS: (row) => row.status,
        ...(isNamed ? { NAME: nameOf } : {}),
        AGE: (row) => age(row.createdAt),
        SERVICE: (row) => row.serviceName,
        ENVIRONMENT: (row) => row.serviceEnvironmentName,
        PLAN: (row) => row.productTierName,
        VERSION: (row) => row.productTierVersion,
        RESOURCE: (row) => row.resourceName,
        CLOUD: (row) => row.cloudProvider,
        REGION: (row) => row.regionCode,
        WARNING: (row) => warningOf(row.statusDescription),
      });
    });
  onInstance(group, context, 'describe', 'Show an instance', (client, id, options) => describe(context, client, id, options));
  onInstance(group, context, 'list-endpoints', 'Show how an instance is reached', async (client, id, options) => {
    const instance = await client.describeInstance({ params: placeOf(await findInstance(client, id)), query: {} });
    printList(context, options, endpointsOf(instance), {
      NAME: (row) => row.name,
      ADDRESS: (row) => row.address,
      NETWORK: (row) => row.network,
      HEALTH: (row) => row.health,
      'IN THE CLUSTER': (row) => row.inCluster,
    });
  });
  onInstance(
    group,
    context,
    'watch',
    'Show what an instance is doing until nothing more happens by itself',
    (_, id, options) => follow(context, id, options),
    '',
  );
  onInstance(
    group,
    context,
    'history',
    'Everything that was done to an instance, newest first; of deleted ones too',
    (client, id, options) => history(context, client, id, options),
    '--limit 20',
  ).option('--limit <number>', 'how many operations', '50');
}

/** Instances have no names of their own: the tag `name` is what people give them. */
function nameOf(row: { customTags?: { key: string; value: string }[] | undefined }): string {
  return row.customTags?.find(({ key }) => key.toLowerCase() === 'name')?.value ?? '';
}

/** Words of a finding of `Warning: cell: …`, and what a list has room for. */
const IN_SHORT: [words: string, short: string][] = [
  [' is gone from its cell', 'its namespace is gone'],
  [' gone from namespace ', 'objects are gone'],
  [' that its workflows wrote: somebody deleted', 'objects were replaced'],
  ['its cell does not serve ', 'its CRD is gone'],
  ['the database is older than the cell', 'the database is older'],
  ['another cluster', 'its cell is another cluster'],
];

/** What the list can show of `Warning: <kind>: <text>. Warning: …` in a cell: what is gone, then what is about backups, else their number. */
function warningOf(statusDescription: string): string {
  const short = IN_SHORT.find(([words]) => statusDescription.includes('Warning: cell: ') && statusDescription.includes(words))?.[1];
  if (short !== undefined) return `${short} (see describe)`;
  const since = /Warning: backup: (no good backup since \S+?|there is no good backup)[,:.]?(?:\s|$)/.exec(statusDescription)?.[1];
  if (since !== undefined) return since.replace(/\.\d{3}Z$/, 'Z');
  const count = statusDescription.split('Warning: ').length - 1;
  return count === 0 ? '' : `${count} (see describe)`;
}

async function describe(context: Context, client: Client, id: string, options: CommonOptions): Promise<void> {
  const params = placeOf(await findInstance(client, id));
  const [instance, progress] = await Promise.all([
    client.describeInstance({ params, query: {} }),
    // What it waits for is for people; JSON has the instance as the API gives it.
    options.output === 'json' ? undefined : client.describeInstanceProgress({ params: { id } }),
  ]);
  const result = instance.consumptionResourceInstanceResult;
  const breakpoints = instance.activeBreakpoints ?? [];
  printObject(
    context,
    options,
    { instance_id: result.id, ...instance },
    {
      id: result.id,
      status: result.status,
      ...(instance.statusDescription === undefined || instance.statusDescription === '' ? {} : { reason: instance.statusDescription }),
      ...(progress === undefined ? {} : reasonFields(progress, { verbose: options.verbose, hints: hintsOf(context, options) })),
      ...findingFields(result.findings ?? []),
      ...(result.driftedFields === undefined ? {} : { drift: `${result.driftedFields} (see: cellplane instance drift ${result.id})` }),
      ...(result.backupStatus?.noGoodBackupSince === undefined ? {} : { 'no good backup since': result.backupStatus.noGoodBackupSince }),
      service: instance.serviceName,
      environment: instance.serviceEnvName,
      plan: `${instance.productTierName} ${instance.tierVersion}`,
      resource: instance.resourceName,
      place: `${result.cloud_provider} ${result.region}, cell ${instance.deploymentCellID ?? ''}`,
      created: result.created_at,
      parameters: instance.input_params,
      ...(result.requestedChange === undefined
        ? {}
        : {
            'requested, not in effect': {
              ...(result.requestedChange.productTierVersion === undefined
                ? {}
                : { 'plan version': result.requestedChange.productTierVersion }),
              ...result.requestedChange.requestParams,
              workflow: result.requestedChange.workflowId,
            },
          }),
      results: result.result_params,
      ...Object.fromEntries(endpointsOf(instance).map((endpoint) => [`endpoint ${endpoint.name}`, endpoint.address])),
      operations: result.supportedOperations
        ?.filter((operation) => operation.source !== 'LEGACY')
        .map((operation) => operation.verb)
        .join(', '),
      ...(breakpoints.length === 0 ? {} : { breakpoints: breakpoints.map((one) => `${one.place ?? one.id} (${one.status})`).join(', ') }),
    },
  );
}

async function history(context: Context, client: Client, id: string, options: CommonOptions & { limit?: string }): Promise<void> {
  const wanted = readCount('--limit', options.limit);
  const first = await client.listInstanceOperations({ params: { id }, query: { pageSize: Math.min(wanted, 200) } });
  const operations = [...first.operations];
  for (let token = first.nextPageToken; token !== undefined && operations.length < wanted; ) {
    const page = await client.listInstanceOperations({
      params: { id },
      query: { pageSize: Math.min(wanted - operations.length, 200), nextPageToken: token },
    });
    operations.push(...page.operations);
    token = page.nextPageToken;
  }
  if (options.output === 'json') return printObject(context, options, { instance_id: id, ...first, operations });
  printList(context, options, withEvents(operations, first.events ?? []), {
    STARTED: (row) => row.started,
    OPERATION: (row) => row.operation,
    STATUS: (row) => row.status,
    TOOK: (row) => row.took,
    BY: (row) => row.by,
    WORKFLOW: (row) => row.workflow,
    REASON: (row) => row.reason,
  });
  if (first.historySince !== undefined)
    say(context, options, `What ended before ${first.historySince.replace(/\.\d+Z$/, 'Z')} may have been removed (cellplane retention).`);
}

interface HistoryLine {
  started: string;
  operation: string;
  status: string;
  took: string;
  by: string;
  workflow: string;
  reason: string;
}

/** Events stand where they happened among the operations, newest first; those older than the last operation shown are left out. */
function withEvents(operations: InstanceOperation[], events: InstanceEvent[]): HistoryLine[] {
  const rest = [...events];
  const lines = operations.flatMap((operation) => {
    const older = rest.findIndex((event) => event.time < operation.startTime);
    return [...rest.splice(0, older < 0 ? rest.length : older).map(eventLine), ...historyLines(operation)];
  });
  return lines;
}

function eventLine({ time, type, message }: InstanceEvent): HistoryLine {
  return { started: time, operation: type, status: 'EVENT', took: '', by: '', workflow: '', reason: message };
}

/** An operation of one run is one line; of several, each run has a line below it. */
function historyLines(operation: InstanceOperation): HistoryLine[] {
  const [only, ...more] = operation.runs;
  const { kind, verb, fromVersion, toVersion } = operation;
  const versions = toVersion === undefined ? '' : `${kind} ${fromVersion} → ${toVersion}`;
  const name = kind === 'custom' ? `custom ${verb ?? ''}`.trimEnd() : versions || kind;
  const line = {
    started: operation.startTime,
    operation: name,
    status: only?.status === 'PAUSED' ? 'PAUSED' : operation.status,
    took: took(operation),
    by: operation.requestedByName,
    workflow: more.length === 0 ? (only?.id ?? '') : '',
    reason: operation.message ?? '',
  };
  if (more.length === 0) return [line];
  return [
    line,
    ...operation.runs.map((run) => ({
      started: run.startTime,
      operation: `  ${[run.verb, run.resourceKey, run.snapshotId].filter((part) => part !== undefined).join(' ')}`,
      status: run.status,
      took: took(run),
      by: '',
      workflow: run.id,
      reason: run.message === operation.message ? '' : (run.message ?? ''),
    })),
  ];
}

function took({ startTime, endTime }: { startTime: string; endTime?: string | undefined }): string {
  return endTime === undefined ? '' : seconds(Date.parse(endTime) - Date.parse(startTime));
}

function endpointsOf(instance: Awaited<ReturnType<Client['describeInstance']>>) {
  const topologies = Object.values(instance.consumptionResourceInstanceResult.detailedNetworkTopology ?? {});
  return topologies.flatMap((topology) =>
    Object.entries(topology.additionalEndpoints ?? {}).map(([name, endpoint]) => ({
      resource: topology.resourceName,
      name,
      address: [endpoint.endpoint, ...(endpoint.openPorts.length === 0 ? [] : [endpoint.openPorts.join(',')])].join(':'),
      network: endpoint.networkingType,
      health: endpoint.healthStatus,
      inCluster: topology.inClusterEndpoints?.[name] ?? '',
    })),
  );
}
