import { expect, it } from 'vitest';
import { inReadingOrder, yamlText } from './yaml-text';

it('objects, lists and texts stand as a person would write them', () => {
  const value = {
    kind: 'Cluster',
    metadata: { name: 'pg', labels: {} },
    spec: { instances: 3, env: [{ name: 'A', value: '1' }, 'b'], note: 'two\nlines\n', on: 'yes', url: 'http://x:80', empty: [] },
  };
  expect(yamlText(value)).toBe(`kind: Cluster
metadata:
  name: pg
  labels: {}
spec:
  instances: 3
  env:
    - name: A
      value: "1"
    - b
  note: |
    two
    lines
  "on": "yes"
  url: http://x:80
  empty: []
`);
});

it('an object says first which one it is', () => {
  const object = { spec: { size: 1 }, kind: 'Widget', metadata: { labels: { a: 'b' }, name: 'w' }, data: {}, apiVersion: 'x/v1' };
  expect(yamlText(inReadingOrder(object))).toBe(
    'apiVersion: x/v1\nkind: Widget\nmetadata:\n  name: w\n  labels:\n    a: b\nspec:\n  size: 1\ndata: {}\n',
  );
  expect(inReadingOrder('text')).toBe('text');
});
