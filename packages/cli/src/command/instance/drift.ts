/** `instance drift [check | accept | revert]`: what others have changed in an instance's objects. */
import type { InstanceDrift } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { findPlace } from '../../lookup.js';
import { collect } from '../../parameters.js';
import { confirm } from '../confirm.js';

interface ChoiceOptions extends CommonOptions {
  finding?: string[];
  object?: string;
  all?: boolean;
  yes?: boolean;
}

interface ListOptions extends CommonOptions {
  reverted?: boolean;
  service?: string;
  environment?: string;
}

/** Characters of a value in a table. */
const SHOWN = 40;

/** Adds the commands. */
export function addInstanceDrift(instances: Command, context: Context): void {
  const group = instances
    .command('drift')
    .argument('[instance]', 'id; without it, all instances that have drifted')
    .description("Fields of an instance's objects that others have changed since its workflows set them (docs/drift.md)")
    .option('--reverted', 'also those that are as they were again')
    .option('--service <name>', 'without an instance: those of this service, name or id')
    .option('--environment <name>', 'of this environment of the service, name or id')
    .addHelpText(
      'after',
      '\nExamples:\n  cellplane instance drift instance-y24o87zd1\n  cellplane instance drift --service Postgres --environment Prod',
    )
    .action(async (id: string | undefined, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ListOptions>();
      const client = await signedIn(context, options);
      if (id !== undefined && (options.service ?? options.environment) !== undefined)
        throw new CommandFailure('bad_request', 'Give an instance, or --service and --environment for those of a place.');
      if (id !== undefined)
        return show(context, options, await client.describeInstanceDrift({ params: { id } }), options.reverted === true);
      const { instances: drifted } = await client.listDrift({ query: await findPlace(client, options) });
      printList(context, options, drifted, {
        ID: (row) => row.instanceId,
        CUSTOMER: (row) => row.orgName,
        OPEN: (row) => row.open,
        ACCEPTED: (row) => row.accepted,
        'CHANGED BY': (row) => row.managers.join(', '),
        'FIRST SEEN': (row) => row.firstSeen,
      });
    });
  group
    .command('check')
    .argument('<instance>', 'id')
    .description('Compare the objects of an instance with what its workflows left, now')
    .addHelpText('after', '\nExample:\n  cellplane instance drift check instance-y24o87zd1')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      show(context, options, await (await signedIn(context, options)).checkInstanceDrift({ params: { id } }), false);
    });
  withChoice(group.command('accept'))
    .description('Accept changed fields: they are told again when they change again; the next modify still sets them')
    .addHelpText('after', '\nExample:\n  cellplane instance drift accept instance-y24o87zd1 --object Cluster/pg')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChoiceOptions>();
      const body = chosen(options);
      const client = await signedIn(context, options);
      show(context, options, await client.acceptInstanceDrift({ params: { id }, body }), false);
    });
  withChoice(group.command('revert'))
    .description('Apply changed objects again, whole, as the workflows of the instance have left them')
    .option('-y, --yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  cellplane instance drift revert instance-y24o87zd1 --object Cluster/pg')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<ChoiceOptions>();
      const body = chosen(options);
      const client = await signedIn(context, options);
      await confirm(
        context,
        options,
        `This sets all fields of ${options.object ?? 'these objects'} that ${id} has set, which its operator may answer with a restart.`,
      );
      show(context, options, await client.revertInstanceDrift({ params: { id }, body }), true);
    });
}

function withChoice(command: Command): Command {
  return command
    .argument('<instance>', 'id')
    .option('--finding <id>', 'a finding; may be given several times', collect)
    .option('--object <Kind/name>', 'all findings of an object')
    .option('--all', 'all findings');
}

function chosen({ finding, object, all }: ChoiceOptions): { findings?: string[]; object?: string; all?: boolean } {
  if ([finding, object, all].filter((one) => one !== undefined).length !== 1)
    throw new CommandFailure('bad_request', 'Give one of --finding, --object and --all.');
  return {
    ...(finding === undefined ? {} : { findings: finding }),
    ...(object === undefined ? {} : { object }),
    ...(all === undefined ? {} : { all }),
  };
}

function show(context: Context, options: CommonOptions, drift: InstanceDrift, reverted: boolean): void {
  const findings = drift.findings.filter(({ state }) => reverted || state !== 'reverted');
  printList(context, options, findings, {
    FINDING: (row) => row.id,
    OBJECT: (row) => `${row.kind}/${row.name}`,
    FIELD: (row) => row.path,
    APPLIED: (row) => short(row.ours),
    'IS NOW': (row) => short(row.theirs),
    'CHANGED BY': (row) => row.manager,
    SINCE: (row) => row.since,
    STATE: (row) => (row.state === 'open' && row.changes > 1 ? `open, for the ${row.changes}. time` : row.state),
  });
  if (options.output === 'json') return;
  for (const { kind, name, message } of drift.troubles) say(context, options, `${kind}/${name} cannot be compared: ${message}`);
  if (drift.lookedAt === undefined) say(context, options, 'No object has been compared yet: "instance drift check" does.');
}

function short(value: unknown): string {
  if (value === undefined) return '(not there)';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN - 1)}…`;
}
