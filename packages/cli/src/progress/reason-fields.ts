import type { InstanceProgress, TaskProgress } from '@cellplane/api';

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

/** Why an instance is not where its operation wants it: what the run waits for, or where it failed. Empty if all is well. */
export function reasonFields({ run }: Pick<InstanceProgress, 'run'>): Record<string, string> {
  if (run === undefined) return {};
  return run.phase === 'Failed' ? failureFields(run.tasks) : waitFields(run.waitingFor);
}
