import { podProblems } from '@cellplane/kubernetes';
import { describe, expect, it } from 'vitest';
import { causesOf, textOf } from './causes.js';
import { saidByEvent, saidByPod, saidByStatus, type Statement } from './statements.js';

const IMAGE = 'registry.test/does-not-exist:1';
const RPC = `rpc error: code = NotFound desc = failed to pull and unpack image "${IMAGE}": failed to resolve reference "${IMAGE}": ${IMAGE}: not found`;

function container(name: string, state: object, more: object = {}) {
  const status = { startTime: '2026-01-01T00:00:00Z', containerStatuses: [{ name: 'main', ready: false, state, ...more }] };
  return podProblems({ apiVersion: 'v1', kind: 'Pod', metadata: { name }, status }).map(saidByPod);
}
const waiting = (name: string, reason: string, message: string) => container(name, { waiting: { reason, message } });
const event = (object: string, reason: string, message: string, source = 'kubelet'): Statement =>
  saidByEvent({ type: 'Warning', object, reason, message, source, count: 3, at: '2026-01-01T00:01:00Z', since: '2026-01-01T00:00:10Z' });

/** What a real cluster says of an image that is not there: the same thing again and again. */
function imageWorld(pod: string): Statement[] {
  return [
    ...waiting(pod, 'ImagePullBackOff', `Back-off pulling image "${IMAGE}": ErrImagePull: ${RPC}`),
    event(`Pod/${pod}`, 'Failed', `Failed to pull image "${IMAGE}": ${RPC}`),
    event(`Pod/${pod}`, 'Failed', 'Error: ErrImagePull'),
    event(`Pod/${pod}`, 'BackOff', `Back-off pulling image "${IMAGE}"`),
    event(`Pod/${pod}`, 'Failed', 'Error: ImagePullBackOff'),
  ];
}

describe('an image that cannot be pulled', () => {
  it('is one short sentence: where, what, why; the cure beside it, the rest behind it', () => {
    const causes = causesOf(imageWorld('app-1'));
    expect(causes).toMatchObject([
      {
        code: 'image-pull',
        cause: 'pod app-1, container main: the image cannot be pulled (ImagePullBackOff)',
        words: `"${IMAGE}": not found`,
        object: 'Pod/app-1',
        count: 1,
        since: '2026-01-01T00:00:00Z',
        cure: expect.stringContaining('Correct its name or tag'),
      },
    ]);
    expect(textOf(causes)).toBe(`pod app-1, container main: the image cannot be pulled (ImagePullBackOff): "${IMAGE}": not found`);
    expect(causes[0]?.more.length).toBeGreaterThan(0);
    expect(causes[0]?.more.every((one) => one.length <= 300)).toBe(true);
  });

  it('is said once for all replicas', () => {
    const causes = causesOf(['app-1', 'app-2', 'app-3', 'app-4'].flatMap(imageWorld));
    expect(causes).toHaveLength(1);
    expect(causes[0]?.cause).toBe('4 pods (app-1, app-2, app-3, …), container main: the image cannot be pulled (ImagePullBackOff)');
    expect(causes[0]).toMatchObject({ count: 4, objects: ['Pod/app-1', 'Pod/app-2', 'Pod/app-3', 'Pod/app-4'] });
  });

  it('reads the same while the kubelet goes from one name of it to the other', () => {
    const [first, second] = ['ErrImagePull', 'ImagePullBackOff'].map((reason) =>
      textOf(
        causesOf([
          ...waiting('app-1', reason, reason === 'ErrImagePull' ? RPC : `Back-off pulling image "${IMAGE}"`),
          ...imageWorld('app-1'),
        ]),
      ),
    );
    expect(first).toBe(second);
  });

  it('keeps the reason where the registry cannot be reached', () => {
    const message = `Failed to pull image "${IMAGE}": failed to resolve reference "${IMAGE}": failed to do request: Head "https://registry.test/v2/": dial tcp: lookup registry.test: no such host`;
    expect(textOf(causesOf([event('Pod/app-1', 'Failed', message)]))).toMatch(/dial tcp: lookup registry\.test: no such host$/);
  });

  it('comes before what the operator says of its consequences, and two images are two causes', () => {
    const deployment = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'app' },
      status: {
        conditions: [
          {
            type: 'Available',
            status: 'False',
            reason: 'MinimumReplicasUnavailable',
            message: 'Deployment does not have minimum availability.',
          },
        ],
      },
    };
    const other = waiting('app-2', 'ErrImagePull', 'failed to pull and unpack image "registry.test/other:2": not found');
    const causes = causesOf([...saidByStatus(deployment), ...imageWorld('app-1'), ...other]);
    expect(causes.map(({ code }) => code)).toEqual(['image-pull', 'image-pull', 'operator-says']);
    expect(textOf(causes)).not.toContain('minimum availability');
  });
});

describe('causes', () => {
  it('of a pod without a node is the volume that nobody makes', () => {
    const message =
      '0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.';
    const causes = causesOf([
      event('Pod/db-1', 'FailedScheduling', message, 'default-scheduler'),
      event('PersistentVolumeClaim/db-1', 'ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found', 'controller'),
    ]);
    expect(textOf(causes)).toBe('PersistentVolumeClaim/db-1: ProvisioningFailed: storageclass.storage.k8s.io "fast" not found');
    expect(causes).toHaveLength(1);
    expect(causes[0]?.more.join()).toContain('unbound immediate');
  });

  it('of a crash are told once, whatever the back-off of the moment', () => {
    const last = { lastState: { terminated: { reason: 'Error', exitCode: 3 } } };
    const crashing = (pod: string, back: number) =>
      container(
        pod,
        { waiting: { reason: 'CrashLoopBackOff', message: `back-off ${back}s restarting failed container=main pod=${pod}_ns(1-2)` } },
        last,
      );
    const causes = causesOf([
      ...crashing('a-1', 10),
      ...crashing('a-2', 20),
      event('Pod/a-1', 'BackOff', 'Back-off restarting failed container main in pod a-1_ns(1-2)'),
    ]);
    expect(causes).toHaveLength(1);
    expect(textOf(causes)).toBe(
      '2 pods (a-1, a-2), container main: CrashLoopBackOff: back-off 10s restarting failed container=main; last ended with exit code 3 (Error)',
    );
    const killed = { terminated: { reason: 'OOMKilled', exitCode: 137 } };
    expect(causesOf(container('a-1', killed))[0]).toMatchObject({ code: 'out-of-memory', cure: expect.stringContaining('memory') });
  });

  it('of something else are the operator’s own message first, then events', () => {
    const status = { message: 'no disk of 1 TB is left in zone b' };
    const own = saidByStatus({ apiVersion: 'a.test/v1', kind: 'Widget', metadata: { name: 'db' }, status });
    const causes = causesOf([event('ConfigMap/x', 'Odd', 'something odd'), ...own]);
    expect(causes.map(({ cause, words }) => [cause, words])).toEqual([
      ['Widget/db says in status.message', 'no disk of 1 TB is left in zone b'],
      ['ConfigMap/x: Odd', 'something odd'],
    ]);
    // Beside a cause that may be another object's, the object's own operator is heard.
    expect(textOf(causesOf([...own, ...imageWorld('other-1')]))).toMatch(/not found; Widget\/db says in status\.message: no disk/);
  });

  it('of an operator that says nothing is its silence', () => {
    const own = saidByStatus({ apiVersion: 'a.test/v1', kind: 'Widget', metadata: { name: 'db' } });
    expect(textOf(causesOf(own))).toBe('Widget/db has no status: its operator has not said anything about it (does it run?)');
  });

  it('are none where nobody says anything', () => {
    expect([causesOf([]), textOf([])]).toEqual([[], undefined]);
  });
});
