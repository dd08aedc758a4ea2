/** `instance breakpoint list | add | resume`: where what is being done to an instance is held. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../../context.js';
import { CommandFailure } from '../../failure.js';
import { hintsOf } from '../../hint.js';
import { findInstance, placeOf } from '../../lookup.js';
import { confirm } from '../confirm.js';
import { followRun } from '../follow.js';

export function addInstanceBreakpoints(instances: Command, context: Context): void {
  const group = instances
    .command('breakpoint')
    .description('Where the running operation of an instance is held; set with create --breakpoints, or here');
  group
    .command('list')
    .argument('<instance>', 'id')
    .description('List the breakpoints of the running operation')
    .addHelpText('after', '\nExample:\n  cellplane instance breakpoint list instance-y24o87zd1')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const { activeBreakpoints = [] } = await client.describeInstance({ params: placeOf(await findInstance(client, id)), query: {} });
      printList(context, options, activeBreakpoints, {
        ID: (row) => row.id,
        EVENT: (row) => row.event,
        STATUS: (row) => row.status,
        'HOLDS BEFORE': (row) => row.place,
        SINCE: (row) => row.hitAt,
      });
    });
  group
    .command('add')
    .argument('<instance>', 'id')
    .argument('<place>', 'name of a task or a stage that has not begun; workflow for the first task')
    .description('Hold the running workflow of an instance before a task or a stage')
    .addHelpText('after', '\nExample:\n  cellplane instance breakpoint add instance-y24o87zd1 applycluster')
    .action(async (id: string, at: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const run = await openRun(client, id, false);
      printObject(context, options, await client.addBreakpoint({ params: { id: run.id }, body: { at } }), {
        workflow: run.id,
        'held before': at,
      });
    });
  group
    .command('resume')
    .argument('<instance>', 'id')
    .description('Go on with what is held at a breakpoint')
    .option('-f, --force', 'without asking')
    .option('-y, --yes', 'the same')
    .option('--wait', 'show the progress until it has ended; exit 1 if it failed')
    .addHelpText('after', '\nExample:\n  cellplane instance breakpoint resume instance-y24o87zd1 --force')
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions & { force?: boolean; yes?: boolean; wait?: boolean }>();
      const client = await signedIn(context, options);
      const run = await openRun(client, id, true);
      if (options.force !== true && options.yes !== true && context.isInteractive)
        await confirm(context, {}, `This goes on with ${run.id}.`);
      const resumed = await client.updateWorkflow({ params: run, body: { status: 'resume' } });
      if (options.wait === true) return void (await followRun(context, run, options));
      printObject(context, options, { workflow_id: resumed.id, instance_id: id, ...resumed }, { id: resumed.id, status: resumed.status });
      say(context, options, `\nFollow it with: ${hintsOf(context, options)('workflow', 'show', resumed.id)}`);
      return undefined;
    });
}

/** The run of the running operation. @throws CommandFailure if there is none */
async function openRun(
  client: Client,
  instanceId: string,
  mustBePaused: boolean,
): Promise<{ serviceId: string; environmentId: string; id: string }> {
  const params = placeOf(await findInstance(client, instanceId));
  const { workflows } = await client.listWorkflows({ params, query: { pageSize: 20, instanceId } });
  const found = workflows.find((one) => (mustBePaused ? ['PAUSED'] : ['PAUSED', 'IN_PROGRESS']).includes(one.status));
  if (found !== undefined) return { serviceId: params.serviceId, environmentId: params.environmentId, id: found.id };
  throw new CommandFailure('not_found', `Nothing is ${mustBePaused ? 'held' : 'being done'} on ${instanceId}.`, [
    { command: ['workflow', 'list', '--instance', instanceId] },
  ]);
}
