/** Waiting for what was asked for: `--wait`, `watch` and `workflow show`. */
import type { Client, InstanceOperation } from '@cellplane/api';
import { ResponseError } from '@cellplane/api/client';
import { type CommonOptions, type Context, printObject, signedIn } from '../context.js';
import { CommandFailure, Interrupted } from '../failure.js';
import { hintsOf } from '../hint.js';
import type { TellOptions } from '../progress/lines.js';
import { lasting, patiently, type PatienceOptions } from '../progress/patience.js';
import { showProgress } from '../progress/show.js';
import { pictureOfWorkflow, type RunPicture } from '../workflow/run-picture.js';
import { type RunSource, showRun } from '../workflow/show-run.js';

/** How often it is asked whether the next run of an operation has begun. Milliseconds. */
const POLL_MS = 500;

/**
 * Live progress of an instance, also over a restart of the server; JSON readers get the last state only.
 * @throws CommandFailure if it ended in failure: of the instance, or of what was seen running
 */
export async function follow(context: Context, id: string, options: CommonOptions): Promise<void> {
  const seenRunning = new Set<string>();
  const stream = async function* () {
    for await (const message of (await signedIn(context, options)).followInstance(id)) {
      if (message.event === 'progress' && message.data.run?.finishedAt === undefined) seenRunning.add(message.data.run?.id ?? '');
      yield message;
    }
  };
  const last = await interruptible(context, new Interrupted(`What is done to ${id}`, ['instance', 'watch', id]), () =>
    showProgress(lasting(stream, patienceOf(context)), screenFor(context, options), tellOptions(context, options)),
  );
  if (last === undefined || !last.final)
    throw new CommandFailure('interrupted', `The server ended the display of ${id}; what was accepted goes on.`);
  printObject(
    context,
    options,
    { instance_id: id, ...last },
    {
      instance_id: id,
      status: last.status,
      // What an instance that runs has to say for itself: parts that were not made, charts that differ.
      ...(last.status === 'FAILED' || (last.statusDescription ?? '') === '' ? {} : { note: last.statusDescription }),
      ...Object.fromEntries(
        last.status === 'DELETED' ? [] : Object.entries(last.endpoints).map(([name, address]) => [`endpoint ${name}`, address]),
      ),
    },
  );
  // What failed before anybody looked, and left the instance as it was, is not what is followed here.
  const hasFailed = ['Failed', 'Terminated'].includes(last.run?.phase ?? '') && seenRunning.has(last.run?.id ?? '');
  if (last.status === 'FAILED' || hasFailed)
    throw failed(last.statusDescription ?? last.run?.message ?? `${id} is ${last.status}.`, last.run?.id);
}

/** A deleted instance may be gone before anybody can look at it; that is what was wanted. */
export async function followToTheEnd(context: Context, id: string, options: CommonOptions): Promise<void> {
  try {
    await follow(context, id, options);
  } catch (error) {
    if (!(error instanceof ResponseError) || error.status !== 404) throw error;
    printObject(context, options, { instance_id: id, status: 'DELETED' });
  }
}

/**
 * Shows the runs of one operation, one after the other, until it is over: also of those that leave the instance's status
 * alone (backups, custom workflows). @throws CommandFailure if it ended in anything but success
 */
export async function followOperation(
  context: Context,
  wanted: { instanceId: string; isWanted: (operation: InstanceOperation) => boolean },
  options: CommonOptions,
): Promise<void> {
  const shown = new Set<string>();
  for (;;) {
    const history = await asked(context, options, (client) =>
      client.listInstanceOperations({ params: { id: wanted.instanceId }, query: { pageSize: 20 } }),
    );
    const operation = history.operations.find(wanted.isWanted);
    if (operation === undefined) throw new CommandFailure('not_found', `The operation is not in the history of ${wanted.instanceId}.`);
    const open = operation.runs.find((run) => run.endTime === undefined && !shown.has(run.id));
    if (open !== undefined) {
      shown.add(open.id);
      const source = runSource(context, options, { ...history, id: open.id });
      const interrupted = new Interrupted(`The ${operation.kind} of ${wanted.instanceId}`, ['workflow', 'show', open.id]);
      await interruptible(context, interrupted, () =>
        asked(context, options, () => showRun(source, screenFor(context, options), showOptions(context, options))),
      );
    } else if (operation.endTime !== undefined) return printEnd(context, options, wanted.instanceId, operation);
    else await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function printEnd(context: Context, options: CommonOptions, instanceId: string, operation: InstanceOperation): void {
  printObject(
    context,
    options,
    { instance_id: instanceId, ...operation },
    {
      instance_id: instanceId,
      operation: operation.verb ?? operation.kind,
      status: operation.status,
    },
  );
  if (operation.status !== 'SUCCEEDED')
    throw failed(
      operation.message ?? `The ${operation.kind} of ${instanceId} is ${operation.status}.`,
      operation.runs.findLast((run) => run.status === 'FAILED' || run.status === 'CANCELLED')?.id,
    );
}

/** Shows one run until it has ended. @throws CommandFailure unless it succeeded */
export async function followRun(
  context: Context,
  place: { serviceId: string; environmentId: string; id: string },
  options: CommonOptions & { once?: boolean },
): Promise<RunPicture> {
  const once = options.once === true ? { once: true } : {};
  const last = await interruptible(context, new Interrupted(`The run ${place.id}`, ['workflow', 'show', place.id]), () =>
    showRun(runSource(context, options, place), screenFor(context, options), { ...once, ...showOptions(context, options) }),
  );
  const { serviceId, environmentId, id } = place;
  if (options.output === 'json')
    printObject(context, options, {
      workflow_id: id,
      ...(await asked(context, options, (client) => client.describeWorkflow({ params: { serviceId, environmentId, id } }))),
    });
  if (last.status === 'FAILED' || last.status === 'CANCELLED')
    throw failed(last.message === '' ? `${place.id} is ${last.status}.` : last.message, place.id);
  return last;
}

/** Reads a run. The session is renewed where it runs out while one looks on. */
function runSource(context: Context, options: CommonOptions, place: { serviceId: string; environmentId: string; id: string }): RunSource {
  const params = { serviceId: place.serviceId, environmentId: place.environmentId, id: place.id };
  return {
    describe: async () => pictureOfWorkflow(await (await signedIn(context, options)).describeWorkflow({ params })),
    follow: async function* (instanceId) {
      yield* (await signedIn(context, options)).followInstance(instanceId);
    },
  };
}

/** An answer of the server, waited for over a restart of it. */
export function asked<T>(context: Context, options: CommonOptions, ask: (client: Client) => Promise<T>): Promise<T> {
  return patiently(
    async () => ask(await signedIn(context, options)),
    (text) => context.stderr(`${text}\n`),
    patienceOf(context),
  );
}

/** Why it failed, which run it was, and how it goes on once the cause is gone. */
function failed(message: string, runId: string | undefined): CommandFailure {
  if (runId === undefined) return new CommandFailure('failed', message);
  return new CommandFailure('failed', message, [
    { say: `The run was ${runId}. What to do about it says:`, command: ['workflow', 'describe', runId] },
    { say: 'Once the cause is gone, retry it with:', command: ['workflow', 'retry', runId] },
  ]);
}

/** Ctrl-C ends the display, and says that the work goes on. @throws Interrupted */
async function interruptible<T>(context: Context, interrupted: Interrupted, work: () => Promise<T>): Promise<T> {
  let off: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => (off = context.onInterrupt?.(() => reject(interrupted))));
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    off?.();
  }
}

function tellOptions(context: Context, options: CommonOptions): TellOptions {
  return { verbose: options.verbose, hints: hintsOf(context, options) };
}

function showOptions(context: Context, options: CommonOptions): TellOptions & PatienceOptions {
  return { ...tellOptions(context, options), ...patienceOf(context) };
}

function patienceOf({ pause }: Context): PatienceOptions {
  return { pause };
}

function screenFor(context: Context, options: CommonOptions): Context['screen'] {
  if (options.output !== 'json') return context.screen;
  return { isTerminal: false, columns: 80, rows: 40, color: false, write: () => {} };
}
