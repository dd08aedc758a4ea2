import { readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

// docs/architecture.md draws the ways of a build and of a create: each box is a file, and each folder of the server has its place on the page.
const root = fileURLToPath(new URL('..', import.meta.url));
const page = readFileSync(`${root}docs/architecture.md`, 'utf8');
const drawings = [...page.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)].map(([, text]) => text ?? '');

describe('the drawings', () => {
  it('are two', () => expect(drawings).toHaveLength(2));

  it.each(drawings)('name a file in each box', (drawing) => {
    const boxes = [...drawing.matchAll(/\["([^"<]+)/g)].map(([, label]) => label ?? '');
    expect(boxes.length).toBeGreaterThan(5);
    expect(boxes.filter((file) => !statSync(root + file, { throwIfNoEntry: false })?.isFile())).toEqual([]);
  });

  it.each(drawings)('draw every box that an arrow leads to', (drawing) => {
    const drawn = new Set([...drawing.matchAll(/(\w+)\["/g)].map(([, id]) => id));
    const ends = drawing
      .split('\n')
      .flatMap((line) => [...line.replaceAll(/\["[^"]*"\]/g, '').matchAll(/(\w+)(?=\s*-->)|(?<=-->\s*)(\w+)/g)]);
    expect(ends.map(([id]) => id).filter((id) => !drawn.has(id))).toEqual([]);
  });
});

it('every folder of the server has its place on the page', () => {
  const places = /^Inside `server\/src`:[\s\S]*?\n\n/m.exec(page)?.[0] ?? '';
  const folders = readdirSync(`${root}packages/server/src`, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !new RegExp(`[\`→]\\s*${name}[/\`\\s]`).test(places))).toEqual([]);
});

it('the spine is fifteen files', () => {
  const spine = page.slice(page.indexOf('## The spine'), page.indexOf('## Decisions'));
  expect(spine.match(/^\d+\. \[[^\]]+\]\(\.\.\/packages\/[^)]+\.ts\)/gm)).toHaveLength(15);
});
