import { PLAN_SHAPE } from './plan.js';
import { describeShape } from './mismatch.js';
import type { Field, MapShape, Shape, Support } from './shape.js';

/** One key of the grammar, for documentation. */
export interface GrammarRow {
  /** `services[].apiParameters[].key`; `<endpoint name>` stands for the author's own keys. */
  path: string;
  type: string;
  required: boolean;
  /** As documented; empty if there is none. */
  default: string;
  description: string;
  supported: Support;
  /** Set for older keys that still work: what to use instead. */
  deprecated?: string;
  /** Refused and ignored keys: what to do instead. */
  cure?: string;
}

/**
 * The whole grammar as rows in document order. Maps that occur in several places (workflow bodies, parameters, endpoints)
 * are described once; further places refer to the first.
 */
export function describeGrammar(): GrammarRow[] {
  const rows: GrammarRow[] = [];
  describeFields(rows, PLAN_SHAPE, '', new Map());
  return rows;
}

type Seen = Map<MapShape, string>;

function describeFields(rows: GrammarRow[], shape: MapShape, path: string, seen: Seen): void {
  for (const [key, field] of Object.entries(shape.fields)) {
    const own = path === '' ? key : `${path}.${key}`;
    rows.push(rowOf(own, field, seen));
    describeBelow(rows, field.shape, own, seen);
  }
}

function describeBelow(rows: GrammarRow[], shape: Shape, path: string, seen: Seen): void {
  if (shape.type === 'list') describeBelow(rows, shape.items, `${path}[]`, seen);
  else if (shape.type === 'dictionary') describeBelow(rows, shape.values, `${path}.<${shape.keys}>`, seen);
  else if (shape.type === 'either') for (const one of shape.shapes) describeBelow(rows, one, path, seen);
  else if (shape.type === 'map' && !seen.has(shape)) {
    seen.set(shape, path);
    describeFields(rows, shape, path, seen);
    if (shape.rest) describeBelow(rows, shape.rest.values, `${path}.<${shape.rest.keys}>`, seen);
  }
}

function rowOf(path: string, field: Field, seen: Seen): GrammarRow {
  const described = mapWithin(field.shape);
  const before = described && seen.get(described);
  const evaluated = field.expressions === true && field.support === 'acted on';
  const row: GrammarRow = {
    path,
    type: shapeInWords(field.shape),
    required: field.required ?? false,
    default: field.default ?? '',
    description: [
      field.description,
      ...(evaluated ? ['Expressions are evaluated.'] : []),
      ...(before === undefined ? [] : [`As \`${before}\`.`]),
    ].join(' '),
    supported: field.support,
  };
  if (field.deprecated !== undefined) row.deprecated = field.deprecated;
  if (field.cure !== undefined) row.cure = field.cure;
  return row;
}

function mapWithin(shape: Shape): MapShape | undefined {
  if (shape.type === 'map') return shape;
  if (shape.type === 'list') return mapWithin(shape.items);
  if (shape.type === 'either') return shape.shapes.map(mapWithin).find((one) => one !== undefined);
  return shape.type === 'dictionary' ? mapWithin(shape.values) : undefined;
}

/** What kind of value a shape takes, in the words of docs/plan-spec.md. */
export function shapeInWords(shape: Shape): string {
  switch (shape.type) {
    case 'map':
      return 'map';
    case 'list':
      return `list of ${shape.items.type === 'map' ? 'maps' : shapeInWords(shape.items)}`;
    case 'dictionary':
      return `map of ${shape.keys} → ${shape.values.type === 'map' ? 'map' : shapeInWords(shape.values)}`;
    case 'enum':
      return shape.values.join(' \\| ');
    default:
      return describeShape(shape);
  }
}
