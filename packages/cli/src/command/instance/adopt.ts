/** `instance adopt`: an instance is made of a custom resource that runs already. */
import type { Adoption } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { findPlan, findService } from '../../lookup.js';
import { collect, PARAM, readParameters } from '../../parameters.js';
import { follow } from '../follow.js';

interface AdoptOptions extends CommonOptions {
  service: string;
  environment?: string;
  plan: string;
  planVersion?: string;
  resource?: string;
  cell: string;
  workflow?: string;
  kind: string;
  apiVersion?: string;
  namespace: string;
  name: string;
  subscriptionId?: string;
  param?: string[];
  paramFile?: string;
  allowChanges?: boolean;
  allowRestart?: boolean;
  dryRun?: boolean;
  wait?: boolean;
}

/** Adds the command. */
export function addInstanceAdopt(group: Command, context: Context): void {
  group
    .command('adopt')
    .description('Make an instance of a custom resource that runs already; without a restart, unless one is allowed (docs/adopt.md)')
    .requiredOption('--service <name>', 'service, name or id')
    .requiredOption('--plan <name>', 'plan, name or id')
    .requiredOption('--kind <kind>', 'kind of the custom resource, such as Cluster')
    .requiredOption('--namespace <name>', 'where it lies; the namespace becomes the instance’s')
    .requiredOption('--name <name>', 'what it is called')
    .option('--environment <name>', 'environment, name or id')
    .option('--version <version>', 'a number, "latest" or "preferred"', 'preferred')
    .option('--resource <key>', 'resource; needed if the plan offers several')
    .option('--api-version <group/version>', 'needed if the plan has the kind of several groups')
    .option('--workflow <verb>', 'the workflow that adopts: create, or modify', 'create')
    .option('--cell <name>', 'deployment cell, id or key', 'default')
    .option('--param <value>', PARAM, collect)
    .option('--param-file <path>', 'a JSON object in a file')
    .option('--subscription-id <id>', "the customer's subscription; without it, your own")
    .option('--allow-changes', 'the plan may change what is there, if it declares no restart for it')
    .option('--allow-restart', 'what the plan declares to restart may restart')
    .option('--dry-run', 'only show what would change')
    .option('--wait', 'show the progress until it runs; exit 1 if it failed')
    .addHelpText(
      'after',
      '\nExample:\n  cellplane instance adopt --service Postgres --plan Small --kind Cluster --name pg --namespace shop --param storageSize=20Gi --dry-run',
    )
    .action(async (own: { version: string }, command: Command) => {
      const options = { ...command.optsWithGlobals<AdoptOptions>(), planVersion: own.version };
      const parameters = await readParameters(options.param, options.paramFile);
      const client = await signedIn(context, options);
      const { plan } = findPlan(await findService(client, options.service), options.plan, options.environment);
      const adoption = await client.adoptInstance({
        body: {
          planId: plan.productTierID,
          planVersion: options.planVersion,
          cell: options.cell,
          ...(options.workflow === undefined ? {} : { workflow: options.workflow }),
          kind: options.kind,
          namespace: options.namespace,
          name: options.name,
          ...(options.resource === undefined ? {} : { resourceKey: options.resource }),
          ...(options.apiVersion === undefined ? {} : { apiVersion: options.apiVersion }),
          ...(options.subscriptionId === undefined ? {} : { subscriptionId: options.subscriptionId }),
          ...(parameters === undefined ? {} : { requestParams: parameters }),
          ...(options.allowChanges === true ? { allowChanges: true } : {}),
          ...(options.allowRestart === true ? { allowRestart: true } : {}),
          ...(options.dryRun === true ? { dryRun: true } : {}),
        },
      });
      if (options.dryRun === true) return show(context, options, adoption);
      if (options.wait === true) return follow(context, adoption.instanceId, options);
      printObject(context, options, { instance_id: adoption.instanceId, status: 'DEPLOYING' });
    });
}

function show(context: Context, options: CommonOptions, adoption: Adoption): void {
  if (options.output === 'json') return printObject(context, options, adoption);
  const rows = adoption.preview.objects.flatMap(({ kind, name, action, fields }) => {
    const object = `${kind}/${name}`;
    if (fields.length === 0) return [{ object, action, path: '', before: undefined, after: undefined }];
    return fields.map(({ path, before, after }) => ({ object, action, path, before, after }));
  });
  printList(context, options, rows, {
    OBJECT: (row) => row.object,
    ACTION: (row) => row.action,
    FIELD: (row) => row.path,
    'IS NOW': (row) => inShort(row.before),
    'WOULD BE': (row) => inShort(row.after),
  });
  for (const { message } of adoption.refusals) say(context, options, `Not yet: ${message}`);
  if (adoption.refusals.length === 0) say(context, options, `It can be adopted, as instance ${adoption.instanceId}.`);
}

/** Characters of a value in a table. */
const SHOWN = 40;

function inShort(value: unknown): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}
