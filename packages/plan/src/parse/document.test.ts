import { describe, expect, it } from 'vitest';
import { parseDocument, type SpecDocument } from './document.js';
import { keyPath, parsePath } from './path.js';
import { createReport } from './report.js';

function parse(text: string): SpecDocument {
  const report = createReport();
  const document = parseDocument(text, report);
  if (!document) throw new Error(JSON.stringify(report.problems));
  return document;
}

describe('positionAt', () => {
  const text = `name: a
x-base: &base
  image: nginx
  ports: [1, 2]
services:
  - name: b
    <<: *base
  - *base
  - name: c
    volumes:
`;
  const document = parse(text);
  it.each([
    ['name', 1, 7],
    ['services', 6, 3],
    ['services[0].name', 6, 11],
    ['x-base.ports[1]', 4, 14],
    ['services[0].image', 7, 5],
    ['services[0].ports[1]', 7, 5],
    ['services[1]', 8, 5],
    ['services[1].image', 8, 5],
    ['services[2].volumes', 10, 5],
    ['services[2].nothing.here', 9, 5],
    ['SERVICES[0].NAME', 6, 11],
    ['', 1, 1],
  ])('%s is at %i:%i', (path, line, column) => {
    expect(document.positionAt(path)).toEqual({ line, column });
  });
});

describe('paths', () => {
  it('are taken apart as they were put together', () => {
    const path = keyPath(keyPath(keyPath('', 'a'), 'my.key "x"'), 'b');
    expect(path).toBe('a["my.key \\"x\\""].b');
    expect(parsePath(`${path}[3]`)).toEqual(['a', 'my.key "x"', 'b', 3]);
    expect(parsePath('a..b[')).toBeUndefined();
  });
});
