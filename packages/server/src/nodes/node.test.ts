import type { ExplainedEvent, KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { inOrder, nodeOf } from './node.js';

const zones = new Map([['cell-0', 'berlin-a']]);

function pod(status: object, { labels = {}, metadata = {}, spec = {} }: { labels?: object; metadata?: object; spec?: object } = {}) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pg-1', creationTimestamp: '2026-01-01T00:00:00Z', labels, ...metadata },
    spec: { nodeName: 'cell-0', containers: [{ name: 'postgres', image: 'postgres:17' }], ...spec },
    status,
  } as KubernetesObject;
}

const running = {
  phase: 'Running',
  startTime: '2026-01-01T00:00:05Z',
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ name: 'postgres', ready: true, restartCount: 2, state: { running: {} }, lastState: { terminated: {} } }],
};

const warning = (object: string, reason: string, message: string): ExplainedEvent => ({
  type: 'Warning',
  object,
  reason,
  message,
  count: 1,
  at: '2026-01-01T00:01:00Z',
  source: 'kubelet',
});

describe('a node', () => {
  it('that is well says what it is, since when and where', () => {
    expect(
      nodeOf(pod(running, { labels: { 'cnpg.io/instanceRole': 'primary' } }), [warning('Pod/pg-1', 'Failed', 'long ago')], zones),
    ).toEqual({
      id: 'pg-1',
      status: 'RUNNING',
      healthStatus: 'HEALTHY',
      availabilityZone: 'berlin-a',
      machine: 'cell-0',
      role: 'primary',
      ready: true,
      restarts: 2,
      since: '2026-01-01T00:00:05Z',
      cpu: {},
      memory: {},
      containers: [
        { name: 'postgres', image: 'postgres:17', state: 'running', ready: true, restarts: 2, isInit: false, hasPrevious: true },
      ],
    });
  });

  it('that is not well says why, in the words of the kubelet', () => {
    const waiting = { reason: 'ImagePullBackOff', message: 'Back-off pulling image "postgres:99"' };
    const status = { phase: 'Pending', containerStatuses: [{ name: 'postgres', ready: false, state: { waiting } }] };
    expect(nodeOf(pod(status), [], zones)).toMatchObject({
      status: 'PENDING',
      healthStatus: 'UNHEALTHY',
      reason: {
        code: 'image-pull',
        cause: 'pod pg-1, container postgres: the image cannot be pulled (ImagePullBackOff)',
        words: '"postgres:99"',
      },
    });
  });

  it('that runs and is not ready has the last warning about itself, not that of another', () => {
    const status = { ...running, conditions: [{ type: 'Ready', status: 'False' }] };
    const said = [warning('Pod/pg-2', 'Failed', 'elsewhere'), warning('Pod/pg-1', 'Unhealthy', 'Readiness probe failed: no connection')];
    expect(nodeOf(pod(status), said, zones).reason).toMatchObject({ words: expect.stringContaining('no connection') as string });
    expect(nodeOf(pod(status), [], zones)).toMatchObject({ healthStatus: 'UNKNOWN' });
  });

  it('that has ended, or goes, has no health', () => {
    expect(nodeOf(pod({ phase: 'Succeeded' }, { labels: { 'batch.kubernetes.io/job-name': 'init' } }), [], zones)).toMatchObject({
      status: 'COMPLETE',
      role: 'job',
    });
    const going = nodeOf(pod(running, { metadata: { deletionTimestamp: '2026-01-01T00:02:00Z' } }), [], zones);
    expect([going.status, going.healthStatus]).toEqual(['DELETING', undefined]);
  });

  it('adds up what its containers ask for; it is limited only if all of them are', () => {
    const containers = [
      { name: 'a', resources: { requests: { cpu: '500m', memory: '1Gi' }, limits: { cpu: '1', memory: '2Gi' } } },
      { name: 'b', resources: { requests: { cpu: '0.25' }, limits: { memory: '512Mi' } } },
    ];
    const { cpu, memory } = nodeOf(pod(running, { spec: { containers } }), [], zones);
    expect([cpu, memory]).toEqual([{ request: 0.75 }, { request: 2 ** 30, limit: 2.5 * 2 ** 30 }]);
  });

  it('stands behind the main one, and before what has ended', () => {
    const named = (name: string, labels: object, status: object = running) =>
      nodeOf(pod(status, { labels, metadata: { name } }), [], zones);
    const nodes = [named('pg-10', {}), named('a-job', {}, { phase: 'Succeeded' }), named('pg-2', {}), named('pg-9', { role: 'primary' })];
    expect(inOrder(nodes).map(({ id }) => id)).toEqual(['pg-9', 'pg-2', 'pg-10', 'a-job']);
  });
});
