import type { KubernetesObject } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { claimsOf, isBilled, meteredClaim, meteredPod } from './metered.js';

const SINCE = '2026-12-03T10:00:00Z';

function pod(
  containers: object[],
  more: { labels?: object; phase?: string; startTime?: string; volumes?: object[] } = {},
): KubernetesObject {
  const { labels = {}, phase = 'Running', startTime = SINCE, volumes = [] } = more;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'pg-1', namespace: 'pg', labels, creationTimestamp: '2026-12-03T09:59:00Z' },
    spec: { containers, volumes },
    status: { phase, startTime },
  } as unknown as KubernetesObject;
}

function claim(status: object, requests: object = { storage: '1Gi' }): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'PersistentVolumeClaim',
    metadata: { name: 'pg-1', creationTimestamp: SINCE },
    spec: { resources: { requests } },
    status,
  };
}

describe('meteredPod', () => {
  it('counts requests of all containers, and limits where a container requests nothing', () => {
    const both = pod([
      { name: 'a', resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '4Gi' } } },
      { name: 'b', resources: { limits: { cpu: '1', memory: '1Gi' } } },
      { name: 'c' },
    ]);
    expect(meteredPod(both)).toEqual({ since: Date.parse(SINCE), amounts: { cpu: 1.25, memory: 1.5, storage: 0, replica: 1 } });
  });

  it('counts only what runs, and the Pod of a job is no replica', () => {
    expect(meteredPod(pod([], { phase: 'Pending' }))).toBeUndefined();
    expect(meteredPod(pod([], { phase: 'Succeeded' }))).toBeUndefined();
    const job = pod([{ name: 'a', resources: { requests: { cpu: 1 } } }], { labels: { 'batch.kubernetes.io/job-name': 'initdb' } });
    expect(meteredPod(job)?.amounts).toEqual({ cpu: 1, memory: 0, storage: 0, replica: 0 });
  });

  it('takes what is no amount, or less than nothing, for nothing', () => {
    const odd = pod([{ name: 'a', resources: { requests: { cpu: 'much', memory: '-1Gi' } } }]);
    expect(meteredPod(odd)?.amounts).toEqual({ cpu: 0, memory: 0, storage: 0, replica: 1 });
    expect(meteredPod(pod([], { startTime: 'yesterday' }))).toBeUndefined();
  });
});

it('a claim counts once storage is bound to it, with its real size', () => {
  expect(meteredClaim(claim({ phase: 'Bound', capacity: { storage: '10Gi' } }))?.amounts.storage).toBe(10);
  expect(meteredClaim(claim({ phase: 'Bound' }))?.amounts).toEqual({ cpu: 0, memory: 0, storage: 1, replica: 0 });
  expect(meteredClaim(claim({ phase: 'Pending' }))).toBeUndefined();
  expect(meteredClaim(claim({ phase: 'Bound' }, {}))).toBeUndefined();
});

it('only the label, with the value true, bills a Pod', () => {
  const labelled = (value: string) => pod([], { labels: { 'omnistrate.com/include-customer-billing': value } });
  expect([isBilled(labelled('true')), isBilled(labelled('false')), isBilled(pod([]))]).toEqual([true, false, false]);
  const volumes = [
    { name: 'data', persistentVolumeClaim: { claimName: 'pg-1' } },
    { name: 'tmp', emptyDir: {} },
  ];
  expect(claimsOf(pod([], { volumes }))).toEqual(['pg-1']);
});
