import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Json, JsonObject } from '../json.js';
import type { ParameterType } from '../model.js';
import { evaluateText } from './evaluate.js';
import type { ExpressionContext } from './context.js';
import { FUNCTIONS } from './function/functions.js';

// docs/functions.md promises that its examples are true: the first block is the instance, each other block a list of expressions with what they give.
const page = readFileSync(new URL('../../../../docs/functions.md', import.meta.url), 'utf8');

interface Instance {
  sys: JsonObject;
  var: Record<string, { type: ParameterType; value: Json }>;
  secret: Record<string, string>;
  resources: ExpressionContext['resources'];
  seed: string;
}

interface Example {
  write: string;
  /** Where the expression stands, for what is random. */
  place?: string;
  gives?: Json;
  fails?: string;
}

const [instance, ...blocks] = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => parse(text ?? '') as unknown);
const examples = blocks.flat() as Example[];
const { seed, sys, var: parameters, secret, resources } = instance as Instance;

function evaluated({ write, place = 'arguments.x' }: Example): { gives: Json } | { fails: string } {
  const result = evaluateText(write, { sys, parameters, secrets: (name) => secret[name], resources, seed, place });
  return result.ok ? { gives: result.value.value } : { fails: result.problem.message };
}

describe('the examples of the page', () => {
  it.each(examples)('$write', ({ gives, fails, ...example }) => {
    expect(evaluated(example)).toEqual(fails === undefined ? { gives } : { fails });
  });

  it('show every function and every root', () => {
    const written = examples.map(({ write }) => write).join('\n');
    expect(Object.keys(FUNCTIONS).filter((name) => !written.includes(`$func.${name}(`))).toEqual([]);
    for (const root of ['$var.', '$sys.', '$secret.', '$proxy.out.', '$proxy.var.']) expect(written).toContain(root);
  });
});
