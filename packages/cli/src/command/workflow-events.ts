/** `workflow events`: what happened in a run, in the order in which it did, or a part of it. */
import type { Client } from '@cellplane/api';
import type { Command } from 'commander';
import { type CommonOptions, type Context, printList, printObject } from '../context.js';
import { CommandFailure } from '../failure.js';

export interface EventOptions extends CommonOptions {
  resourceId?: string;
  resourceKey?: string;
  stepNames?: string;
  since?: string;
  until?: string;
  maxEvents?: string;
}

type Events = Awaited<ReturnType<Client['listWorkflowEvents']>>;

export function withEventOptions(command: Command): Command {
  return command
    .option('--resource-key <key>', 'only of this resource')
    .option('--resource-id <id>', 'the same')
    .option('--step-names <list>', 'only of these steps and tasks, separated by commas')
    .option('--since <time>', 'only those at or after this time')
    .option('--until <time>', 'only those before this time')
    .option('--max-events <number>', 'the last so many')
    .option('--detail', 'accepted: every event is listed anyway');
}

export function printEvents(context: Context, answer: Events, options: EventOptions): void {
  const chosen = choose(answer, options);
  if (options.output === 'json') return printObject(context, options, chosen);
  const rows = chosen.resources.flatMap((resource) =>
    resource.workflowSteps.flatMap((step) =>
      step.events.map((event) => ({ resource: resource.resourceName, step: step.stepName, ...event })),
    ),
  );
  const sorted = rows.toSorted((a, b) => (a.sequence ?? 0) - (b.sequence ?? 0));
  printList(context, options, sorted.slice(-most(options)), {
    TIME: (row) => row.eventTime,
    EVENT: (row) => row.eventType,
    STEP: (row) => row.step,
    MESSAGE: (row) => row.message,
  });
}

/** The answer with what was asked for; its shape stays, so that JSON is what programs know. */
function choose(answer: Events, options: EventOptions): Events {
  const { resourceKey, resourceId } = options;
  const names = options.stepNames?.split(',').map((name) => name.trim().toLowerCase());
  const [since, until] = [time(options.since, '--since'), time(options.until, '--until')];
  const resources = answer.resources
    .filter((one) => (resourceKey ?? one.resourceKey) === one.resourceKey && (resourceId ?? one.resourceId) === one.resourceId)
    .map((one) => ({
      ...one,
      workflowSteps: one.workflowSteps
        .filter((step) => names === undefined || names.includes(step.stepName.toLowerCase()))
        .map((step) => ({
          ...step,
          events: step.events.filter(({ eventTime }) => !(Date.parse(eventTime) < since || Date.parse(eventTime) >= until)),
        })),
    }));
  return { ...answer, resources };
}

/** @throws CommandFailure */
function time(text: string | undefined, option: string): number {
  if (text === undefined) return option === '--since' ? -Infinity : Infinity;
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new CommandFailure('bad_request', `${option} "${text}" is not a time; use RFC 3339: 2030-01-31T12:00:00Z.`);
  return at;
}

/** @throws CommandFailure */
function most({ maxEvents }: EventOptions): number {
  if (maxEvents === undefined) return Infinity;
  const count = Number(maxEvents);
  if (!Number.isInteger(count) || count < 1) throw new CommandFailure('bad_request', '--max-events must be a whole number, at least 1.');
  return count;
}
