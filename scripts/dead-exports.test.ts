import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

// What a file exports is read in another one; types aside, since those of an exported function go with it. A name counts as read where
// another file of ours says it as a word. knip would see more: knip 6 needs Node 20.12, and knip 5 a compiler older than ours.
const root = fileURLToPath(new URL('..', import.meta.url));
const EXPORT = /^export (?:(?:async|abstract|declare) )*(?:function\*?|const|let|class|enum) (\w+)/gm;

/** Names that no other file says, as `file: name`, among the exports of the sources. */
function deadExports(texts: ReadonlyMap<string, string>): string[] {
  const sayers = new Map<string, number>();
  for (const text of texts.values()) for (const word of new Set(text.match(/\w+/g))) sayers.set(word, (sayers.get(word) ?? 0) + 1);
  return [...texts].flatMap(([file, text]) => {
    if (!/^packages\/[a-z]+\/src\//.test(file) || /\.test(?:ing)?\.ts$/.test(file)) return [];
    const names = [...text.matchAll(EXPORT)].map((match) => match[1] ?? '');
    return names.filter((name) => sayers.get(name) === 1).map((name) => `${file}: ${name}`);
  });
}

it('finds an export that no other file reads', () => {
  const texts = new Map([
    ['packages/plan/src/one.ts', 'export function used() {}\nexport const unread = 1;\nfunction own() {}\n'],
    ['packages/plan/src/two.ts', "import { used } from './one.js';\nused();\n"],
  ]);
  expect(deadExports(texts)).toEqual(['packages/plan/src/one.ts: unread']);
});

it('exports nothing that no other file reads', () => {
  const tracked = execFileSync('git', ['ls-files', '*.ts', '*.mts', '*.tsx', '*.mjs'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  const texts = new Map(tracked.map((file) => [file, readFileSync(join(root, file), 'utf8')]));
  expect(deadExports(texts)).toEqual([]);
});
