/**
 * The lines of a spec as a tree, by their indentation alone: it is there for a text that is being typed, too, which no parser of YAML
 * takes. Block style with short flow maps; what stands in a block (`|`, `>`) is its key's. Pure.
 */

/** A key with its value, or an item of a list. Lines and columns count from 0. */
export interface OutlineNode {
  kind: 'key' | 'item';
  /** Of an item: empty. */
  key: string;
  /** The text after the colon, without quotes and comments; of an item that is a plain value, that. */
  value: string;
  line: number;
  /** Where the key, or the dash, stands. */
  indent: number;
  /** Where the value begins. */
  valueColumn: number;
  /** The last line of the block that is its value. */
  blockEnd?: number;
  /** Of an item: its number from 0. */
  index: number;
  /** How many of its children are items. */
  items: number;
  parent: OutlineNode | undefined;
  children: OutlineNode[];
}

export interface Outline {
  lines: string[];
  /** In the order of the text; the root is first, and has no line. */
  nodes: OutlineNode[];
  root: OutlineNode;
}

type Found = Pick<OutlineNode, 'kind' | 'key' | 'value' | 'indent' | 'valueColumn'>;

const ANCHOR = /^&\S+\s*/;
const BLOCK = /^[|>][-+0-9]*\s*(?:#.*)?$/;

/** Reads a text. */
export function outlineOf(text: string): Outline {
  const lines = text.split(/\r\n|\n/);
  const root = nodeOf({ kind: 'key', key: '', value: '', indent: -1, valueColumn: 0 }, -1, undefined);
  const nodes = [root];
  let last = root;
  let block: OutlineNode | undefined;
  for (const [line, content] of lines.entries()) {
    const indent = content.search(/\S/);
    if (block !== undefined && (indent === -1 || indent > block.indent)) {
      block.blockEnd = line;
      continue;
    }
    block = undefined;
    for (const found of tokensOf(content)) {
      const parent = parentFor(last, found);
      const node = nodeOf(found, line, parent);
      parent.children.push(node);
      nodes.push(node);
      last = node;
      if (BLOCK.test(node.value)) {
        block = node;
        node.blockEnd = line;
      } else if (node.value.startsWith('{') || node.value.startsWith('[')) nodes.push(...flowOf(content, node));
    }
  }
  return { lines, nodes, root };
}

function nodeOf(found: Found, line: number, parent: OutlineNode | undefined): OutlineNode {
  const index = parent?.items ?? 0;
  // Counted, not looked up: a list may have very many.
  if (parent !== undefined && found.kind === 'item') parent.items += 1;
  return { ...found, line, index, items: 0, parent, children: [] };
}

/** The dashes, the key and the value of a line. */
export function tokensOf(content: string): Found[] {
  const found: Found[] = [];
  let at = content.search(/\S/);
  if (at === -1 || content[at] === '#' || content.startsWith('---')) return found;
  while (content[at] === '-' && (content[at + 1] === ' ' || at + 1 === content.length)) {
    const dash = at;
    at += 1;
    while (content[at] === ' ') at += 1;
    const anchor = ANCHOR.exec(content.slice(at));
    if (anchor !== null) at += anchor[0].length;
    const rest = content.slice(at);
    const isMore = rest.startsWith('- ') || keyAt(rest) !== undefined;
    found.push({ kind: 'item', key: '', value: isMore ? (anchor?.[0].trim() ?? '') : plain(rest), indent: dash, valueColumn: at });
  }
  const key = keyAt(content.slice(at));
  if (key === undefined) return found;
  const after = content.slice(at + key.length + 1);
  const valueColumn = at + key.length + 1 + Math.max(0, after.search(/\S/));
  found.push({ kind: 'key', key: unquoted(key), value: plain(after.trim()), indent: at, valueColumn });
  return found;
}

/** Signs that no plain key begins with. */
const NO_KEY = '#[]{},&*!|>%@`-:';

/** The key that a text begins with, up to its colon; undefined: it begins with none. */
function keyAt(text: string): string | undefined {
  const first = text[0] ?? '';
  const closing = first === '"' || first === "'" ? text.indexOf(first, 1) : -1;
  if (first === '' || NO_KEY.includes(first)) return undefined;
  for (let colon = text.indexOf(':', closing + 1); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    const next = text[colon + 1];
    if (next !== undefined && next !== ' ') continue;
    const key = text.slice(0, colon);
    return key.includes(' #') ? undefined : key;
  }
  return undefined;
}

/** The keys of a short flow map that stands on one line. */
function flowOf(content: string, of: OutlineNode): OutlineNode[] {
  const found: OutlineNode[] = [];
  if (!of.value.startsWith('{')) return found;
  const end = content.lastIndexOf('}');
  for (let from = of.valueColumn + 1; from < end; ) {
    const to = entryEnd(content, from, end);
    const entry = content.slice(from, to);
    const lead = entry.length - entry.trimStart().length;
    const key = keyAt(entry.trim());
    if (key !== undefined) {
      const after = entry.slice(lead + key.length + 1);
      const valueColumn = from + lead + key.length + 1 + Math.max(0, after.search(/\S/));
      const node = nodeOf(
        { kind: 'key', key: unquoted(key), value: unquoted(after.trim()), indent: from + lead, valueColumn },
        of.line,
        of,
      );
      of.children.push(node);
      found.push(node);
    }
    from = to + 1;
  }
  return found;
}

/** Where an entry of a flow map ends: at a comma that is in no quotes and no brackets. */
function entryEnd(content: string, from: number, end: number): number {
  let quote = '';
  let depth = 0;
  for (let at = from; at < end; at++) {
    const sign = content.charAt(at);
    if (quote !== '') quote = sign === quote ? '' : quote;
    else if (sign === '"' || sign === "'") quote = sign;
    else if (sign === '{' || sign === '[') depth += 1;
    else if (sign === '}' || sign === ']') depth -= 1;
    else if (sign === ',' && depth === 0) return at;
  }
  return end;
}

/** The node that a new one on a later line would stand in. */
export function parentFor(last: OutlineNode, { kind, indent }: Pick<Found, 'kind' | 'indent'>): OutlineNode {
  let at = last;
  for (;;) {
    const isAbove = at.indent < indent || (kind === 'item' && at.kind === 'key' && at.indent === indent);
    // A key with a value of its own holds nothing more.
    if (isAbove || at.parent === undefined) return at;
    at = at.parent;
  }
}

/** The child with that key; where the node's value is an alias, of what it stands for. */
export function childOf(outline: Outline, node: OutlineNode | undefined, key: string): OutlineNode | undefined {
  const wanted = key.toLowerCase();
  return childrenOf(outline, node).find((child) => child.kind === 'key' && child.key.toLowerCase() === wanted);
}

/** What stands in a node, through an alias too. */
export function childrenOf(outline: Outline, node: OutlineNode | undefined): OutlineNode[] {
  if (node === undefined) return [];
  const alias = /^\*(\S+)/.exec(node.value)?.[1];
  const target = alias === undefined ? undefined : anchorOf(outline, alias);
  return [...node.children, ...(target?.children ?? [])];
}

/** The node with that anchor. */
export function anchorOf({ nodes }: Outline, name: string): OutlineNode | undefined {
  return nodes.find(({ value }) => value === `&${name}` || value.startsWith(`&${name} `));
}

/** The nodes around one, the innermost first, without the root. */
export function aboveOf(node: OutlineNode): OutlineNode[] {
  const found: OutlineNode[] = [];
  for (let at = node.parent; at?.parent !== undefined; at = at.parent) found.push(at);
  return found;
}

/** The text of a value without quotes, anchor and comment. */
export function textOf(node: OutlineNode | undefined): string {
  return node === undefined ? '' : unquoted(node.value.replace(ANCHOR, ''));
}

function plain(text: string): string {
  if (/^["']/.test(text)) return unquoted(text);
  const comment = text.indexOf(' #');
  return (comment === -1 ? text : text.slice(0, comment)).trim();
}

function unquoted(text: string): string {
  const quoted = /^(["'])(.*?)\1/.exec(text);
  return quoted?.[2] ?? text.trim();
}
