/** How much a browser loads before it shows a first page: the entry, its styles, and the chunks of that page, as they are sent (Brotli). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SITE = fileURLToPath(new URL('../../packages/web/dist/site/', import.meta.url));
/** Bytes of a page that people begin with, and of any other as the first one. */
const MOST = 300 * 1024;
const MOST_OF_ANY = 350 * 1024;

/** A file and all that it imports before it runs. Imports that a page asks for later are not among them. */
function withImports(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.js')) return seen;
  const text = readFileSync(`${SITE}assets/${file}`, 'utf8');
  for (const [, imported = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) withImports(imported, seen);
  return seen;
}

/** Of each page of this name, of the portal and of the console. */
function bytesOf(page: string): number[] {
  const index = readFileSync(`${SITE}index.html`, 'utf8');
  const entries = [...index.matchAll(/\/assets\/([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name);
  const pages = readdirSync(`${SITE}assets`).filter((name) => new RegExp(`^${page}-[\\w-]{8}\\.js$`).test(name));
  expect(pages.length).toBeGreaterThan(0);
  return pages.map((chunk) => {
    const files = new Set<string>();
    for (const file of [...entries, chunk]) withImports(file, files);
    return [...files].reduce((sum, file) => sum + statSync(`${SITE}assets/${file}.br`).size, 0);
  });
}

describe.skipIf(!existsSync(`${SITE}index.html`))('the built application', () => {
  it.each(['sign-in-page', 'instances-page', 'catalogue-page', 'create-page'])(
    '%s, where people begin, is there within 300 KiB',
    (page) => {
      for (const bytes of bytesOf(page)) expect(bytes).toBeLessThanOrEqual(MOST);
    },
  );

  it.each(['instance-page', 'people-page'])('%s, opened by its own address, is there within 350 KiB', (page) => {
    for (const bytes of bytesOf(page)) expect(bytes).toBeLessThanOrEqual(MOST_OF_ANY);
  });

  it('editor, graph and palette are loaded by whoever needs them', () => {
    const [entry = ''] = readFileSync(`${SITE}index.html`, 'utf8').match(/index-[\w-]+\.js/) ?? [];
    const first = [...withImports(entry, new Set())].join(' ');
    expect(first).not.toMatch(/workflow-graph|palette|plan-editor|chart/);
  });
});
