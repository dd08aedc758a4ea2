import { connect, loadKubeconfig } from '@cellplane/kubernetes';
import type { CompiledResource } from '@cellplane/plan';
import { startSimulator } from '@cellplane/simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { fieldsRead, addPlaceholderFields, addPlaceholderObject, withReadFields } from './placeholders.js';

const simulator = await startSimulator();
const client = connect(loadKubeconfig({ text: simulator.kubeconfig }));
afterAll(async () => {
  await client.close();
  await simulator.stop();
});

const resource = {
  systemWorkflows: {
    create: {
      outputs: [
        { name: 'user', value: '$tasks.secret.resource.data.user' },
        { name: 'host', value: 'x {{ $tasks.secret.resource.status.host.name }} y $tasks.secrets.resource.data.no' },
      ],
    },
  },
  customWorkflows: [],
  endpoints: [],
  outputs: {},
} as unknown as CompiledResource;
const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'default' };

describe('what a simulation makes up', () => {
  it('knows what the plan reads of what a task leaves', () => {
    expect(fieldsRead(resource, 'secret')).toEqual([
      ['data', 'user'],
      ['status', 'host', 'name'],
    ]);
    expect(withReadFields({ status: { host: 'a text' }, data: { user: 'u' } }, fieldsRead(resource, 'secret'))).toEqual({
      status: { host: 'a text' },
      data: { user: 'u' },
    });
  });

  it('makes an object that is waited for, with what its gate asks for and what is read of it, and marks it', async () => {
    const of = { gate: 'data.password', task: 'secret', resource };
    expect(await addPlaceholderObject(client, { ...secret, name: 'made' }, of)).toBe('Secret made was');
    const made = await client.get({ ...secret, name: 'made' });
    expect(made['data']).toEqual({ password: 'c2ltdWxhdGVk', user: 'c2ltdWxhdGVk' });
    expect(made.metadata.labels).toMatchObject({ 'cellplane.dev/simulated': 'true' });
    expect(await addPlaceholderObject(client, { ...secret, name: 'made' }, of)).toBeUndefined();
  });

  it('fills in fields of one that is there, and leaves what it has', async () => {
    await client.create({ ...secret, metadata: { name: 'there', namespace: 'default' }, data: { user: 'YWJj' } });
    const live = await client.get({ ...secret, name: 'there' });
    const of = { apiVersion: 'v1', kind: 'Secret', gate: 'data.password', task: 'other', resource };
    expect(await addPlaceholderFields(client, live, of)).toBe('data of Secret there were');
    expect((await client.get({ ...secret, name: 'there' }))['data']).toEqual({ user: 'YWJj', password: 'c2ltdWxhdGVk' });
    expect(await addPlaceholderFields(client, live, { ...of, gate: 'metadata.name == x' })).toBeUndefined();
  });

  it('gives status to a kind that has a status of its own', async () => {
    const service = { apiVersion: 'v1', kind: 'Service', namespace: 'default', name: 'lb' };
    const { namespace, name, ...kind } = service;
    await client.create({ ...kind, metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } });
    const of = { ...kind, gate: 'status.loadBalancer.ingress[0].hostname', task: 'other', resource };
    expect(await addPlaceholderFields(client, await client.get(service), of)).toBe('status of Service lb were');
    expect((await client.get(service))['status']).toMatchObject({ loadBalancer: { ingress: [{ hostname: 'simulated' }] } });
  });
});
