import type { KubernetesObject } from '@cellplane/kubernetes';
import type { EndpointTemplate } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { resolveEndpoints, serviceOf } from './endpoint.js';

const context = {
  sys: { network: { externalClusterEndpoint: 'r-1.instance-1.cell.test' } },
  parameters: { port: { value: 6000, type: 'Int32' as const }, name: { value: 'two words', type: 'String' as const } },
  secrets: () => undefined,
  resources: {},
  seed: 'seed',
};

function template(more: Partial<EndpointTemplate>): EndpointTemplate {
  return {
    name: 'writer',
    host: '$sys.network.externalClusterEndpoint',
    ports: [5432],
    portExpressions: [],
    primary: true,
    networkingType: 'PUBLIC',
    disableMonitoring: false,
    ...more,
  };
}

function service(name: string, ...ports: number[]): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: 'ns' },
    spec: { type: 'ClusterIP', ports: ports.map((port) => ({ port })) },
  };
}

describe('resolveEndpoints', () => {
  it('evaluates hosts and ports', () => {
    const templates = [
      template({}),
      template({
        name: 'reader',
        host: 'reader-{{ $sys.network.externalClusterEndpoint }}',
        ports: [],
        portExpressions: ['{{ $var.port }}'],
      }),
    ];
    expect(resolveEndpoints('PUBLIC', templates, context, [])).toMatchObject({
      ok: true,
      endpoints: [
        { name: 'writer', host: 'r-1.instance-1.cell.test', ports: [5432], health: 'UNKNOWN' },
        { name: 'reader', host: 'reader-r-1.instance-1.cell.test', ports: [6000] },
      ],
    });
  });

  it.each([
    [{ host: '$sys.network.unknown' }, 'endpoint writer: $sys.network.unknown has no value.'],
    [{ host: '{{ $var.name }}.example' }, 'its host is not a DNS name'],
    [{ portExpressions: ['{{ $var.name }}'] }, 'is not a port number'],
  ])('refuses %j', (more, message) => {
    expect(resolveEndpoints('PUBLIC', [template(more)], context, [])).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
    });
  });
});

describe('serviceOf', () => {
  const cnpg = [service('db-rw', 5432), service('db-ro', 5432), service('db-r', 5432), service('metrics', 9187)];

  it('finds the one Service that is meant, by ports and role', () => {
    expect(serviceOf({ name: 'writer', ports: [5432], primary: true }, cnpg)).toBe('db-rw.ns.svc.cluster.local');
    expect(serviceOf({ name: 'reader', ports: [5432], primary: false }, cnpg)).toBe('db-ro.ns.svc.cluster.local');
    expect(serviceOf({ name: 'anything', ports: [9187], primary: false }, cnpg)).toBe('metrics.ns.svc.cluster.local');
  });

  it('guesses nothing', () => {
    expect(serviceOf({ name: 'admin', ports: [5432], primary: false }, cnpg)).toBeUndefined();
    expect(serviceOf({ name: 'writer', ports: [5432], primary: true }, [service('a', 5432), service('b', 5432)])).toBeUndefined();
    expect(serviceOf({ name: 'writer', ports: [], primary: true }, cnpg)).toBeUndefined();
    expect(serviceOf({ name: 'writer', ports: [1], primary: true }, cnpg)).toBeUndefined();
  });
});
