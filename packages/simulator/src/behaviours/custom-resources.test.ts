import { expect, it } from 'vitest';
import { testCell } from '../cell.testing.js';
import { at, stringAt } from '../json.js';

const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const crd = {
  metadata: { name: 'things.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { kind: 'Thing', plural: 'things' },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', properties: { spec: open, status: open } } },
      },
    ],
  },
};
const THINGS = '/apis/example.com/v1/namespaces/default/things';

it('sets the status that an annotation asks for, after a while; or fails, or hangs', async () => {
  const cell = await testCell();
  await cell.call('POST', '/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  await cell.until(THINGS, () => true);
  const make = (name: string, simulate: string) =>
    cell.call('POST', THINGS, {
      apiVersion: 'example.com/v1',
      kind: 'Thing',
      metadata: { name, annotations: { 'cellplane.dev/simulate': simulate } },
      spec: {},
    });
  await make('hangs', 'hang');
  await make('good', JSON.stringify({ after: '1s', status: { phase: 'Ready' } }));
  await make('bad', 'fail');
  await make('wrong', 'what?');
  await cell.until(`${THINGS}/good`, (object) => stringAt(object, 'status', 'phase') === 'Ready');
  await cell.until(`${THINGS}/bad`, (object) => stringAt(object, 'status', 'phase') === 'failed');
  await cell.until('/api/v1/namespaces/default/events', (list) => JSON.stringify(list).includes('UnreadableSimulation'));
  expect(at((await cell.call('GET', `${THINGS}/hangs`)).body, 'status')).toBeUndefined();
});
