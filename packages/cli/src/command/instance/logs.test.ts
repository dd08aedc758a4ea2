import { describe, expect, it } from 'vitest';
import type { StubServer } from '../../context.testing.js';
import { fleet } from '../fleet.testing.js';

const NODE = {
  id: 'pg-1',
  status: 'RUNNING',
  ready: true,
  restarts: 0,
  cpu: { request: 0.5, limit: 1 },
  memory: { request: 2 ** 30 },
  containers: [],
};
const seen: string[] = [];
const answers: StubServer = ({ path, query }) => {
  seen.push(`${path}?${query}`);
  if (path === '/api/instances/instance-1/nodes')
    return {
      body: {
        nodes: [
          { ...NODE, machine: 'm-1', availabilityZone: 'a', role: 'primary', healthStatus: 'HEALTHY' },
          {
            ...NODE,
            id: 'pg-2',
            healthStatus: 'UNHEALTHY',
            reason: { code: 'crash', cause: 'pod pg-2: ends', words: 'exit code 1', cure: '' },
          },
        ],
        simulated: false,
        unread: ['Events: forbidden'],
      },
    };
  if (path === '/api/instances/instance-1/cluster-events')
    return {
      body: {
        events: [{ object: 'Pod/pg-1', type: 'Warning', reason: 'Failed', message: 'no image', count: 3, at: '', source: 'kubelet' }],
      },
    };
  if (path === '/api/instances/instance-1/nodes/pg-1/log')
    return { body: { lines: [{ at: 'T', text: 'a\u001b]0;title\u0007\tb' }], truncated: true, simulated: false } };
  return undefined;
};

describe('what runs of an instance', () => {
  it('is listed, with the machine for whoever is told, and what is not well below', async () => {
    const line = await fleet(answers);
    const { out } = await line.run('instance', 'nodes', 'instance-1');
    expect(out).toMatch(/pg-1 +primary +RUNNING +HEALTHY +0 .* 0.5 of 1 +1 of - +m-1 +a/);
    expect(out).toContain('pod pg-2: ends: exit code 1');
    expect(out).toContain('Could not be read: Events: forbidden');
  });

  it('is told of by events', async () => {
    const line = await fleet(answers);
    const { out } = await line.run('instance', 'events', 'instance-1', '--warnings', '--object', 'Pod/pg-1', '--limit', '5');
    expect(out).toMatch(/Warning +Pod\/pg-1 +Failed +3 +no image +kubelet/);
    expect(seen.at(-1)).toBe('/api/instances/instance-1/cluster-events?type=Warning&object=Pod%2Fpg-1&limit=5');
  });

  it('has a log, that of its first node, which does not steer a terminal', async () => {
    const line = await fleet(answers);
    const { out } = await line.run('instance', 'logs', 'instance-1', '--tail', '7', '--container', 'x', '--timestamps');
    expect(out).toContain('T a\u{fffd}]0;title\u{fffd}\tb\n');
    expect(out).toContain('Only the last 1 lines fit into an answer.');
    expect(seen.at(-1)).toBe('/api/instances/instance-1/nodes/pg-1/log?tail=7&container=x');
    expect((await line.run('instance', 'logs', 'instance-1', '--tail', '0')).err).toContain('--tail must be a whole number above 0');
    expect((await line.run('instance', 'logs', 'instance-1', '--follow', '--previous')).err).toContain('not both');
  });
});
