import type { Json, JsonObject } from '../json.js';
import { PLAN_SHAPE } from './plan.js';
import type { Field, MapShape, Shape } from './shape.js';

/**
 * The grammar of a plan spec as JSON Schema, for editors and other programs. The build is the judge: it compares keys ignoring letter case, and
 * finds what no schema can say. Whatever it takes in the preferred spelling this takes, too.
 */
export function planJsonSchema(): JsonObject {
  const definitions = new Map<MapShape, { name: string; schema: JsonObject }>();
  const root = schemaOf(PLAN_SHAPE, definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Plan spec',
    ...root,
    $defs: Object.fromEntries([...definitions.values()].map(({ name, schema }) => [name, schema])),
  };
}

type Definitions = Map<MapShape, { name: string; schema: JsonObject }>;

/** Values that expressions may stand for are given as text. */
const EXPRESSION: JsonObject = { type: 'string', pattern: String.raw`\$` };

function schemaOf(shape: Shape, definitions: Definitions): JsonObject {
  switch (shape.type) {
    case 'string':
      return shape.quoted === true ? { type: 'string' } : { type: ['string', 'number', 'boolean'] };
    case 'boolean':
      return shape.literal === true ? { type: ['boolean', 'string'] } : { anyOf: [{ type: ['boolean', 'string'] }, EXPRESSION] };
    case 'integer':
    case 'number': {
      const bounds = {
        ...(shape.min === undefined ? {} : { minimum: shape.min }),
        ...(shape.max === undefined ? {} : { maximum: shape.max }),
      };
      // As text a number is read as well.
      return { type: [shape.type, 'string'], ...bounds };
    }
    case 'enum':
      return shape.checkedLater === true || shape.literal !== true
        ? { type: 'string', examples: [...shape.values] }
        : { type: 'string', anyOf: [...shape.values, ...Object.keys(shape.aliases ?? {})].map(ignoringCase) };
    case 'list':
      return { type: ['array', 'null'], items: schemaOf(shape.items, definitions) };
    case 'dictionary':
      return { type: ['object', 'null'], additionalProperties: schemaOf(shape.values, definitions) };
    case 'either':
      return { anyOf: shape.shapes.map((one) => schemaOf(one, definitions)) };
    case 'map':
      return { $ref: `#/$defs/${definitionOf(shape, definitions)}` };
    default:
      return {};
  }
}

function ignoringCase(word: string): JsonObject {
  const letters = word.replaceAll(/[a-z]/gi, (letter) => `[${letter.toLowerCase()}${letter.toUpperCase()}]`);
  return { pattern: `^${letters}$`, title: word };
}

/** Maps that occur in several places, or in themselves, are described once. */
function definitionOf(shape: MapShape, definitions: Definitions): string {
  const present = definitions.get(shape);
  if (present !== undefined) return present.name;
  const plain = shape.title.replace(/^(?:an?|the) /, '').replaceAll(/\W+/g, '-');
  const taken = new Set([...definitions.values()].map(({ name }) => name));
  const name = taken.has(plain) ? `${plain}-${definitions.size}` : plain;
  const entry = { name, schema: {} as JsonObject };
  definitions.set(shape, entry);
  Object.assign(entry.schema, mapSchema(shape, definitions));
  return name;
}

function mapSchema(shape: MapShape, definitions: Definitions): JsonObject {
  const properties: Record<string, Json> = {};
  const required: string[] = [];
  for (const [key, field] of Object.entries(shape.fields)) {
    if (field.support === 'refused') continue;
    for (const spelling of [key, ...(field.aliases ?? [])]) properties[spelling] = fieldSchema(field, definitions);
    // A key with other spellings may stand under one of those.
    if (field.required === true && field.unless === undefined && (field.aliases ?? []).length === 0) required.push(key);
  }
  const rest = shape.rest === undefined ? shape.open === true : schemaOf(shape.rest.values, definitions);
  return {
    type: ['object', 'null'],
    properties,
    ...(required.length === 0 ? {} : { required }),
    ...(shape.extensions === true ? { patternProperties: { '^x-': {} } } : {}),
    additionalProperties: rest,
  };
}

function fieldSchema(field: Field, definitions: Definitions): JsonObject {
  const schema = schemaOf(field.shape, definitions);
  const effect = field.support === 'acted on' ? '' : ` (${field.support})`;
  return {
    ...schema,
    description: `${field.description}${effect}`,
    ...(field.default === undefined ? {} : { 'x-default': field.default }),
    ...(field.deprecated === undefined ? {} : { deprecated: true }),
  };
}
