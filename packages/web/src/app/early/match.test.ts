import { expect, it } from 'vitest';
import { matchOf } from './match';

const PATHS = ['/instances', '/instances/$instanceId', '/console/plans/$serviceId/$planId', '/console/plans/$serviceId/new'];

it.each([
  ['/instances', { path: '/instances', params: [] }],
  ['/instances/', { path: '/instances', params: [] }],
  ['/instances/instance-a%20b', { path: '/instances/$instanceId', params: ['instance-a b'] }],
  ['/console/plans/s-1/pt-1', { path: '/console/plans/$serviceId/$planId', params: ['s-1', 'pt-1'] }],
  ['/console/plans/s-1/new', { path: '/console/plans/$serviceId/new', params: ['s-1'] }],
  ['/nothing', undefined],
  ['/', undefined],
])('%s', (pathname, match) => expect(matchOf(pathname, PATHS)).toEqual(match));
