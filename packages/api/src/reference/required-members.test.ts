import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BASE_PATH } from '../address.js';
import { answersWithBody } from '../operation.js';
import { operations, unservedOperations } from '../table.js';
import { type Facts, readFacts, unlike } from './answer-shape.testing.js';

// A Go client refuses an answer that lacks a member which the reference's OpenAPI file calls required, or has one of another type.
// answers.txt says of each operation what that file says: scripts/reference-facts.mjs makes it.
const facts: Facts = readFacts(readFileSync(new URL('./answers.txt', import.meta.url), 'utf8'));

/** Operations that clients know, and the OpenAPI files don't. */
const IN_NO_FILE = new Set([
  'inventory-api#ExecuteResourceInstanceWorkflow',
  'inventory-api#ListResourceInstanceWorkflowExecutions',
  'inventory-api#DescribeResourceInstanceWorkflowExecution',
  'inventory-api#DescribeWorkflowExecution',
  'service-api-api#GetSwaggerSpec',
]);

const rows = Object.entries(operations).filter(([, row]) => row.api !== 'ours' && !IN_NO_FILE.has(row.operationId));

it('knows every operation of the reference, served or not', () => {
  expect(facts.operations.size).toBe(527);
  expect(unservedOperations.filter(({ method, path }) => !facts.operations.has(`${method} ${path.replace(BASE_PATH, '')}`))).toEqual([
    expect.objectContaining({ operationId: 'account-setup#ByocOnPrem' }),
  ]);
});

describe('an answer has what clients insist on, in their types', () => {
  it.each(rows)('%s', (_name, row) => {
    const fact = facts.operations.get(`${row.method} ${row.path.replace(BASE_PATH, '')}`);
    expect(fact).toMatchObject({ api: row.api, status: row.successStatus });
    if (fact?.type === '-') return;
    expect(answersWithBody(row)).toBe(true);
    expect(unlike(facts, fact?.type ?? '', row.response)).toEqual([]);
  });
});

describe('the comparison finds', () => {
  const told = readFacts('v1 GET /x 200 @v1.X\nv1.X id!s count:i list:[]@v1.Y by:{}b anything!?\nv1.Y name!s');
  const text = { type: 'string' };
  const found = (properties: object, required: string[] = Object.keys(properties)) =>
    unlike(told, '@v1.X', { type: 'object', properties, required });

  it('nothing where all is there; what is ours alone may be there, too', () => {
    expect(found({ id: text, anything: {}, count: { type: 'integer' }, ours: text })).toEqual([]);
  });
  it('a member that is missing, or may be', () => {
    expect(found({ anything: {} })).toEqual(['id is missing']);
    expect(found({ anything: {}, id: text }, ['anything'])).toEqual(['id is missing']);
  });
  it('another type, in lists and maps too', () => {
    const items = { type: 'object', properties: { name: { type: 'integer' } }, required: ['name'] };
    expect(found({ id: text, anything: text, count: { type: 'number' }, list: { type: 'array', items } })).toEqual([
      'count is number, not i',
      'list.[].name is integer, not s',
    ]);
    expect(found({ id: text, anything: text, by: { type: 'object', patternProperties: { '^.*$': text } } })).toEqual([
      'by.* is string, not b',
    ]);
  });
});
