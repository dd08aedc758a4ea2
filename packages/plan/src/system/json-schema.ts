import type { JsonObject } from '../json.js';
import { SYSTEM_VALUES, type SystemValue } from './table.js';

const TYPES: Record<SystemValue['type'], JsonObject> = {
  text: { type: 'string' },
  number: { type: 'number' },
  boolean: { type: 'boolean' },
  cidr: { type: 'string', format: 'cidr' },
  any: {},
};

/** What `$sys` holds, as JSON Schema: made of the table, with the meaning of each value. */
export function systemParametersSchema(): JsonObject {
  const root: Node = {};
  for (const value of SYSTEM_VALUES) insert(root, value.path.replaceAll('[]', '.[]').split('.'), value);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'System parameters',
    type: 'object',
    properties: { sys: schemaOf(root) },
  };
}

/** A place in the tree: what is below it, and the value that stands there. */
interface Node {
  value?: SystemValue;
  below?: Map<string, Node>;
}

function insert(node: Node, [step, ...rest]: string[], value: SystemValue): void {
  if (step === undefined) {
    node.value = value;
    return;
  }
  node.below ??= new Map();
  const next = node.below.get(step) ?? {};
  node.below.set(step, next);
  insert(next, rest, value);
}

function schemaOf({ value, below }: Node): JsonObject {
  const told: JsonObject = value === undefined ? {} : { ...TYPES[value.type], description: meaningOf(value) };
  if (below === undefined) return told;
  const items = below.get('[]');
  if (items !== undefined) return { ...told, type: 'array', items: schemaOf(items) };
  const any = below.get('*') ?? below.get('**');
  const named = [...below].filter(([step]) => !step.startsWith('*'));
  return {
    ...told,
    type: 'object',
    ...(named.length === 0 ? {} : { properties: Object.fromEntries(named.map(([step, node]) => [step, schemaOf(node)])) }),
    ...(any === undefined ? {} : { additionalProperties: schemaOf(any) }),
  };
}

function meaningOf({ meaning, verbs, fact }: SystemValue): string {
  const when = verbs === undefined ? '' : ` In ${verbs.join(', ')} only.`;
  return `${meaning}${when}${fact === undefined ? '' : ` A fact of the deployment cell: ${fact}.`}`;
}
