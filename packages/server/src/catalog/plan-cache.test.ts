import type { CompiledPlan } from '@cellplane/plan';
import { expect, it } from 'vitest';
import { PlanCache } from './plan-cache.js';

const text = (name: string) => JSON.stringify({ name, resources: [{ key: 'main' }] });

it('answers the same plan until others have taken its place, those used longest ago first', () => {
  const cache = new PlanCache(text('a').length * 2);
  const a = cache.add('a', text('a'));
  cache.add('b', text('b'));
  expect(cache.get('a')).toBe(a);
  cache.add('c', text('c'));
  expect([cache.get('a')?.name, cache.get('b'), cache.get('c')?.name]).toEqual(['a', undefined, 'c']);
  expect(cache.parsed).toBe(3);
});

it('answers a plan that is too long for it, and does not keep it', () => {
  const cache = new PlanCache(10);
  expect(cache.add('a', text('a')).name).toBe('a');
  expect(cache.get('a')).toBeUndefined();
});

it('gives nobody a plan that can be changed', () => {
  const plan = new PlanCache(1_000).add('a', text('a'));
  const change = (one: CompiledPlan) => {
    const [resource] = one.resources;
    if (resource !== undefined) resource.key = 'other';
  };
  expect(() => change(plan)).toThrow(TypeError);
});
