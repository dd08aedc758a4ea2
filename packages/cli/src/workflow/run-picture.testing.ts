/** A run for drawings: a secret, then a cluster that waits and a job beside it, then a pooler that needs both. */
import type { TaskProgress } from '@cellplane/api';
import type { RunPicture } from './run-picture.js';

export const NOW = Date.parse('2026-01-01T00:01:00Z');
const at = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();

export function task(name: string, more: Partial<TaskProgress> = {}): TaskProgress {
  return {
    kind: 'task',
    name,
    title: name,
    nodeId: `main.${name}`,
    phase: 'Succeeded',
    message: '',
    attempts: 1,
    startedAt: at(20),
    ...more,
  };
}

export function stage(name: string, position: 'before' | 'after', more: Partial<TaskProgress> = {}): TaskProgress {
  return { kind: 'stage', name, title: name, position, phase: 'Succeeded', message: '', attempts: 1, ...more };
}

export const CLUSTER = task('cluster', {
  phase: 'Running',
  action: 'apply',
  object: { kind: 'Cluster', name: 'pg-1' },
  startedAt: at(12),
  waitingFor: {
    reason: 'status.phase == Ready: is Pending',
    since: at(12),
    deadline: new Date(NOW + 840_000).toISOString(),
    success: {
      op: 'and',
      text: 'a && b',
      value: false,
      children: [
        { op: 'clause', text: 'status.phase == Ready', value: false, live: 'Pending' },
        { op: 'clause', text: 'status.instances == 2', value: true, live: 2 },
      ],
    },
    object: { kind: 'Cluster', name: 'pg-1' },
    explanation: 'FailedScheduling: 0/1 nodes are available: 1 Insufficient memory.',
  },
});

export function picture(more: Partial<RunPicture> = {}): RunPicture {
  return {
    id: 'submit-create-instance-1-k3x9',
    kind: 'create',
    instanceId: 'instance-1',
    status: 'IN_PROGRESS',
    message: '',
    startedAt: NOW - 30_000,
    deadline: NOW + 4_500_000,
    tasks: [
      stage('Charts', 'before', { startedAt: at(30), finishedAt: at(29.6) }),
      task('secret', { action: 'apply', object: { kind: 'Secret', name: 'access' }, finishedAt: at(19.9) }),
      CLUSTER,
      stage('Endpoints', 'after', { phase: 'Pending' }),
    ],
    graph: [
      { id: 'main.secret', name: 'secret', dependsOn: [], action: 'apply', kind: 'Secret' },
      { id: 'main.cluster', name: 'cluster', dependsOn: ['main.secret'], action: 'apply', kind: 'Cluster' },
      { id: 'main.job', name: 'job', dependsOn: ['main.secret'], action: 'create', kind: 'Job' },
      { id: 'main.pooler', name: 'pooler', dependsOn: ['main.cluster', 'main.job'], action: 'apply', kind: 'Pooler' },
    ],
    breakpoints: [],
    ...more,
  };
}
