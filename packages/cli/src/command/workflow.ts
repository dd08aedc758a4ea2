/** `workflow …`: runs of instances. Service and environment may be left out where an instance says them. */
import type { Client, TaskProgress } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject, say, signedIn } from '../context.js';
import { CommandFailure } from '../failure.js';
import { type Hints, hintsOf } from '../hint.js';
import { findEnvironment, findService } from '../lookup.js';
import { seconds, type TellOptions } from '../progress/lines.js';
import { failureFields, objectName, pauseFields, waitFields } from '../progress/reason-fields.js';
import { followRun } from './follow.js';
import { confirm } from './confirm.js';
import { readCount, withWait } from './instance/action.js';
import { type EventOptions, printEvents, withEventOptions } from './workflow-events.js';

interface WorkflowOptions extends EventOptions {
  service?: string;
  serviceId?: string;
  environment?: string;
  environmentId?: string;
  instance?: string;
  limit?: string;
  startDate?: string;
  endDate?: string;
  nextPageToken?: string;
  once?: boolean;
  wait?: boolean;
  yes?: boolean;
  confirm?: boolean;
}

interface Place {
  serviceId: string;
  environmentId: string;
}

/** The server gives no more at once. */
const LONGEST_PAGE = 500;

type Described = Awaited<ReturnType<Client['describeWorkflow']>>;

/** Adds the commands. */
export function addWorkflowCommands(program: Command, context: Context): void {
  const group = program.command('workflow');
  addList(group, context);
  placed(group.command('summary'))
    .description('How many runs are active, and how many have succeeded and failed in the last 24 hours')
    .addHelpText('after', '\nExample:\n  cellplane workflow summary -s Postgres -e Dev')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<WorkflowOptions>();
      const client = await signedIn(context, options);
      const summary = await client.describeWorkflowSummary({ params: await placeOf(client, options) });
      printObject(context, options, summary, {
        active: summary.ActiveWorkflowCount,
        succeeded: summary.CompletedWorkflowCount,
        failed: summary.FailedWorkflowCount,
      });
    });
  on(
    group,
    context,
    'show',
    'Draw a run: its tasks as a graph, live, with what each waits for, until it has ended',
    async (_, params, options) => {
      await followRun(context, params, options);
    },
  ).option('--once', 'one picture of now; exit 1 only if the run has failed');
  on(group, context, 'describe', 'Show a run, its tasks, and what they wait for', async (client, params, options) =>
    describe(context, options, await client.describeWorkflow({ params })),
  );
  withEventOptions(
    on(group, context, 'events', 'List the events of a run', async (client, params, options) =>
      printEvents(context, await client.listWorkflowEvents({ params }), options),
    ),
  );
  for (const [verb, description] of [
    ['pause', 'Start no new tasks of a run; those that run go on'],
    ['resume', 'Go on with a paused run, or one that is held at a breakpoint'],
    ['retry', 'Take a failed run up again; what has succeeded stays'],
  ] as const)
    withWaitUnless(
      verb === 'pause',
      on(group, context, verb, description, async (client, params, options) => {
        const workflow = await client.updateWorkflow({ params, body: { status: verb } });
        if (options.wait === true) return void (await followRun(context, params, options));
        printObject(context, options, { workflow_id: workflow.id, ...workflow }, { id: workflow.id, status: workflow.status });
        if (verb !== 'pause') say(context, options, `\nFollow it with: ${hintsOf(context, options)('workflow', 'show', workflow.id)}`);
        return undefined;
      }),
    );
  on(group, context, 'terminate', 'End a run: no new task starts, open ones fail', async (client, params, options) => {
    if (context.isInteractive)
      await confirm(context, { yes: options.yes ?? options.confirm ?? false }, `This ends ${params.id}; its instance is FAILED then.`);
    const workflow = await client.terminateWorkflow({ params });
    printObject(context, options, { workflow_id: workflow.id, ...workflow }, { id: workflow.id, status: workflow.status });
  })
    .option('-y, --yes', 'without asking')
    .option('--confirm', 'the same');
  group
    .command('breakpoint')
    .argument('<workflow>', 'id')
    .argument('<place>', 'name of a task or a stage that has not begun; workflow for the first task')
    .description('Hold a run before a task or a stage')
    .addHelpText('after', '\nExample:\n  cellplane workflow breakpoint submit-create-instance-y24o87zd1-k3x9q2ab applycluster')
    .action(async (id: string, at: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<CommonOptions>();
      const client = await signedIn(context, options);
      const answer = await client.addBreakpoint({ params: { id }, body: { at } });
      printObject(
        context,
        options,
        { workflow_id: id, ...answer },
        { id, 'held before': at, 'go on with': hintsOf(context, options)('workflow', 'resume', id) },
      );
    });
}

function addList(group: Command, context: Context): void {
  placed(group.command('list'))
    .description('List runs, newest first')
    .option('--limit <number>', 'how many', '10')
    .option('--since <time>', 'only those begun at or after this time')
    .option('--until <time>', 'only those begun before this time')
    .option('--start-date <time>', 'the same as --since')
    .option('--end-date <time>', 'the same as --until')
    .option('--next-page-token <token>', 'go on after an earlier list')
    .addHelpText('after', '\nExamples:\n  cellplane workflow list -i instance-y24o87zd1\n  cellplane workflow list -s Postgres -e Dev')
    .action(async (_: unknown, command: Command) => {
      const options = command.optsWithGlobals<WorkflowOptions>();
      const client = await signedIn(context, options);
      const wanted = readCount('--limit', options.limit);
      const { workflows, nextPageToken } = await newest(client, options, wanted);
      const rows = workflows.map((one) => ({ workflow_id: one.id, instance_id: one.instanceId, ...one }));
      printList(context, options, rows, {
        ID: (row) => row.id,
        TYPE: (row) => row.WorkflowType,
        STATUS: (row) => row.status,
        INSTANCE: (row) => row.instanceId,
        STARTED: (row) => row.startTime,
        TOOK: (row) => (row.endTime === undefined ? '' : seconds(Date.parse(row.endTime) - Date.parse(row.startTime))),
        MESSAGE: (row) => row.message,
      });
      if (nextPageToken !== undefined) say(context, options, `\nThere are more: --next-page-token ${nextPageToken}`);
    });
}

/** So many runs, page after page, and the token of what comes after them. */
async function newest(
  client: Client,
  options: WorkflowOptions,
  wanted: number,
): Promise<{ workflows: Described['Workflow'][]; nextPageToken?: string }> {
  const params = await placeOf(client, options);
  const [from, to] = [options.since ?? options.startDate, options.until ?? options.endDate];
  const workflows: Described['Workflow'][] = [];
  let token = options.nextPageToken;
  do {
    const page = await client.listWorkflows({
      params,
      query: {
        pageSize: Math.min(wanted - workflows.length, LONGEST_PAGE),
        ...(options.instance === undefined ? {} : { instanceId: options.instance }),
        ...(from === undefined ? {} : { startDate: from }),
        ...(to === undefined ? {} : { endDate: to }),
        ...(token === undefined ? {} : { nextPageToken: token }),
      },
    });
    workflows.push(...page.workflows);
    token = page.nextPageToken;
  } while (token !== undefined && workflows.length < wanted);
  return token === undefined ? { workflows } : { workflows, nextPageToken: token };
}

/** Head, then a table of stages and tasks; JSON has it as the API gives it. */
function describe(context: Context, options: CommonOptions, described: Described): void {
  const { Workflow, tasks = [], breakpoints = [] } = described;
  const held = breakpoints.filter((breakpoint) => breakpoint.status !== 'Passed');
  printObject(
    context,
    options,
    { workflow_id: Workflow.id, instance_id: Workflow.instanceId, ...described },
    {
      id: Workflow.id,
      type: Workflow.WorkflowType,
      status: Workflow.status,
      instance: Workflow.instanceId,
      started: Workflow.startTime,
      ended: Workflow.endTime,
      deadline: Workflow.endTime === undefined ? Workflow.deadline : undefined,
      message: Workflow.message,
      ...why(described, { verbose: options.verbose, hints: hintsOf(context, options) }),
      ...(held.length === 0 ? {} : { breakpoints: held.map((one) => `${one.place ?? one.id} (${one.status})`).join(', ') }),
      ...(Object.keys(described.outputs ?? {}).length === 0 ? {} : { outputs: described.outputs }),
    },
  );
  if (options.output === 'json' || tasks.length === 0) return;
  context.screen.write('\n');
  printList(context, options, tasks, {
    TASK: (row) => row.title || row.name,
    KIND: (row) => row.kind,
    STATE: (row) => row.phase,
    TRIES: (row) => (row.kind === 'task' && row.attempts > 1 ? row.attempts : ''),
    TOOK: took,
    OBJECT: (row) => objectName(row.object),
    REASON: (row) => row.waitingFor?.reason ?? row.message,
  });
}

/** Why a run stands still or has failed. */
function why({ Workflow, tasks = [], breakpoints = [] }: Described, options: TellOptions & { hints: Hints }): Record<string, string> {
  if (Workflow.status === 'PAUSED') return pauseFields({ id: Workflow.id, breakpoints, tasks, waitingFor: Workflow.waitingFor }, options);
  if (Workflow.status !== 'FAILED') return waitFields(Workflow.waitingFor, options.verbose);
  return { ...failureFields(tasks, options.verbose), 'retry with': options.hints('workflow', 'retry', Workflow.id) };
}

function took({ startedAt, finishedAt }: TaskProgress): string {
  if (startedAt === undefined) return '';
  return seconds((finishedAt === undefined ? Date.now() : Date.parse(finishedAt)) - Date.parse(startedAt));
}

/** What starts work can be waited for. */
function withWaitUnless(isShort: boolean, command: Command): Command {
  return isShort ? command : withWait(command);
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
): Command {
  return placed(group.command(name))
    .argument('<workflow>', 'id')
    .description(description)
    .addHelpText('after', `\nExample:\n  cellplane workflow ${name} submit-create-instance-y24o87zd1-k3x9q2ab`)
    .action(async (id: string, _: unknown, command: Command) => {
      const options = command.optsWithGlobals<WorkflowOptions>();
      const client = await signedIn(context, options);
      // The id of a run holds the instance's, so nobody has to say it.
      const instance = options.instance ?? /instance-[a-z0-9]+/.exec(id)?.[0];
      if (instance === undefined && (options.serviceId ?? options.service) === undefined)
        throw new CommandFailure('bad_request', `"${id}" does not look like the id of a run.`, [
          { command: ['workflow', 'list', '--instance', '…'] },
        ]);
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
  // The history knows deleted instances, too.
  const { serviceId, environmentId } = await client.listInstanceOperations({ params: { id: options.instance }, query: { pageSize: 1 } });
  return { serviceId, environmentId };
}
