import { expect, it } from 'vitest';
import '../messages';
import { groupsOf, hasPage } from './places';

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

it.each([
  ['/console/cells/cell-1', true],
  ['/console/cells?q=x', true],
  ['/console/cells/cell-1/more', false],
  ['/console/nothing', false],
])('%s: %s', (address, is) => {
  expect(hasPage(['/console/cells', '/console/cells/$cell'], address)).toBe(is);
});
