import { describe, expect, it } from 'vitest';
import { ApiError } from './failure/errors.js';
import { explainNamespace, podProblems } from './explain.js';
import type { KubernetesClient, KubernetesObject } from './model.js';

const pod = (status: unknown): KubernetesObject => ({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'db-1' }, status });

describe('podProblems', () => {
  it.each([
    [
      {
        containerStatuses: [
          { name: 'postgres', state: { waiting: { reason: 'ImagePullBackOff', message: 'Back-off pulling image "x:1"' } } },
        ],
      },
      ['pod db-1, container postgres: ImagePullBackOff: Back-off pulling image "x:1"'],
    ],
    [
      {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes are available: 1 Insufficient cpu.' },
        ],
      },
      ['pod db-1 is not scheduled: Unschedulable: 0/1 nodes are available: 1 Insufficient cpu.'],
    ],
    [
      {
        containerStatuses: [
          {
            name: 'postgres',
            state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s' } },
            lastState: { terminated: { reason: 'Error', exitCode: 1 } },
          },
        ],
      },
      ['pod db-1, container postgres: CrashLoopBackOff: back-off 10s; last ended with exit code 1 (Error)'],
    ],
    [
      { initContainerStatuses: [{ name: 'bootstrap', state: { terminated: { reason: 'Error', exitCode: 2, message: 'no disk' } } }] },
      ['pod db-1, init container bootstrap: ended with exit code 2 (Error: no disk)'],
    ],
    [
      {
        containerStatuses: [
          {
            name: 'p',
            ready: false,
            restartCount: 3,
            state: { running: {} },
            lastState: { terminated: { reason: 'OOMKilled', exitCode: 137 } },
          },
        ],
      },
      ['pod db-1, container p: restarted 3 times, last ended with exit code 137 (OOMKilled)'],
    ],
    [
      { phase: 'Failed', reason: 'Evicted', message: 'The node was low on memory' },
      ['pod db-1 failed: Evicted: The node was low on memory'],
    ],
    [{ containerStatuses: [{ name: 'p', state: { waiting: { reason: 'ContainerCreating' } } }] }, []],
    [
      {
        initContainerStatuses: [{ name: 'i', state: { terminated: { exitCode: 0 } } }],
        containerStatuses: [{ name: 'p', ready: true, state: { running: {} } }],
      },
      [],
    ],
    [undefined, []],
  ])('%#', (status, problems) => {
    expect(podProblems(pod(status)).map(({ text }) => text)).toEqual(problems);
  });
});

describe('explainNamespace', () => {
  const event = (name: string, at: string, more: Record<string, unknown> = {}): KubernetesObject => ({
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name },
    type: 'Warning',
    reason: 'Failed',
    message: name,
    involvedObject: { kind: 'Pod', name: 'db-1', uid: 'p' },
    lastTimestamp: at,
    count: 2,
    source: { component: 'kubelet' },
    ...more,
  });

  const clientWith = (list: KubernetesClient['list']): KubernetesClient => ({ list }) as unknown as KubernetesClient;

  it('puts the warnings of the object first, newest first, ten at most', async () => {
    const asked: unknown[] = [];
    const involvedObject = { kind: 'Cluster', name: 'db', uid: 'c' };
    const own = event('own', '2026-01-01T00:00:00Z', { involvedObject, source: {}, reportingComponent: 'cloudnative-pg' });
    const series = event('series', '2026-01-01T00:00:00Z', { series: { count: 9, lastObservedTime: '2026-03-01T00:00:00Z' } });
    const others = Array.from({ length: 12 }, (_, index) => event(`e${index}`, `2026-02-01T00:00:${10 + index}Z`));
    const client = clientWith((of) => {
      asked.push(of);
      return Promise.resolve({
        resourceVersion: '1',
        items: of.kind === 'Pod' ? [] : [...others, series, own, event('normal', '', { type: 'Normal' })],
      });
    });
    const explanation = await explainNamespace(client, 'ns', { uid: 'c', name: 'db' });
    expect(asked).toContainEqual({ apiVersion: 'v1', kind: 'Event', namespace: 'ns', fieldSelector: 'type=Warning' });
    expect(explanation.unread).toEqual([]);
    expect(explanation.events).toHaveLength(10);
    expect(explanation.events[0]).toEqual({
      type: 'Warning',
      object: 'Cluster/db',
      reason: 'Failed',
      message: 'own',
      count: 2,
      at: '2026-01-01T00:00:00Z',
      source: 'cloudnative-pg',
    });
    expect(explanation.events.slice(1, 3).map(({ message, count }) => `${message} ${count}`)).toEqual(['series 9', 'e11 2']);
  });

  it('says what it could not read', async () => {
    const client = clientWith((of) =>
      of.kind === 'Event'
        ? Promise.resolve({ resourceVersion: '1', items: [] })
        : Promise.reject(new ApiError('pods is forbidden', 403, 'Forbidden', 'transient')),
    );
    await expect(explainNamespace(client, 'ns')).resolves.toEqual({
      podProblems: [],
      events: [],
      unread: ['Pods of ns: pods is forbidden'],
    });
  });
});
