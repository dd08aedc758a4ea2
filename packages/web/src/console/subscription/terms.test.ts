import { expect, it } from 'vitest';
import '../../app/messages';
import { termsFacts } from './terms';

const values = (terms: unknown) => termsFacts(terms).map(({ value }) => value);

it('says what a subscription began with, and what nothing was said of', () => {
  expect(values({ planVersion: '1.2', pricing: { month: 5 }, maxNumberOfInstances: 3 })).toEqual(['1.2', '{"month":5}', '3']);
  expect(values({ maxNumberOfInstances: -1 })).toEqual(['unknown', 'no price', 'none']);
  expect(values(null)).toEqual(['unknown', 'no price', 'none']);
});
