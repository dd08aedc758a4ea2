import { describe, expect, it } from 'vitest';
import { systemParametersSchema } from '../system/json-schema.js';
import { SYSTEM_VALUES } from '../system/table.js';
import { describeGrammar } from './describe.js';
import { planJsonSchema } from './json-schema.js';

type Schema = Record<string, never> & { $ref?: string; properties?: Record<string, Schema>; items?: Schema; anyOf?: Schema[] };
const schema = planJsonSchema() as unknown as Schema & { $defs: Record<string, Schema> };

function resolved(one: Schema | undefined): Schema | undefined {
  return one?.$ref === undefined ? one : schema.$defs[one.$ref.replace('#/$defs/', '')];
}

/** The schema at a path of the grammar: `services[].name`. */
function at(path: string): Schema | undefined {
  return path
    .split('.')
    .flatMap((step) => step.split(/(?=\[\])/))
    .reduce<Schema | undefined>((before, step) => {
      const one = resolved(before);
      if (step !== '[]') return one?.properties?.[step] ?? one?.anyOf?.map((choice) => resolved(choice)?.properties?.[step]).find(Boolean);
      return one?.items ?? one?.anyOf?.map((choice) => choice.items).find(Boolean);
    }, schema);
}

describe('the schema of a plan spec', () => {
  const rows = describeGrammar().filter(({ path, supported }) => !path.includes('<') && supported !== 'refused');

  it('has every key of the grammar, with its description', () => {
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.filter(({ path }) => at(path) === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('asks for what the build asks for', () => {
    const root = resolved(schema) as unknown as { required: string[]; additionalProperties: boolean };
    expect(root.required.toSorted()).toEqual(['name', 'services']);
    expect(root.additionalProperties).toBe(false);
  });

  it('is plain JSON, and refers to nothing that is not there', () => {
    const text = JSON.stringify(schema);
    const referred = [...text.matchAll(/"#\/\$defs\/([^"]+)"/g)].map(([, name = '']) => name);
    expect(new Set(referred).size).toBeGreaterThan(20);
    expect(referred.filter((name) => schema.$defs[name] === undefined)).toEqual([]);
  });
});

it('the schema of the system parameters has each with its meaning', () => {
  const text = JSON.stringify(systemParametersSchema());
  for (const { meaning } of SYSTEM_VALUES) expect(text).toContain(JSON.stringify(meaning).slice(1, -1));
});
