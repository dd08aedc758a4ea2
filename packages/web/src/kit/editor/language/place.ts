/** Where in a spec somebody is: what stands around, and what the grammar says of it. Pure. */
import { type Field, type MapShape, PLAN_SHAPE, type Shape } from '@cellplane/plan';
import { aboveOf, type Outline, type OutlineNode, parentFor, tokensOf } from './outline';

/** A place in a text: line and column from 0. */
export interface Spot {
  line: number;
  column: number;
}

export interface Place {
  /** What a key that is typed here would stand in: a map, or an item that is to become one. */
  within: OutlineNode;
  /** The key, or the item of a list, whose value is being typed; undefined: only a key can be typed here. */
  valueOf: OutlineNode | undefined;
  /** The key whose block this is, such as a manifest. */
  block: OutlineNode | undefined;
  /** Everything on the line before the spot. */
  before: string;
}

/** What is around a spot. */
export function placeAt(outline: Outline, { line, column }: Spot): Place {
  const before = (outline.lines[line] ?? '').slice(0, column);
  const block = blockAround(outline, line);
  if (block !== undefined) return { within: block, valueOf: block, block, before };
  const last = outline.nodes.findLast((node) => node.line < line) ?? outline.root;
  let at = last;
  for (const token of tokensOf(before)) {
    const parent = parentFor(at, token);
    // A line that is only begun may not have become a node of the outline.
    const known = parent.children.find((child) => child.line === line && child.indent === token.indent);
    at = known ?? { ...token, line, index: 0, items: 0, parent, children: [] };
  }
  if (at.line === line) return { within: at.kind === 'key' ? (at.parent ?? outline.root) : at, valueOf: at, block, before };
  const firstSign = before.search(/\S/);
  const indent = firstSign === -1 ? before.length : firstSign;
  return { within: parentFor(last, { kind: 'key', indent }), valueOf: undefined, block, before };
}

function blockAround({ nodes }: Outline, line: number): OutlineNode | undefined {
  return nodes.findLast((node) => node.blockEnd !== undefined && node.line < line && line <= node.blockEnd);
}

/** The shape of a node's value; undefined where the grammar says nothing: inside of free content. */
export function shapeOf(node: OutlineNode): Shape | undefined {
  if (node.parent === undefined) return PLAN_SHAPE;
  const around = shapeOf(node.parent);
  if (around === undefined) return undefined;
  if (node.kind === 'item') return variant(around, 'list')?.items;
  const map = mapOf(around);
  if (map !== undefined) return fieldIn(map, node.key)?.field.shape ?? map.rest?.values;
  return variant(around, 'dictionary')?.values;
}

/** The field of the grammar that a key is, with its preferred spelling. */
export function fieldOf(node: OutlineNode): { key: string; field: Field } | undefined {
  if (node.kind !== 'key' || node.parent === undefined) return undefined;
  const around = shapeOf(node.parent);
  const map = around === undefined ? undefined : mapOf(around);
  return map === undefined ? undefined : fieldIn(map, node.key);
}

/** The map among what a shape may be. */
export function mapOf(shape: Shape): MapShape | undefined {
  return variant(shape, 'map');
}

function variant<Type extends Shape['type']>(shape: Shape, type: Type): Extract<Shape, { type: Type }> | undefined {
  if (shape.type === type) return shape as Extract<Shape, { type: Type }>;
  if (shape.type !== 'either') return undefined;
  return shape.shapes.find((one): one is Extract<Shape, { type: Type }> => one.type === type);
}

/** A key of a map by its own or another spelling, whatever the letter case. */
function fieldIn(map: MapShape, written: string): { key: string; field: Field } | undefined {
  const wanted = written.toLowerCase();
  const known = Object.entries(map.fields);
  const found =
    known.find(([key]) => key.toLowerCase() === wanted) ??
    known.find(([, { aliases = [] }]) => aliases.some((alias) => alias.toLowerCase() === wanted));
  return found === undefined ? undefined : { key: found[0], field: found[1] };
}

/** The nearest node around one, or itself, that is the item of a list with this key. */
export function itemAround(node: OutlineNode, list: string): OutlineNode | undefined {
  return [node, ...aboveOf(node)].find((one) => one.kind === 'item' && one.parent?.key.toLowerCase() === list.toLowerCase());
}

/** The nearest node around one, or itself, with this key. */
export function keyAround(node: OutlineNode, key: string): OutlineNode | undefined {
  return [node, ...aboveOf(node)].find((one) => one.kind === 'key' && one.key.toLowerCase() === key.toLowerCase());
}
