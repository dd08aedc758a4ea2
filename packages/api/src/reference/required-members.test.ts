import { expect, it } from 'vitest';
import type { Operation } from '../operation.js';
import { operations } from '../table.js';
import { REQUIRED_MEMBERS } from './required-members.testing.js';

interface Schema {
  properties?: Record<string, Schema>;
  patternProperties?: Record<string, Schema>;
  items?: Schema;
  required?: string[];
}

/** The schema at a place like `services[].regions.*`. */
function schemaAt(root: Schema, place: string): Schema {
  const steps = place === '$' ? [] : place.split(/\.|(?=\[\])/).filter((step) => step !== '');
  return steps.reduce<Schema>((schema, step) => {
    const next = step === '[]' ? schema.items : step === '*' ? Object.values(schema.patternProperties ?? {})[0] : schema.properties?.[step];
    if (next === undefined) throw new Error(`nothing is at ${step} of ${place}`);
    return next;
  }, root);
}

const lines = REQUIRED_MEMBERS.trim().split('\n');

it('knows every operation that the reference has a document for', () => {
  expect(lines.length).toBeGreaterThan(90);
});

it.each(lines.map((line) => [line.split(' ')[0] ?? '', line] as const))('%s answers with what clients insist on', (name, line) => {
  const [head = '', ...groups] = line.split(' | ');
  const row = (operations as unknown as Record<string, Operation>)[name];
  if (row === undefined) throw new Error(`there is no operation ${name}`);
  expect(String(row.successStatus)).toBe(head.split(' ')[1]);
  for (const group of groups) {
    const [place = '', members = ''] = group.split(': ');
    expect([place, schemaAt(row.response as Schema, place).required ?? []]).toEqual([place, expect.arrayContaining(members.split(' '))]);
  }
});
