import { expect, it } from 'vitest';
import type { Offering } from '../own';
import { regionsOf, tagOf } from './places';

it('regions are those of the cloud, or the private ones', () => {
  const offering = { awsRegions: ['us-east-1'], privateRegions: ['own'] } as unknown as Offering;
  expect([regionsOf(offering, 'aws'), regionsOf(offering, 'private'), regionsOf(offering, undefined)]).toEqual([
    ['us-east-1'],
    ['own'],
    ['own'],
  ]);
});

it('tags are keys and values', () => {
  expect(tagOf(' team = blue = sky ')).toEqual({ key: 'team', value: 'blue = sky' });
  expect([tagOf('team'), tagOf('=blue')]).toEqual([undefined, undefined]);
  expect(tagOf('team=')).toEqual({ key: 'team', value: '' });
});
