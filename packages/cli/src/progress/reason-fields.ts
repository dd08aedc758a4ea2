import type { Breakpoint, InstanceProgress, TaskProgress } from '@cellplane/api';
import type { Hints } from '../hint.js';
import { pauseText, sentence } from './cause-lines.js';
import type { TellOptions } from './lines.js';

type Wait = NonNullable<TaskProgress['waitingFor']>;

/** `Cluster/db`; empty for what is about no object. */
export function objectName(object: unknown): string {
  const { kind, name } = (object ?? {}) as { kind?: unknown; name?: unknown };
  return typeof kind === 'string' && kind !== '' ? `${kind}/${typeof name === 'string' ? name : ''}` : '';
}

/** What something waits for, about which object, why in the words of those who know, and until when. */
export function waitFields(wait: Wait | undefined, verbose = false): Record<string, string> {
  if (wait === undefined) return {};
  const object = objectName(wait.object);
  return {
    'waits for': wait.reason,
    ...(object === '' ? {} : { 'of object': object }),
    ...causeFields(wait, verbose),
    'waits since': wait.since,
    'waits until': wait.deadline,
  };
}

/** The root cause, what to do, and since when it is so; with `verbose` the other causes and what others say of it. */
function causeFields({ explanation, causes = [] }: Pick<Wait, 'explanation' | 'causes'>, verbose: boolean): Record<string, string> {
  const [root, ...others] = causes;
  if (root === undefined) return explanation === undefined ? {} : { because: explanation };
  const more = [...root.more, ...others.map(sentence)];
  return {
    because: explanation ?? sentence(root),
    ...(root.cure === '' ? {} : { 'what to do': root.cure }),
    ...(root.since === undefined ? {} : { 'so since': root.since }),
    ...(verbose ? Object.fromEntries(more.map((text, index) => [`more ${index + 1}`, text])) : {}),
    ...(verbose || more.length === 0 ? {} : { more: `${more.length} more of this with --verbose` }),
  };
}

/** The task at which a run failed: its name and object, and why. Empty if none did. */
export function failureFields(tasks: TaskProgress[], verbose = false): Record<string, string> {
  const failed = tasks.find((task) => task.phase === 'Failed' || task.phase === 'Error');
  if (failed === undefined) return {};
  const object = objectName(failed.object);
  return {
    'failed at': [failed.title || failed.name, object].filter((part) => part !== '').join(', '),
    ...causeFields({ causes: failed.causes }, verbose),
  };
}

/** What holds a paused run, how it goes on, what its open tasks still wait for, and what has failed already. */
export function pauseFields(
  run: { id: string; breakpoints: readonly Breakpoint[]; tasks: TaskProgress[]; waitingFor: Wait | undefined },
  { hints, verbose }: TellOptions & { hints: Hints },
): Record<string, string> {
  return {
    'is held': pauseText(run.breakpoints),
    'go on with': hints('workflow', 'resume', run.id),
    ...waitFields(run.waitingFor, verbose),
    ...failureFields(run.tasks, verbose),
  };
}

/** Why an instance is not where its operation wants it: what the run waits for, or where it failed. Empty if all is well. */
export function reasonFields(
  { status, run }: Pick<InstanceProgress, 'status' | 'run'>,
  options: TellOptions & { hints: Hints },
): Record<string, string> {
  if (run === undefined) return {};
  if (run.paused === true && run.finishedAt === undefined)
    return pauseFields({ id: run.id, breakpoints: run.breakpoints ?? [], tasks: run.tasks, waitingFor: run.waitingFor }, options);
  if (run.phase !== 'Failed') return waitFields(run.waitingFor, options.verbose);
  // The instance says nothing of what has failed and left it as it was.
  return {
    ...(status === 'FAILED' ? {} : { 'last workflow': `${run.kind} failed: ${run.message}` }),
    ...failureFields(run.tasks, options.verbose),
    'retry with': options.hints('workflow', 'retry', run.id),
  };
}
