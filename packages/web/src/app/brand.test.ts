import { expect, it } from 'vitest';
import { brandOf } from './brand';

it('what the server has written into the page is the brand; without it, it is ours', () => {
  expect(brandOf('{"name":"Orders & Co","accent":"#102040"}')).toEqual({
    name: 'Orders & Co',
    isNamed: true,
    accent: '#102040',
    links: {},
  });
  for (const nothing of ['', null, undefined]) expect(brandOf(nothing).name).toBe('Cellplane');
});
