import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { JsonObject } from '../../json.js';
import type { ResourceAction } from '../../model.js';
import { judge, type JudgedLeaf } from '../judge.js';
import { bindGate, parseGate } from './gate.js';
import type { Gate, GateField } from './model.js';

// docs/gates.md promises that its examples are true: each gate, with the verdict and the reason on each object beside it.
const page = readFileSync(new URL('../../../../../docs/gates.md', import.meta.url), 'utf8');

/** The part of a `resource` template that a block shows. */
interface Given {
  action?: ResourceAction;
  successCondition?: string;
  failureCondition?: string;
}

interface Case {
  object: JsonObject | null;
  verdict: 'waiting' | 'succeeded' | 'failed';
  says: string;
}

/** The other blocks are lists of objects. */
const isGiven = (block: unknown): block is Given => typeof block === 'object' && block !== null && !Array.isArray(block);

const blocks = [...page.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, text]) => parse(text ?? '') as unknown);
const examples = blocks.flatMap((block, index) => (isGiven(block) ? [{ given: block, cases: blocks[index + 1] as Case[] }] : []));

function gateOf(text: string | undefined, field: GateField): Gate | undefined {
  if (text === undefined) return undefined;
  const parsed = parseGate(text, field);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.problem.message}`);
  const bound = bindGate(parsed.value, (name) => (name === 'inputs.parameters.replicas' ? '3' : undefined));
  if (!bound.ok) throw new Error(bound.problem.message);
  return bound.value;
}

/** An object that this write has made, and that has been looked at since. */
const write = {
  uid: 'u1',
  resourceVersion: '100',
  changed: true,
  created: true,
  successBefore: false,
  failureBefore: false,
  at: 1_000,
};

function seen({ metadata, ...rest }: JsonObject): JsonObject {
  return { ...rest, metadata: { uid: 'u1', resourceVersion: '101', ...(metadata as JsonObject | undefined) } };
}

it('has a list of cases behind each gate, and twelve patterns', () => {
  expect(examples.length * 2).toBe(blocks.length);
  expect(page.match(/^## \d+\. /gm)).toHaveLength(12);
});

describe.each(examples.map(({ given, cases }) => [given.successCondition ?? given.action ?? '', given, cases] as const))(
  '%s',
  (_, given, cases) => {
    const { action = 'apply', successCondition, failureCondition } = given;
    const [success, failure] = [gateOf(successCondition, 'success'), gateOf(failureCondition, 'failure')];
    const leaf: JudgedLeaf = { action, write, ...(success && { success }), ...(failure && { failure }) };

    it.each(cases)('is $verdict: $says', ({ object, verdict, says }) => {
      const judged = judge(leaf, { object: object && seen(object), at: 2_000, quietSince: 2_000 }, 2_000);
      expect([judged.state, judged.reason]).toEqual([verdict, says]);
    });
  },
);
