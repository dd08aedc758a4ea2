import { expect, it } from 'vitest';
import { placeAfter } from './place-after';

it.each([
  [undefined, '/'],
  ['/instances?q=a', '/instances?q=a'],
  ['https://elsewhere.example/', '/'],
  ['//elsewhere.example/', '/'],
  ['/\\elsewhere.example/', '/'],
  ['javascript:alert(1)', '/'],
  ['/\t/elsewhere.example/', '/'],
  ['/\n\\elsewhere.example/', '/'],
  ['/.//elsewhere.example/', '/'],
  ['/instances/i-1?tab=a%20b#connect', '/instances/i-1?tab=a%20b#connect'],
])('a sign-in that was asked for at %s leads to %s', (to, place) => expect(placeAfter(to)).toBe(place));
