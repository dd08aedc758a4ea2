import { expect, it } from 'vitest';
import '../messages';
import { groupsOf, hasPage, instanceEntries } from './places';

it('a plan is listed once however many versions it has', () => {
  const plan = {
    id: 'pt-1',
    name: 'Small',
    description: '',
    deploymentType: '',
    tenancyType: '',
    serviceId: 's-1',
    serviceName: 'Orders',
    versionSetStatus: '',
    serviceEnvironmentId: 'se-1',
    serviceEnvironmentName: 'Prod',
  };
  const groups = groupsOf({
    servicePlanResults: [
      { ...plan, version: '1.0' },
      { ...plan, version: '1.1' },
    ],
  });
  expect(groups.find(({ label }) => label === 'Plans')?.entries.map(({ label, act }) => [label, act])).toEqual([
    ['Small', '/console/plans/s-1/se-1/pt-1'],
  ]);
});

it('instances stand by the names that people gave them, and are found by what the server found them by', () => {
  const one = {
    id: 'instance-1',
    name: 'orders',
    status: 'SCALING_UP',
    serviceName: 'Postgres',
    cloudProvider: 'aws',
    region: 'us-east-1',
    owner: 'Acme',
    tags: [{ key: 'team', value: 'shop' }],
  } as Parameters<typeof instanceEntries>[0][number];
  expect(instanceEntries([one, { ...one, id: 'instance-2', name: '' }], 'shop', '/console/instances')).toMatchObject([
    {
      label: 'orders',
      about: 'instance-1 · Scaling up · Postgres · Acme · aws · us-east-1',
      words: 'shop team=shop',
      act: '/console/instances/instance-1',
    },
    { label: 'instance-2', about: 'Scaling up · Postgres · Acme · aws · us-east-1' },
  ]);
});

it.each([
  ['/console/cells/cell-1', true],
  ['/console/cells?q=x', true],
  ['/console/cells/cell-1/more', false],
  ['/console/nothing', false],
])('%s: %s', (address, is) => {
  expect(hasPage(['/console/cells', '/console/cells/$cell'], address)).toBe(is);
});
