import { isAlias, isMap, isScalar, isSeq, type LineCounter, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { isExactNumber } from '../expression/json/exact-number.js';
import type { Position } from '../problem.js';
import { type AliasTargets, MAX_DEPTH } from './anchors.js';
import type { ListNode, MapEntry, MapNode, ScalarNode, SpecNode } from './node.js';
import { itemPath, keyPath } from './path.js';
import type { Report } from './report.js';
import { type UnquotedBraces, unquotedFinding } from './unquoted-braces.js';

/** Nodes that may come into being by following aliases. A few lines of nested aliases can stand for billions. */
const MAX_ALIASED_NODES = 100_000;

/** Characters of their texts. */
const MAX_ALIASED_CHARACTERS = 16 * 1024 * 1024;

/** Characters that PostgreSQL cannot store. With the flag, only an unpaired surrogate matches. */
// oxlint-disable-next-line no-control-regex -- NUL is what is looked for
export const UNSTORABLE = /\0|\p{Surrogate}/u;

interface Expansion {
  text: string;
  lines: LineCounter;
  targets: AliasTargets;
  report: Report;
  /** Values in braces without quotes, by where they begin: the text that was read has plain words in their places. */
  braces: ReadonlyMap<number, UnquotedBraces>;
  /** Nodes made inside an alias so far, and the characters of their texts. */
  aliased: number;
  aliasedCharacters: number;
  /** Anchored nodes being expanded, to see an alias inside its own anchor. */
  open: Set<Node>;
  stopped: boolean;
}

interface Site {
  path: string;
  /** Where a null value or a missing node stands: its key. */
  fallback: Position;
  /** Position of the alias or merge key we came through. */
  alias?: Position;
  depth: number;
}

/** The library's nodes → our tree, with aliases and merge keys expanded. Reports unknown anchors, cycles, odd and repeated keys. */
export function expandNode(input: {
  text: string;
  root: Node | null;
  lines: LineCounter;
  targets: AliasTargets;
  report: Report;
  braces: UnquotedBraces[];
}): SpecNode {
  const braces = new Map(input.braces.map((found) => [found.from, found]));
  const expansion: Expansion = { ...input, braces, aliased: 0, aliasedCharacters: 0, open: new Set(), stopped: false };
  return expand(expansion, input.root, { path: '', fallback: { line: 1, column: 1 }, depth: 0 });
}

function expand(expansion: Expansion, node: unknown, site: Site): SpecNode {
  const own = isNodeLike(node) ? positionOf(expansion, node) : undefined;
  const place = placeOf(site, isScalar(node) && node.source === '' && node.type === 'PLAIN' ? undefined : own);
  if (expansion.stopped) return nullNode(place);
  if (site.alias && ++expansion.aliased > MAX_ALIASED_NODES) {
    expansion.stopped = true;
    expansion.report.error(place, {
      code: 'alias-expansion',
      message: `The aliases of this spec stand for more than ${MAX_ALIASED_NODES} values.`,
      cure: 'Use fewer aliases inside anchored blocks.',
    });
    return nullNode(place);
  }
  if (isAlias(node)) return expandAlias(expansion, node, site, place);
  if (isMap(node)) return expandMap(expansion, node, site, place);
  if (isSeq(node)) {
    const list: ListNode = { kind: 'list', ...place, items: [] };
    for (const [index, item] of node.items.entries()) {
      list.items.push(expand(expansion, item, { ...below(site, itemPath(site.path, index)), fallback: place.position }));
    }
    return list;
  }
  return isScalar(node) ? scalarNode(expansion, node, place) : nullNode(place);
}

function expandAlias(expansion: Expansion, alias: Node & { source: string }, site: Site, place: Placed): SpecNode {
  const target = expansion.targets.get(alias as Parameters<AliasTargets['get']>[0]);
  if (!target) {
    expansion.report.error(place, {
      code: 'unknown-anchor',
      message: `The alias *${alias.source} has no anchor &${alias.source} before it.`,
      cure: 'Set the anchor above the alias, for example in a top-level `x-…` block.',
    });
    return nullNode(place);
  }
  if (expansion.open.has(target) || site.depth > MAX_DEPTH) {
    expansion.report.error(place, {
      code: 'alias-cycle',
      message: expansion.open.has(target)
        ? `The alias *${alias.source} stands inside the block that it names.`
        : `Aliases nest more than ${MAX_DEPTH} levels deep.`,
      cure: 'Remove the alias from the anchored block.',
    });
    return nullNode(place);
  }
  expansion.open.add(target);
  const value = expand(expansion, target, { ...site, alias: site.alias ?? place.position, depth: site.depth + 1 });
  expansion.open.delete(target);
  return value;
}

function expandMap(expansion: Expansion, node: YAMLMap, site: Site, place: Placed): MapNode {
  const map: MapNode = { kind: 'map', ...place, entries: [] };
  const known = new Set<string>();
  const merges: Pair[] = [];
  for (const pair of node.items) {
    if (isMergeKey(pair.key)) {
      merges.push(pair);
      continue;
    }
    const keyPosition = isNodeLike(pair.key) ? positionOf(expansion, pair.key) : place.position;
    const position = site.alias ?? keyPosition;
    const key = keyText(pair.key);
    if (key === undefined) {
      expansion.report.error(
        { path: site.path, position },
        {
          code: 'complex-key',
          message: 'A key must be plain text; this one is empty, a list, a map or an alias.',
          cure: 'Write the key as text.',
        },
      );
      continue;
    }
    const path = keyPath(site.path, key);
    if (known.has(key)) {
      expansion.report.error(
        { path, position, ...(site.alias ? { anchored: keyPosition } : {}) },
        {
          code: 'duplicate-key',
          message: `The key \`${key}\` occurs twice in this map.`,
          cure: 'Keep one of the two.',
        },
      );
      continue;
    }
    known.add(key);
    requireStorable(expansion, key, { path: site.path, position, ...(site.alias ? { anchored: keyPosition } : {}) });
    const value = expand(expansion, pair.value, { ...below(site, path), fallback: keyPosition });
    const quotedKey = isScalar(pair.key) && pair.key.type !== undefined && pair.key.type !== 'PLAIN';
    map.entries.push({
      key,
      spelling: key,
      position,
      value,
      ...(quotedKey ? { quotedKey } : {}),
      ...(site.alias ? { anchored: keyPosition } : {}),
    });
  }
  for (const merge of merges) mergeInto(expansion, map, known, merge, site);
  return map;
}

/** YAML 1.1 merge keys: what the map says itself wins; of several merged maps, the earlier wins. */
function mergeInto(expansion: Expansion, map: MapNode, known: Set<string>, pair: Pair, site: Site): void {
  const position = isNodeLike(pair.key) ? positionOf(expansion, pair.key) : map.position;
  const through = { ...site, fallback: position, alias: site.alias ?? position };
  const values = isSeq(pair.value) ? pair.value.items : [pair.value];
  for (const value of values) {
    const source = expand(expansion, value, through);
    if (source.kind !== 'map') {
      if (!expansion.stopped) {
        expansion.report.error(
          { path: keyPath(site.path, '<<'), position: through.alias },
          {
            code: 'bad-merge',
            message: 'The merge key `<<` needs a map, an alias of a map, or a list of those.',
            cure: 'Write `<<: *name`, where `&name` marks a map.',
          },
        );
      }
      continue;
    }
    for (const entry of source.entries) {
      if (known.has(entry.key)) continue;
      known.add(entry.key);
      map.entries.push(mergedEntry(entry, through.alias));
    }
  }
}

function mergedEntry(entry: MapEntry, position: Position): MapEntry {
  return { ...entry, position, merged: true };
}

interface Placed {
  path: string;
  position: Position;
  anchored?: Position;
}

function placeOf(site: Site, own: Position | undefined): Placed {
  const position = own ?? site.fallback;
  return site.alias ? { path: site.path, position: site.alias, anchored: position } : { path: site.path, position };
}

function below(site: Site, path: string): Site {
  return { ...site, path, depth: site.depth + 1 };
}

function nullNode(place: Placed): ScalarNode {
  return { kind: 'scalar', ...place, value: null, source: '', quoted: false };
}

function scalarNode(expansion: Expansion, node: Scalar, place: Placed): ScalarNode {
  const unquoted = expansion.braces.get(node.range?.[0] ?? -1);
  if (unquoted) {
    expansion.report.error(place, unquotedFinding(unquoted));
    return { kind: 'scalar', ...place, value: unquoted.source, source: unquoted.source, quoted: true };
  }
  const { value } = node;
  const quoted = node.type !== undefined && node.type !== 'PLAIN';
  const source = typeof value === 'string' ? value : (node.source ?? String(value));
  if (place.anchored) countAliased(expansion, source, place);
  // What an alias stands for has been looked at where it is written.
  else requireStorable(expansion, source, place);
  const plain =
    value === null || typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
  const kept = plain && !(typeof value === 'number' && isRounded(value, source));
  const scalar: ScalarNode = { kind: 'scalar', ...place, value: kept ? value : source, source, quoted };
  const block = node.type === 'BLOCK_LITERAL' ? blockOf(expansion, node, source) : undefined;
  return block ? { ...scalar, block } : scalar;
}

function countAliased(expansion: Expansion, source: string, place: Placed): void {
  expansion.aliasedCharacters += source.length;
  if (expansion.aliasedCharacters <= MAX_ALIASED_CHARACTERS || expansion.stopped) return;
  expansion.stopped = true;
  expansion.report.error(place, {
    code: 'alias-expansion',
    message: `The aliases of this spec stand for texts with more than ${MAX_ALIASED_CHARACTERS} characters.`,
    cure: 'Use fewer aliases of long texts.',
  });
}

/** True if the number is not what its text says. `0x…` and `0o…` have no digits of ten to compare. */
function isRounded(value: number, source: string): boolean {
  return /^[-+]?0[xo]/.test(source) ? !Number.isSafeInteger(value) : !isExactNumber(source);
}

/** Escapes such as "\\0" can make texts that neither PostgreSQL nor a Kubernetes API server stores. */
function requireStorable(expansion: Expansion, text: string, place: Placed): void {
  if (!UNSTORABLE.test(text)) return;
  expansion.report.error(place, {
    code: 'unstorable-character',
    message: 'This text holds the character NUL or half a surrogate pair, which cannot be stored.',
    cure: 'Remove the escape that makes it, for example \\0 or \\ud800.',
  });
}

/** Where the text of a literal block begins: on the line after its `|`, indented as its first line that is not blank. */
function blockOf(expansion: Expansion, node: Scalar, source: string): ScalarNode['block'] {
  const header = expansion.text.indexOf('\n', node.range?.[0] ?? 0);
  if (header === -1) return undefined;
  const valueLines = source.split('\n');
  const index = valueLines.findIndex((line) => line.trim() !== '');
  const written = expansion.text.slice(header + 1, node.range?.[1]).split('\n')[index] ?? '';
  const indent =
    written.length - written.trimStart().length - ((valueLines[index] ?? '').length - (valueLines[index] ?? '').trimStart().length);
  return { line: expansion.lines.linePos(header + 1).line, indent: Math.max(0, indent) };
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.type === 'PLAIN' && key.source === '<<';
}

function keyText(key: unknown): string | undefined {
  if (!isScalar(key) || key.value === null) return undefined;
  return typeof key.value === 'string' ? key.value : key.source;
}

function isNodeLike(node: unknown): node is Node {
  return typeof node === 'object' && node !== null && 'range' in node;
}

function positionOf(expansion: Expansion, node: Node): Position {
  const { line, col } = expansion.lines.linePos(node.range?.[0] ?? 0);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
