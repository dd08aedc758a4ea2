import { expect, it } from 'vitest';
import { clausesOf } from './clauses';

it('a gate is told clause by clause, each with what is there', () => {
  const success = {
    text: 'a && b',
    op: 'and',
    value: false,
    children: [
      { text: 'status.phase == Ready', op: 'clause', value: true, live: 'Ready' },
      { text: 'status.ready == 3', op: 'clause', value: false, live: 2 },
      { text: 'status.name == x', op: 'clause', value: false, missing: true },
    ],
  };
  expect(clausesOf({ success })).toEqual([
    { text: 'status.phase == Ready', value: true, live: 'Ready' },
    { text: 'status.ready == 3', value: false, live: '2' },
    { text: 'status.name == x', value: false, live: 'not there yet' },
  ]);
});

it('a long value is cut, and a wait without a gate has no clauses', () => {
  const [clause] = clausesOf({ success: { text: 'x', op: 'clause', value: false, live: 'y'.repeat(200) } });
  expect(clause?.live).toHaveLength(82);
  expect(clausesOf({})).toEqual([]);
});
