import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testApp } from './app.testing.js';
import type { App } from './context.js';
import { withBrand } from './web-site.js';

let folder: string;
let app: App;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'cellplane-site-'));
  mkdirSync(join(folder, 'assets'));
  writeFileSync(join(folder, 'index.html'), '<title>the application</title>');
  writeFileSync(join(folder, 'assets', 'main-1a2b.js'), 'plain');
  writeFileSync(join(folder, 'assets', 'main-1a2b.js.br'), 'compressed');
  writeFileSync(join(folder, 'secret.txt'), 'not for anybody');
  app = testApp({}, { site: folder });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open = (path: string) => app.request(path, { headers: { accept: 'text/html,*/*' } });

it.each(['/', '/instances', '/instances/instance-1?tab=x', '/no/such/page'])(
  'a browser that opens %s gets the application, under its policy',
  async (path) => {
    const answer = await open(path);
    expect([answer.status, await answer.text()]).toEqual([200, '<title>the application</title>']);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self';");
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(answer.headers.get('cache-control')).toBe('no-cache');
  },
);

it.each(['/api/nothing', '/2022-09-01-00/nothing', '/assets/gone.js', '/assets/../secret.txt', '/assets/%2e%2e/secret.txt', '/secret.txt'])(
  '%s is not a page',
  async (path) => {
    const answer = await open(path);
    expect(await answer.text()).not.toContain('not for anybody');
  },
);

it('a file that is not there is not answered with the page', async () => {
  const answer = await open('/assets/gone.js');
  expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'application/json']);
});

it('a client of the API that has mistyped a path is told so', async () => {
  const answer = await app.request('/instances', { headers: { accept: 'application/json' } });
  expect(answer.status).toBe(404);
  expect(await answer.json()).toMatchObject({ code: 'no-such-path' });
});

it('files with a hash in their name are kept for good, and sent compressed to who reads that', async () => {
  const plain = await app.request('/assets/main-1a2b.js');
  expect([plain.headers.get('cache-control'), await plain.text()]).toEqual(['public, max-age=31536000, immutable', 'plain']);
  const answer = await app.request('/assets/main-1a2b.js', { headers: { 'accept-encoding': 'gzip, br' } });
  expect([answer.headers.get('content-encoding'), await answer.text()]).toEqual(['br', 'compressed']);
});

it('how the portal looks at a host stands in the page, and cannot leave its attribute; pictures have types and are kept', async () => {
  const page = '<meta name="portal-theme" content="" /><title>x</title><link rel="icon" href="/favicon.svg" /><b data-name>x</b>';
  const brand = { name: '"><script>alert(1)</script> $& Co', favicon: '/portal/favicon?v=1' };
  const themed = withBrand(page, brand);
  expect(themed).not.toContain('<script>');
  expect(themed).toContain('<title>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; $&amp; Co</title>');
  expect(themed).toContain('<b data-name>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt; $&amp; Co</b>');
  expect(themed).toContain('href="/portal/favicon?v=1"');
  const [, content = ''] = /content="([^"]*)"/.exec(themed) ?? [];
  const read = content.replaceAll('&quot;', '"').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  expect(JSON.parse(read)).toEqual(brand);

  writeFileSync(join(folder, 'index.html'), page);
  const asked: string[] = [];
  const look = {
    brand: async (host: string) => (asked.push(host), { name: 'Orders' }),
    picture: async (_: string, kind: string) =>
      kind === 'logo' ? { bytes: Buffer.from('x'), type: 'image/png', address: '/portal/logo?v=1' } : undefined,
  };
  const themedApp = testApp({}, { site: folder, look });
  const answer = await themedApp.request('/instances', { headers: { accept: 'text/html', host: 'Shop.example.com:8080' } });
  expect(await answer.text()).toContain('<title>Orders</title>');
  expect(asked).toEqual(['shop.example.com']);
  const logo = await themedApp.request('/portal/logo?v=1');
  expect([logo.status, logo.headers.get('content-type'), logo.headers.get('x-content-type-options')]).toEqual([
    200,
    'image/png',
    'nosniff',
  ]);
  expect((await themedApp.request('/portal/favicon')).status).toBe(404);
});

it('without a built application the status page stands in its place', async () => {
  const answer = await testApp({}, { site: join(folder, 'nowhere') }).request('/', { headers: { accept: 'text/html' } });
  expect(await answer.text()).toContain('OpenAPI document');
});

it('a picture of a portal is kept for good under its own address alone', async () => {
  const picture = { bytes: Buffer.from('png'), type: 'image/png', address: '/portal/logo?v=new' };
  const branded = testApp({}, { site: folder, look: { brand: async () => ({}), picture: async () => picture } });
  const kept = async (path: string) => (await branded.request(path)).headers.get('cache-control');
  expect(await kept('/portal/logo?v=new')).toContain('immutable');
  expect([await kept('/portal/logo?v=old'), await kept('/portal/logo')]).toEqual(['no-cache', 'no-cache']);
});
