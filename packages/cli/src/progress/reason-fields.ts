import type { Breakpoint, InstanceProgress, TaskProgress } from '@cellplane/api';

type Wait = NonNullable<TaskProgress['waitingFor']>;

/** `Cluster/db`; empty for what is about no object. */
export function objectName(object: unknown): string {
  const { kind, name } = (object ?? {}) as { kind?: unknown; name?: unknown };
  return typeof kind === 'string' && kind !== '' ? `${kind}/${typeof name === 'string' ? name : ''}` : '';
}

/** What something waits for, about which object, why in the words of those who know, and until when. */
export function waitFields(wait: Wait | undefined): Record<string, string> {
  if (wait === undefined) return {};
  const object = objectName(wait.object);
  return {
    'waits for': wait.reason,
    ...(object === '' ? {} : { 'of object': object }),
    ...(wait.explanation === undefined ? {} : { because: wait.explanation }),
    'waits since': wait.since,
    'waits until': wait.deadline,
  };
}

/** The task at which a run failed: its name and object. Empty if none did. */
export function failureFields(tasks: TaskProgress[]): Record<string, string> {
  const failed = tasks.find((task) => task.phase === 'Failed' || task.phase === 'Error');
  if (failed === undefined) return {};
  const object = objectName(failed.object);
  return { 'failed at': [failed.title || failed.name, object].filter((part) => part !== '').join(', ') };
}

/** What holds a paused run: breakpoints, else a person. */
export function pauseText(breakpoints: readonly Breakpoint[]): string {
  const hits = breakpoints.filter((breakpoint) => breakpoint.status === 'Hit');
  if (hits.length === 0) return 'paused: no new task begins';
  return `held before ${hits.map((hit) => hit.place ?? hit.id).join(' and ')} by a breakpoint`;
}

/** What holds a paused run, how it goes on, what its open tasks still wait for, and what has failed already. */
export function pauseFields(run: {
  id: string;
  breakpoints: readonly Breakpoint[];
  tasks: TaskProgress[];
  waitingFor: Wait | undefined;
}): Record<string, string> {
  return {
    'is held': pauseText(run.breakpoints),
    'go on with': `cellplane workflow resume ${run.id}`,
    ...waitFields(run.waitingFor),
    ...failureFields(run.tasks),
  };
}

/** Why an instance is not where its operation wants it: what the run waits for, or where it failed. Empty if all is well. */
export function reasonFields({ status, run }: Pick<InstanceProgress, 'status' | 'run'>): Record<string, string> {
  if (run === undefined) return {};
  if (run.paused === true && run.finishedAt === undefined)
    return pauseFields({ id: run.id, breakpoints: run.breakpoints ?? [], tasks: run.tasks, waitingFor: run.waitingFor });
  if (run.phase !== 'Failed') return waitFields(run.waitingFor);
  // The instance says nothing of what has failed and left it as it was.
  return { ...(status === 'FAILED' ? {} : { 'last workflow': `${run.kind} failed: ${run.message}` }), ...failureFields(run.tasks) };
}
