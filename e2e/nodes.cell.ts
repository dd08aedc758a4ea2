import { connectKubeconfig } from '@cellplane/kubernetes';
import type { LogLine } from '@cellplane/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { METRICS_CRD, podMetrics } from '../packages/server/src/nodes/metrics-api.testing.js';
import { talkingPlan } from '../packages/server/src/nodes/talking-plan.testing.js';
import { type BuiltPlan, buildPlan, type ControlPlane, startControlPlane, until, untilStatus } from './control-plane.testing.js';
import { type Customer, customersOf } from './customers.testing.js';
import { clusterEnvironment, kubeconfig, kubectl } from './real-cluster.testing.js';
import { urlKeys } from './every-operation/world.testing.js';

const PASSWORD = 'correct-horse-battery';

// One journey, told in order: every test needs what those before it left.
describe('nodes, events, logs and metrics on a real cluster', () => {
  const others = connectKubeconfig(kubeconfig());
  let plane: ControlPlane;
  let plan: BuiltPlan;
  let stranger: Customer;
  let id = '';
  let node = '';
  let machine = '';

  beforeAll(async () => {
    await kubectl('delete', 'crd', METRICS_CRD.metadata.name, '--ignore-not-found');
    plane = await startControlPlane(clusterEnvironment());
    plan = await buildPlan(plane.client, 'Talker', { text: talkingPlan('{CUSTOMER: {logs: {}}}') });
    stranger = await (await customersOf(plane)).signUp('eve');
    const keys = await urlKeys(plane.client, plan);
    ({ id } = await plane.client.createInstance({ params: keys, body: { requestParams: { password: PASSWORD } } }));
    await untilStatus(plane.client, id, 'RUNNING', 120_000);
  });
  afterAll(async () => {
    await others.close();
    await kubectl('delete', 'crd', METRICS_CRD.metadata.name, '--ignore-not-found');
    if (id !== '') await kubectl('delete', 'namespace', id, '--ignore-not-found', '--wait=false');
    await plane?.stop();
  });

  const log = (query: { tail?: number; previous?: boolean; container?: string }) =>
    plane.client.readInstanceLog({ params: { id, node }, query });
  const texts = (lines: readonly LogLine[]) => lines.map(({ text }) => text);

  it('shows the Pod with its machine, resources and age', async () => {
    const { nodes, simulated, unread } = await plane.client.listInstanceNodes({ params: { id } });
    expect([simulated, unread]).toEqual([false, []]);
    expect(nodes).toMatchObject([
      {
        status: 'RUNNING',
        healthStatus: 'HEALTHY',
        role: 'primary',
        restarts: 0,
        cpu: { request: 0.02 },
        memory: { request: 32 * 2 ** 20, limit: 64 * 2 ** 20 },
        containers: [{ name: 'talker', state: 'running', hasPrevious: false }],
      },
    ]);
    [node, machine] = [nodes[0]?.id ?? '', nodes[0]?.machine ?? ''];
    expect(await kubectl('-n', id, 'get', 'pod', node, '-o', 'jsonpath={.spec.nodeName}')).toBe(machine);
  });

  it('shows what Kubernetes said, the newest first', async () => {
    const read = async () => (await plane.client.listClusterEvents({ params: { id }, query: { object: `Pod/${node}` } })).events;
    // The kubelet sends its events beside the state of the Pod, later or earlier.
    await until(
      'the kubelet has said it all',
      async () => {
        const reasons = new Set((await read()).map(({ reason }) => reason));
        return ['Scheduled', 'Created', 'Started'].every((reason) => reasons.has(reason));
      },
      60_000,
    );
    const events = await read();
    expect(events.map(({ at }) => at)).toEqual(
      events
        .map(({ at }) => at)
        .toSorted()
        .toReversed(),
    );
  });

  it('reads a log, in which no secret stands: neither a parameter nor what only a Secret of the namespace holds', async () => {
    // A container runs before it has written anything.
    await until('a line is numbered', async () => texts((await log({ tail: 5_000 })).lines).includes('line 1 of app-user'), 60_000);
    const { lines, container, truncated } = await log({ tail: 5_000 });
    expect([container, truncated, lines[0]?.text, lines[1]?.text]).toEqual(['talker', false, 'starts with *** and ***', '']);
    expect(texts(lines)).toContain('line 1 of app-user');
    expect(lines[0]?.at).toMatch(/^\d{4}-\d\d-\d\dT/);
    expect((await log({ tail: 2 })).lines).toHaveLength(2);
    expect(await kubectl('-n', id, 'logs', node, '--limit-bytes=200')).toContain(PASSWORD);
  });

  it('follows a log line by line, and goes on where it broke off', async () => {
    const seen: string[] = [];
    let after = '';
    const read = async (most: number, place: { tail: number } | { after: string }) => {
      const leaving = new AbortController();
      for await (const message of plane.client.followLog({ id, node }, { ...place, signal: leaving.signal })) {
        if (message.event !== 'lines') continue;
        seen.push(...texts(message.data.lines));
        after = message.id;
        if (seen.length >= most) break;
      }
      leaving.abort();
    };
    // The log begins with two other lines, which must not be among its last three.
    await until(
      'three lines are numbered',
      async () => texts((await log({ tail: 3 })).lines).every((text) => text.startsWith('line ')),
      60_000,
    );
    await read(8, { tail: 3 });
    // What is written meanwhile is not lost.
    const before = seen.length;
    await until('two more lines are written', async () => texts((await log({ tail: 1 })).lines)[0] !== seen[before - 1], 60_000);
    await read(before + 5, { after });
    const numbers = seen.map((text) => Number(/^line (\d+) of app-user$/.exec(text)?.[1]));
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] ?? 0) + index));
  });

  it('tells that a container has ended, why it restarts, and what it wrote before', async () => {
    const ends: string[] = [];
    const following = (async () => {
      for await (const message of plane.client.followLog({ id, node }, { tail: 1 })) {
        if (message.event === 'begin') await kubectl('-n', id, 'exec', node, '--', 'touch', '/tmp/end');
        if (message.event === 'lines') ends.push(...texts(message.data.lines));
        if (message.event === 'end') return message.data.reason;
      }
      return 'nothing';
    })();
    expect(await following).toBe('ended');
    expect(ends.at(-1)).toBe('the end');
    await until(
      'the container has been started again',
      async () => (await plane.client.listInstanceNodes({ params: { id } })).nodes[0]?.containers[0]?.hasPrevious === true,
      60_000,
    );
    const { nodes } = await plane.client.listInstanceNodes({ params: { id } });
    expect(nodes[0]?.restarts).toBeGreaterThan(0);
    expect(texts((await log({ previous: true, tail: 1 })).lines)).toEqual(['the end']);
  });

  it('shows what is used where the cell has a metrics API, and says what is missing where it has none', async () => {
    const read = () => plane.client.readInstanceMetrics({ params: { id } });
    expect(await read()).toMatchObject({
      available: false,
      samples: [],
      message: expect.stringMatching(/has no metrics API: install metrics-server/) as string,
    });
    await others.create(METRICS_CRD);
    await kubectl('wait', '--for=condition=Established', `crd/${METRICS_CRD.metadata.name}`, '--timeout=60s');
    await until('the API is served', async () => (await read()).available, 30_000);
    await others.create(podMetrics(id, node, { cpu: '12345678n', memory: '20Mi', at: '2026-01-01T00:00:00Z' }));
    expect((await read()).samples).toEqual([{ node, at: '2026-01-01T00:00:00Z', cpu: 0.013345678, memory: 21 * 2 ** 20 }]);
    for await (const message of plane.client.followMetrics(id)) {
      expect(message).toMatchObject({ event: 'metrics', data: { available: true, samples: [{ node }] } });
      break;
    }
  });

  it('refuses what is not there, and names that are none', async () => {
    const refusal = (params: { id: string; node: string }, query: object = {}) =>
      plane.client.readInstanceLog({ params, query }).then(
        () => 'read',
        (error: { status: number; body: { code: string } }) => `${error.status} ${error.body.code}`,
      );
    const [foreign = ''] = (await kubectl('-n', 'kube-system', 'get', 'pods', '-o', 'jsonpath={.items[*].metadata.name}')).split(' ');
    expect(foreign).not.toBe('');
    for (const name of [foreign, `../../kube-system/pods/${foreign}`, `${node}/../${node}`, `${node}?x=1`, 'UPPER'])
      expect([name, await refusal({ id, node: name })]).toEqual([name, '404 node-not-found']);
    expect(await refusal({ id: 'kube-system', node: foreign })).toBe('404 instance-not-found');
    expect(await refusal({ id, node }, { container: 'other' })).toBe('400 unknown-container');
    for (const tail of [-1, 0, 1e9, 1.5]) expect(await refusal({ id, node }, { tail })).toMatch(/^400 /);
  });

  it('looks not-found to a stranger', async () => {
    for (const path of ['nodes', 'cluster-events', 'metrics', 'metrics/stream', `nodes/${node}/log`, `nodes/${node}/log/stream`]) {
      const { status, body } = await stranger.ask('GET', `/api/instances/${id}/${path}`);
      expect([path, status, (body as { code: string }).code]).toEqual([path, 404, 'instance-not-found']);
    }
  });
});
