import { isNull, type MapEntry, type MapNode, type SpecNode } from '../parse/node.js';
import { keyPath } from '../parse/path.js';
import { keyPlace, type Report } from '../parse/report.js';
import { readScalar } from './scalar.js';
import type { Field, MapShape, Shape } from './shape.js';
import { didYouMean } from './suggest.js';
import { describeShape, mismatch } from './mismatch.js';

/**
 * Reads a tree by its shape: keys get their preferred spelling, scalars their type; whatever does not fit is reported and
 * left out, so that later checks see only what is well formed. Null counts as "not given".
 */
export function readShape(report: Report, node: SpecNode, shape: Shape, above?: MapShape): SpecNode | undefined {
  if (report.isFull()) return undefined;
  switch (shape.type) {
    case 'any':
      return node;
    case 'map':
      return shape.open ? readOpen(node, shape) : readMap(report, node, shape, above);
    case 'list':
      return readList(report, node, shape.items, above);
    case 'dictionary':
      return readDictionary(report, node, shape.values, shape.keys);
    case 'either': {
      const fitting = shape.shapes.find((one) => kindOf(one) === node.kind) ?? shape.shapes[0];
      return fitting && readShape(report, node, fitting, above);
    }
    default:
      return node.kind === 'scalar' ? readScalar(report, node, shape) : mismatch(report, node, describeShape(shape));
  }
}

function readMap(report: Report, node: SpecNode, shape: MapShape, above?: MapShape): MapNode | undefined {
  if (node.kind !== 'map' && !isNull(node)) return mismatch(report, node, describeShape(shape));
  const lookup = fieldLookup(shape);
  const read: MapNode = {
    kind: 'map',
    path: node.path,
    position: node.position,
    entries: [],
    ...(node.anchored ? { anchored: node.anchored } : {}),
  };
  const taken = new Map<string, MapEntry>();
  const unknown: MapEntry[] = [];
  for (const entry of node.kind === 'map' ? node.entries : []) {
    if (shape.extensions && /^x-/i.test(entry.key) && !lookup.has(entry.key.toLowerCase())) continue;
    const key = lookup.get(entry.key.toLowerCase());
    const field = key === undefined ? undefined : shape.fields[key];
    if (key === undefined || !field) {
      const value = readRest(report, entry, shape);
      if (!shape.rest) unknown.push(entry);
      if (value) read.entries.push({ ...entry, value });
      continue;
    }
    const before = taken.get(key);
    if (before) {
      // A key merged in under another letter case loses, as it would in the same case.
      if (!entry.merged) {
        report.error(keyPlace(entry), {
          code: 'duplicate-key',
          message: `\`${entry.spelling}\` and \`${before.spelling}\` are the same key: letter case does not count.`,
          cure: 'Keep one of the two.',
        });
      }
      continue;
    }
    taken.set(key, entry);
    const value = readField(report, entry, field, shape);
    if (value) read.entries.push({ ...entry, key, value });
  }
  for (const entry of unknown) reportUnknownKey(report, entry, shape, { taken, above });
  // What an alias without an anchor would have given is not missing: the alias is told of.
  if (report.problems.some(({ code, path }) => code === 'unknown-anchor' && path === read.path)) return read;
  for (const [key, field] of Object.entries(shape.fields)) {
    const entry = taken.get(key);
    if (!field.required || (entry && !isNull(entry.value)) || (field.unless !== undefined && taken.has(field.unless))) continue;
    report.error(entry ? keyPlace(entry) : { ...read, path: keyPath(read.path, key) }, {
      code: 'missing-key',
      message: `${capitalise(shape.title)} needs \`${key}\`.`,
      cure: `Add \`${key}\`: ${lowerFirst(field.description)}`,
    });
  }
  return read;
}

/** Any content; keys that are known get their preferred spelling, as long as it stays one key. */
function readOpen(node: SpecNode, shape: MapShape): SpecNode {
  if (node.kind !== 'map') return node;
  const lookup = fieldLookup(shape);
  const entries = node.entries.map((entry) => {
    const key = lookup.get(entry.key.toLowerCase());
    const field = key === undefined ? undefined : shape.fields[key];
    if (key === undefined || !field) return entry;
    const taken = key !== entry.key && node.entries.some((other) => other.key === key);
    const value = field.shape.type === 'map' && field.shape.open ? readOpen(entry.value, field.shape) : entry.value;
    return { ...entry, key: taken ? entry.key : key, value };
  });
  return { ...node, entries };
}

/** A key that the grammar does not list: the author's own, where the map takes such. */
function readRest(report: Report, entry: MapEntry, shape: MapShape): SpecNode | undefined {
  if (shape.rest) return isNull(entry.value) ? entry.value : readShape(report, entry.value, shape.rest.values);
  return undefined;
}

function readField(report: Report, entry: MapEntry, field: Field, above: MapShape): SpecNode | undefined {
  if (field.support === 'refused') {
    report.error(keyPlace(entry), {
      code: 'unsupported-key',
      message: `\`${entry.spelling}\` is not supported: ${lowerFirst(field.description)}`,
      cure: field.cure ?? 'Remove it.',
    });
    return undefined;
  }
  if (field.support === 'ignored') {
    report.warning(keyPlace(entry), {
      code: 'ignored-key',
      message: `\`${entry.spelling}\` has no effect: ${lowerFirst(field.description)}`,
      cure: field.cure ?? 'Remove it.',
    });
    return undefined;
  }
  if (field.deprecated !== undefined && !isNull(entry.value)) {
    report.warning(keyPlace(entry), {
      code: 'deprecated-key',
      message: `\`${entry.spelling}\` is deprecated; it still works.`,
      cure: `Use ${field.deprecated} instead.`,
    });
  }
  if (isNull(entry.value))
    return field.shape.type === 'map' && hasRequired(field.shape) ? readMap(report, entry.value, field.shape, above) : entry.value;
  return readShape(report, entry.value, field.shape, above);
}

function readList(report: Report, node: SpecNode, items: Shape, above?: MapShape): SpecNode | undefined {
  if (isNull(node)) return node;
  if (node.kind !== 'list') return mismatch(report, node, describeShape({ type: 'list', items }));
  const read: SpecNode[] = [];
  for (const item of node.items) {
    if (isNull(item) && items.type !== 'any') {
      mismatch(report, item, describeShape(items));
      continue;
    }
    const value = readShape(report, item, items, above);
    if (value) read.push(value);
  }
  return { ...node, items: read };
}

function readDictionary(report: Report, node: SpecNode, values: Shape, keys: string): SpecNode | undefined {
  if (isNull(node)) return node;
  if (node.kind !== 'map') return mismatch(report, node, `a map (${keys} → ${describeShape(values)})`);
  const entries: MapEntry[] = [];
  for (const entry of node.entries) {
    const value = isNull(entry.value) && values.type !== 'map' ? entry.value : readShape(report, entry.value, values);
    if (value) entries.push({ ...entry, value });
  }
  return { ...node, entries };
}

/** What stands around a map: the entries that it knows, and the map that it is in. */
interface Around {
  taken: ReadonlyMap<string, MapEntry>;
  above: MapShape | undefined;
}

function reportUnknownKey(report: Report, entry: MapEntry, shape: MapShape, around: Around): void {
  if (report.isFull()) return;
  const argo = shape.argo ? `json: unknown field ${JSON.stringify(entry.spelling)}: ` : '';
  const known = Object.entries(shape.fields).filter(([, field]) => field.support !== 'refused');
  report.error(keyPlace(entry), {
    code: 'unknown-key',
    message: `${argo}\`${entry.value.path}\` is not a key of ${shape.title}.`,
    cure:
      slipCure(report, entry, shape, around) ??
      didYouMean(
        entry.spelling,
        known.map(([key]) => key),
        `See docs/plan-spec.md for the keys of ${shape.title}.`,
      ),
  });
}

/** A key that the map beside it or around it takes: it slipped by a level. What was missed there is not said again. */
function slipCure(report: Report, entry: MapEntry, shape: MapShape, { taken, above }: Around): string | undefined {
  const wanted = entry.key.toLowerCase();
  for (const [key, sibling] of taken) {
    const inner = shape.fields[key]?.shape;
    const meant = inner?.type === 'map' && !inner.open ? fieldLookup(inner).get(wanted) : undefined;
    if (inner?.type !== 'map' || meant === undefined || inner.fields[meant]?.support === 'refused') continue;
    report.withdraw('missing-key', keyPath(sibling.value.path, meant));
    return `It is a key of ${inner.title}: indent it more, under \`${sibling.spelling}\` (line ${sibling.position.line}).`;
  }
  const outer = above && fieldLookup(above).get(wanted);
  if (outer === undefined || above?.fields[outer]?.support === 'refused') return undefined;
  return `It is a key of ${above?.title}: indent it less.`;
}

function kindOf(shape: Shape): SpecNode['kind'] {
  if (shape.type === 'map' || shape.type === 'dictionary') return 'map';
  return shape.type === 'list' ? 'list' : 'scalar';
}

const lookups = new WeakMap<MapShape, Map<string, string>>();

/** Lower-case spelling, aliases included → preferred key. */
function fieldLookup(shape: MapShape): Map<string, string> {
  let lookup = lookups.get(shape);
  if (!lookup) {
    lookup = new Map();
    for (const [key, field] of Object.entries(shape.fields)) for (const alias of field.aliases ?? []) lookup.set(alias.toLowerCase(), key);
    for (const key of Object.keys(shape.fields)) lookup.set(key.toLowerCase(), key);
    lookups.set(shape, lookup);
  }
  return lookup;
}

function hasRequired(shape: MapShape): boolean {
  return Object.values(shape.fields).some((field) => field.required);
}

function capitalise(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function lowerFirst(words: string): string {
  return /^[A-Z][a-z]/.test(words) && !/^(AWS|Argo)/.test(words) ? words.charAt(0).toLowerCase() + words.slice(1) : words;
}
