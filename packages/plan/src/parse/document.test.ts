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

describe('characters that cannot be stored', () => {
  const problemsOf = (text: string) => {
    const report = createReport();
    parseDocument(text, report);
    return report.problems.map(({ code, path, position }) => [code, path, position.line, position.column]);
  };
  it.each([
    ['name: a\nx: "b\0c"\n', ['unstorable-character', '', 2, 6]],
    ['# \ud800\nname: a\n', ['unstorable-character', '', 1, 3]],
    ['name: a\nx: ["b", "\\0"]\n', ['unstorable-character', 'x[1]', 2, 10]],
    ['name: "\\ud83d"\n', ['unstorable-character', 'name', 1, 7]],
    ['"a\\0": 1\n', ['unstorable-character', '', 1, 1]],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)).toEqual([problem]);
  });
  it('are not pairs of surrogates, tabs, or backslashes in literal blocks', () => {
    expect(problemsOf('name: "😀\t"\nx: |\n  a \\0 😀\n')).toEqual([]);
  });
});
