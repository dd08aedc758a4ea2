/** `workflow …`: runs of instances. Service and environment may be left out where an instance says them. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';
import { findEnvironment, findInstance, findService } from '../lookup.js';

interface WorkflowOptions extends CommonOptions {
  service?: string;
  serviceId?: string;
  environment?: string;
  environmentId?: string;
  instance?: string;
  limit?: string;
}

interface Place {
  serviceId: string;
  environmentId: string;
}

type Described = Awaited<ReturnType<Client['describeWorkflow']>>;

/** Adds the commands. */
export function addWorkflowCommands(program: Command, context: Context): void {
  const group = program.command('workflow').description('Workflow runs: what was, is and will be done to instances');
  placed(group.command('list'))
    .description('List runs, newest first')
    .option('--limit <number>', 'how many', '10')
    .addHelpText('after', '\nExamples:\n  cellplane workflow list -i instance-y24o87zd1\n  cellplane workflow list -s Postgres -e Dev')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<WorkflowOptions>();
      const client = await signedIn(context, options);
      const instance = options.instance === undefined ? {} : { instanceId: options.instance };
      const { workflows } = await client.listWorkflows({
        params: await placeOf(client, options),
        query: { pageSize: Number(options.limit ?? 10), ...instance },
      });
      printList(context, options, workflows, {
        ID: (row) => row.id,
        TYPE: (row) => row.WorkflowType,
        STATUS: (row) => row.status,
        INSTANCE: (row) => row.instanceId,
        STARTED: (row) => row.startTime,
        ENDED: (row) => row.endTime,
        'WAITS FOR': (row) => row.waitingFor?.reason ?? row.message,
      });
    });

  on(group, context, 'describe', 'Show a run, its tasks, and what they wait for', async (client, params, options) => {
    const described = await client.describeWorkflow({ params });
    printObject(context, options, described, brief(described));
  });
  on(group, context, 'show', 'The same as describe', async (client, params, options) => {
    const described = await client.describeWorkflow({ params });
    printObject(context, options, described, brief(described));
  });
  on(group, context, 'events', 'List the events of a run', async (client, params, options) => {
    const events = await client.listWorkflowEvents({ params });
    const rows = events.resources.flatMap((resource) =>
      resource.workflowSteps.flatMap((step) =>
        step.events.map((event) => ({ resource: resource.resourceName, step: step.stepName, ...event })),
      ),
    );
    if (options.output === 'json') return printObject(context, options, events);
    return printList(
      context,
      options,
      rows.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0)),
      { TIME: (row) => row.eventTime, EVENT: (row) => row.eventType, STEP: (row) => row.step, MESSAGE: (row) => row.message },
    );
  });
  for (const [verb, description] of [
    ['pause', 'Start no new tasks of a run; those that run go on'],
    ['resume', 'Go on with a paused run'],
    ['retry', 'Take a failed run up again; what has succeeded stays'],
  ] as const)
    on(group, context, verb, description, async (client, params, options) => {
      const workflow = await client.updateWorkflow({ params, body: { status: verb } });
      printObject(context, options, workflow, { id: workflow.id, status: workflow.status });
    });
  on(group, context, 'terminate', 'End a run: no new task starts, open ones fail', async (client, params, options) => {
    const workflow = await client.terminateWorkflow({ params });
    printObject(context, options, workflow, { id: workflow.id, status: workflow.status });
  });
}

function placed(command: Command): Command {
  return command
    .option('-s, --service <name>', 'service, name or id')
    .option('--service-id <id>', 'the same')
    .option('-e, --environment <name>', 'environment, name or id')
    .option('--environment-id <id>', 'the same')
    .option('-i, --instance <id>', 'instance; says service and environment too');
}

function on(
  group: Command,
  context: Context,
  name: string,
  description: string,
  work: (client: Client, params: Place & { id: string }, options: WorkflowOptions) => Promise<void>,
): void {
  placed(group.command(name))
    .argument('<workflow>', 'id')
    .description(description)
    .addHelpText('after', `\nExample:\n  cellplane workflow ${name} submit-create-instance-y24o87zd1-k3x9q2ab`)
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<WorkflowOptions>();
      const client = await signedIn(context, options);
      // The id of a run holds the instance's, so nobody has to say it.
      const instance = options.instance ?? /instance-[a-z0-9]+/.exec(id)?.[0];
      if (instance === undefined && (options.serviceId ?? options.service) === undefined)
        throw new CommandFailure('bad_request', `"${id}" does not look like the id of a run. See: cellplane workflow list --instance …`);
      const place = await placeOf(client, instance === undefined ? options : { ...options, instance });
      await work(client, { ...place, id }, options);
    });
}

async function placeOf(client: Client, options: WorkflowOptions): Promise<Place> {
  const [service, environment] = [options.serviceId ?? options.service, options.environmentId ?? options.environment];
  if (service !== undefined) {
    const found = await findService(client, service);
    return { serviceId: found.id, environmentId: findEnvironment(found, environment).id };
  }
  if (options.instance === undefined)
    throw new CommandFailure('bad_request', 'Say which with --instance, or with --service and --environment.');
  try {
    const instance = await findInstance(client, options.instance);
    return { serviceId: instance.serviceId, environmentId: instance.serviceEnvironmentId };
  } catch (error) {
    if (error instanceof CommandFailure)
      throw new CommandFailure(error.name, `${error.message} For a deleted instance, say --service and --environment.`);
    throw error;
  }
}

function brief({ Workflow, tasks = [] }: Described): object {
  return {
    id: Workflow.id,
    type: Workflow.WorkflowType,
    status: Workflow.status,
    started: Workflow.startTime,
    ended: Workflow.endTime,
    message: Workflow.message,
    ...Object.fromEntries(
      tasks.map((task) => [
        `  ${task.title}`,
        `${task.phase}${task.waitingFor === undefined ? '' : `: waits for ${task.waitingFor.reason}`}${task.message === '' ? '' : ` (${task.message})`}`,
      ]),
    ),
  };
}
