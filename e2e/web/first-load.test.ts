/** How much a browser loads before it shows a first page: the entry, its styles, and the chunks of that page, as they are sent (Brotli). */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const SITE = fileURLToPath(new URL('../../packages/web/dist/site/', import.meta.url));
/** Bytes of any page that is opened by its own address. */
const MOST = 290 * 1024;

const assets = () => readdirSync(`${SITE}assets`);
const textOf = (file: string) => readFileSync(`${SITE}assets/${file}`, 'utf8');

/** A file and all that it imports before it runs. Imports that a page asks for later are not among them. */
function withImports(file: string, seen: Set<string>): Set<string> {
  if (seen.has(file)) return seen;
  seen.add(file);
  if (!file.endsWith('.js')) return seen;
  for (const [, imported = ''] of textOf(file).matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) withImports(imported, seen);
  return seen;
}

/** What index.html names, and the chunk of a page, with all that they import. */
function bytesOf(chunk: string): number {
  const index = readFileSync(`${SITE}index.html`, 'utf8');
  const files = new Set<string>();
  for (const [, name = ''] of index.matchAll(/\/assets\/([^"]+\.(?:js|css))"/g)) withImports(name, files);
  withImports(chunk, files);
  return [...files].reduce((sum, file) => sum + statSync(`${SITE}assets/${file}.br`).size, 0);
}

/** Mantine's classes, which are numbers. */
const classesIn = (text: string) => new Set(text.match(/\bm_[0-9a-f]{6,8}\b/g));

describe.skipIf(!existsSync(`${SITE}index.html`))('the built application', () => {
  it('shows any page within 290 KiB, whichever is opened first', () => {
    const pages = assets().filter((name) => /-page-[\w-]{8}\.js$/.test(name));
    expect(pages.length).toBeGreaterThan(40);
    const heavy = pages.map((page) => ({ page, bytes: bytesOf(page) })).filter(({ bytes }) => bytes > MOST);
    expect(heavy).toEqual([]);
  });

  it('editor, graph and palette are loaded by whoever needs them', () => {
    const [entry = ''] = readFileSync(`${SITE}index.html`, 'utf8').match(/frame-[\w-]+\.js/) ?? [];
    const first = [...withImports(entry, new Set())].join(' ');
    expect(first).not.toMatch(/workflow-graph|palette|plan-editor|chart/);
  });

  it('has the styles of each component of Mantine that it contains', () => {
    const whole = createRequire(new URL('../../packages/web/package.json', import.meta.url)).resolve('@mantine/core/styles.css');
    const known = classesIn(readFileSync(whole, 'utf8'));
    const ofKind = (kind: string) =>
      classesIn(
        assets()
          .filter((name) => name.endsWith(kind))
          .map(textOf)
          .join('\n'),
      );
    const styled = ofKind('.css');
    // One that is missing: add the file of its component to packages/web/src/app/mantine-styles.ts, or to a part that is loaded later.
    expect([...ofKind('.js')].filter((name) => known.has(name) && !styled.has(name))).toEqual([]);
  });
});
