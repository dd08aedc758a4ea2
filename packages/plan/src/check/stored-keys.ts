import { isNull, type MapEntry, type SpecNode } from '../parse/node.js';
import { keyPlace } from '../parse/report.js';
import type { Note } from '../problem.js';
import { PLAN_SHAPE } from '../schema/plan.js';
import type { MapShape, Shape } from '../schema/shape.js';

/** Keys in use that are only stored, each once, in the order of their first places. */
export function storedKeys(root: SpecNode): Note[] {
  const notes = new Map<string, Note>();
  visitMap(notes, root, PLAN_SHAPE, { path: '' });
  return [...notes.values()].map((note) => ({ ...note, message: messageOf(note) }));
}

interface Above {
  /** As in the documentation: `services[].capabilities`. */
  path: string;
  /** The outermost stored key around this place. */
  stored?: string;
}

function visit(notes: Map<string, Note>, node: SpecNode, shape: Shape, above: Above): void {
  switch (shape.type) {
    case 'map':
      return visitMap(notes, node, shape, above);
    case 'list':
      if (node.kind === 'list') for (const item of node.items) visit(notes, item, shape.items, { ...above, path: `${above.path}[]` });
      return;
    case 'dictionary':
      if (node.kind !== 'map') return;
      for (const entry of node.entries) visit(notes, entry.value, shape.values, { ...above, path: `${above.path}.<${shape.keys}>` });
      return;
    case 'either':
      for (const one of shape.shapes) if (fits(one, node)) return visit(notes, node, one, above);
      return;
    default:
      return;
  }
}

function visitMap(notes: Map<string, Note>, node: SpecNode, shape: MapShape, above: Above): void {
  if (node.kind !== 'map') return;
  for (const entry of node.entries) {
    const field = Object.hasOwn(shape.fields, entry.key) ? shape.fields[entry.key] : undefined;
    const isStored = field === undefined ? shape.rest?.isStored === true : field.support === 'stored';
    if (field === undefined && above.stored === undefined && !isStored) continue;
    const name = field === undefined && shape.rest && shape.rest.values.type !== 'any' ? `<${shape.rest.keys}>` : entry.key;
    const path = above.path === '' ? name : `${above.path}.${name}`;
    const stored = above.stored ?? (isStored ? path : undefined);
    if (stored !== undefined) record(notes, entry, path, stored);
    const below = field?.shape ?? shape.rest?.values;
    if (below && !isNull(entry.value)) visit(notes, entry.value, below, stored === undefined ? { path } : { path, stored });
  }
}

function record(notes: Map<string, Note>, entry: MapEntry, key: string, within: string): void {
  const { path, position } = keyPlace(entry);
  const known = notes.get(key);
  if (known) {
    known.places.push({ path, position });
    return;
  }
  notes.set(key, {
    severity: 'note',
    code: 'stored-key',
    key,
    within,
    path,
    position,
    message: '',
    cure: '',
    places: [{ path, position }],
  });
}

function messageOf({ key, within }: Note): string {
  return key === within
    ? `\`${key}\` is stored with the plan, and changes nothing here.`
    : `\`${key}\` is stored with \`${within}\`, and changes nothing here.`;
}

function fits(shape: Shape, node: SpecNode): boolean {
  if (shape.type === 'map' || shape.type === 'dictionary') return node.kind === 'map';
  return (shape.type === 'list') === (node.kind === 'list');
}
