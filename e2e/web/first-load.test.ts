/** How much a browser loads before it shows a first page: the entry, its styles, and the chunks of that page, as they are sent (Brotli). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SITE = fileURLToPath(new URL('../../packages/web/dist/site/', import.meta.url));
/** Bytes. */
const MOST = 300 * 1024;

/** A file and all that it imports before it runs. Imports that a page asks for later are not among them. */
function withImports(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.js')) return seen;
  const text = readFileSync(`${SITE}assets/${file}`, 'utf8');
  for (const [, imported = ''] of text.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) withImports(imported, seen);
  return seen;
}

function bytesOf(page: string): number {
  const index = readFileSync(`${SITE}index.html`, 'utf8');
  const entries = [...index.matchAll(/\/assets\/([^"]+\.(?:js|css))"/g)].map(([, name = '']) => name);
  const chunks = readdirSync(`${SITE}assets`).filter((name) => new RegExp(`^${page}-[\\w-]{8}\\.(?:js|css)$`).test(name));
  expect(chunks.length).toBeGreaterThan(0);
  const files = new Set<string>();
  for (const file of [...entries, ...chunks]) withImports(file, files);
  return [...files].reduce((sum, file) => sum + statSync(`${SITE}assets/${file}.br`).size, 0);
}

describe.skipIf(!existsSync(`${SITE}index.html`))('the built application', () => {
  it.each(['sign-in-page', 'instances-page', 'instance-page', 'catalogue-page', 'create-page', 'people-page'])(
    '%s is there within 300 KiB',
    (page) => {
      expect(bytesOf(page)).toBeLessThanOrEqual(MOST);
    },
  );

  it('editor, graph and palette are loaded by whoever needs them', () => {
    const [entry = ''] = readFileSync(`${SITE}index.html`, 'utf8').match(/index-[\w-]+\.js/) ?? [];
    const first = [...withImports(entry, new Set())].join(' ');
    expect(first).not.toMatch(/workflow-graph|palette|plan-editor|chart/);
  });
});
