import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { pagesOf } from './page-table';

const SRC = fileURLToPath(new URL('../../', import.meta.url));

it('reads the pages of a file of routes; a page within a frame has the frame’s file, too', () => {
  const source = `
const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./account-frame'), 'AccountFrame'),
});
const home = createRoute({
  getParentRoute: () => account,
  path: '/',
});
const profile = createRoute({
  getParentRoute: () => account,
  path: '/$part',
  component: lazyRouteComponent(() => import('./profile-page'), 'ProfilePage'),
});
`;
  expect(pagesOf(source)).toEqual([
    { path: '/account', modules: ['./account-frame'] },
    { path: '/account/', modules: ['./account-frame'] },
    { path: '/account/$part', modules: ['./account-frame', './profile-page'] },
  ]);
});

it('misses none of the application’s pages, and each has its files', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => /routes[\w-]*\.ts$/.test(file));
  const texts = files.map((file) => ({ file, text: readFileSync(join(SRC, file), 'utf8') }));
  const lazy = texts.flatMap(({ text }) =>
    [...text.matchAll(/lazyRouteComponent\(\(\) => import\('([^']+)'/g)].map(([, module]) => module),
  );
  const pages = texts.flatMap(({ file, text }) => pagesOf(text).map((page) => ({ ...page, folder: join(SRC, dirname(file)) })));
  expect(lazy.length).toBeGreaterThan(50);
  expect(new Set(pages.flatMap(({ modules }) => modules))).toEqual(new Set(lazy));
  for (const { folder, modules } of pages)
    for (const module of modules) expect(readdirSync(dirname(join(folder, module)))).toContain(`${module.replace(/.*\//, '')}.tsx`);
});
