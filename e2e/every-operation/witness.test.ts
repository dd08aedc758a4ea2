import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readFacts, unlikeValue } from '../../packages/api/src/reference/answer-shape.testing.js';
import { undeclared } from './undeclared.testing.js';

const facts = readFacts(
  'v1 GET /x 200 @v1.X\nv1.X id!s count:i price:n on:b list![]@v1.Y by:{}s anything!? none:@v1.Y\nv1.Y name!s when:s',
);
const right = { id: 'x', count: 1, price: 1.5, on: true, list: [{ name: 'y' }], by: { a: 'b' }, anything: 0 };

describe('the witness finds, in an answer', () => {
  it.each<[string, object, string[]]>([
    ['nothing where all is right', {}, []],
    ['nothing in a null where clients may do without, or take a list', { count: null, list: null }, []],
    ['what is missing', { id: undefined }, ['id is missing']],
    ['null where clients insist on a value', { id: null }, ['id is null, not s']],
    ['another type', { count: 1.5, on: 'true' }, ['count is 1.5, not i', 'on is "true", not b']],
    ['what is wrong further in', { list: [{ name: 'y' }, { when: 3 }] }, ['list.[].name is missing', 'list.[].when is 3, not s']],
    ['what is no map', { by: ['a'] }, ['by is ["a"], not {}s']],
    ['a wrong value of a map', { by: { a: 1 } }, ['by.a is 1, not s']],
    ['what is no object', { none: 'y' }, ['none is "y", not @v1.Y']],
  ])('%s', (_, change, found) => {
    expect(unlikeValue(facts, '@v1.X', { ...right, ...change })).toEqual(found);
  });

  it('what nobody has decided to tell', () => {
    const text = { type: 'string' };
    const list = { type: 'array', items: { anyOf: [{ type: 'null' }, { type: 'object', properties: { id: text } }] } };
    const schema = { type: 'object', properties: { id: text, list, any: {}, map: { type: 'object', patternProperties: { '.*': text } } } };
    expect(undeclared(schema, { id: 'x', list: [null, { id: 'y' }], any: { a: { b: 1 } }, map: { a: 'b' } })).toEqual([]);
    expect(undeclared(schema, { id: 'x', secret: 's', list: [{ id: 'y', hash: 'h' }] })).toEqual([
      'secret is told, and the schema has no such member',
      'list[].hash is told, and the schema has no such member',
    ]);
  });

  it('all shapes that answers.txt names', () => {
    const text = readFileSync(new URL('../../packages/api/src/reference/answers.txt', import.meta.url), 'utf8');
    const named = [...text.matchAll(/@([\w.]+)/g)].map(([, name = '']) => name);
    const { shapes } = readFacts(text);
    expect(named.filter((name) => !shapes.has(name))).toEqual([]);
  });
});
