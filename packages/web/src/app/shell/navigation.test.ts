import { expect, it } from 'vitest';
import { currentPage } from './navigation';

const PAGES = ['/instances', '/settings', '/settings/theme'];

it.each([
  ['/instances', '/instances'],
  ['/instances/instance-1', '/instances'],
  ['/settings/theme', '/settings/theme'],
  ['/settings/other', '/settings'],
  ['/instances-of-others', undefined],
])('%s is of the page %s', (pathname, page) => {
  expect(currentPage(PAGES, pathname)).toBe(page);
});

it('takes an address that no page of the menu is for as no page of it', () => {
  expect(currentPage(['/console', '/console/plans'], '/console')).toBe('/console');
  expect(currentPage(['/console', '/console/plans'], '/console/secrets')).toBeUndefined();
});
