import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// A page that names a file which is not there sends its reader into the dark: every link and every path of the repository must lead somewhere.
const root = fileURLToPath(new URL('..', import.meta.url));
const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' });
/** Files of the repository, those that are not yet committed included. */
const files = listed.split('\n').filter((file) => file !== '' && existsSync(join(root, file)));
const pages = files.filter((file) => /^(docs\/.*|README|CONTRIBUTING|SECURITY|examples\/.*)\.md$/.test(file));
/** Code that cites pages in its comments. */
const sources = files.filter((file) => /^(packages|e2e|bench|scripts|examples)\/.*\.(ts|mjs|sh|yaml|sql)$/.test(file));

/** Text of a page without its fenced blocks, line by line. */
function proseOf(text: string): string[] {
  let fenced = false;
  return text.split('\n').map((line) => {
    if (line.trimStart().startsWith('```')) {
      fenced = !fenced;
      return '';
    }
    return fenced || line.startsWith('    ') ? '' : line;
  });
}

/** GitHub's anchors of a page's headings; a heading that comes again has a number. */
function anchorsOf(text: string): Set<string> {
  const anchors = new Set<string>();
  for (const line of proseOf(text)) {
    const heading = /^#{1,6} (.+)$/.exec(line)?.[1];
    if (heading === undefined) continue;
    const plain = heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    let anchor = plain;
    for (let again = 1; anchors.has(anchor); again += 1) anchor = `${plain}-${again}`;
    anchors.add(anchor);
  }
  return anchors;
}

/** What is wrong with a link of a page: undefined if it leads somewhere. */
function faultOfLink(page: string, target: string): string | undefined {
  if (/^[a-z]+:/.test(target)) return undefined;
  const [path = '', anchor] = target.split('#');
  const file = path === '' ? join(root, page) : resolve(root, dirname(page), path);
  if (!existsSync(file)) return `${target}: no such file`;
  if (anchor === undefined || statSync(file).isDirectory()) return undefined;
  return anchorsOf(readFileSync(file, 'utf8')).has(anchor) ? undefined : `${target}: ${relative(root, file)} has no such heading`;
}

/** A path in backquotes: of the whole repository, or the end of one (`engine/leases.test.ts`); `*` stands for a part of a name. */
function faultOfPath(text: string): string | undefined {
  const isCode = /^[\w@*.-]+(\/[\w@*.-]+)*\.(ts|mjs|sh)$/.test(text);
  const isOurs = /^(packages|docs|e2e|bench|scripts|examples)\/[\w@*./-]*$/.test(text);
  if (!isCode && !isOurs) return undefined;
  const plain = text.replace(/\/$/, '');
  const pattern = plain.replaceAll('.', '\\.').replaceAll('*', '[^/]*');
  const matcher = new RegExp(isOurs ? `^${pattern}(/|$)` : `(^|/)${pattern}$`);
  return files.some((file) => matcher.test(file)) ? undefined : `\`${text}\`: no such file`;
}

describe.each(pages)('%s', (page) => {
  const text = readFileSync(join(root, page), 'utf8');

  it('links to what is there', () => {
    const targets = proseOf(text).flatMap((line) =>
      [...line.replaceAll(/`[^`]*`/g, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, to]) => to ?? ''),
    );
    expect(targets.flatMap((target) => faultOfLink(page, target) ?? [])).toEqual([]);
  });

  it('names files that are there', () => {
    const spans = proseOf(text).flatMap((line) => [...line.matchAll(/`([^`]+)`/g)].map(([, span]) => span ?? ''));
    expect(spans.flatMap((span) => faultOfPath(span) ?? [])).toEqual([]);
  });
});

it('comments cite pages and headings that are there', () => {
  const faults = sources.flatMap((file) => {
    const cited = readFileSync(join(root, file), 'utf8').matchAll(/\bdocs\/[\w./-]+\.md(?:#[\w-]+)?/g);
    return [...cited].flatMap(([target]) => {
      const fault = faultOfLink('README.md', target);
      return fault === undefined ? [] : [`${file}: ${fault}`];
    });
  });
  expect(faults).toEqual([]);
});
