import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar, type YAMLMap } from 'yaml';
import { cut } from '../../cut.js';
import { lexemeFault, MAX_LEXEMES } from '../../parse/lexemes.js';
import { nestingFault } from '../../parse/nesting.js';
import { readTextDocuments } from '../../parse/read-yaml.js';
import { decodeBase64 } from '../function/base64.js';
import { ManifestRefusal } from './problem.js';
import { type Marker, splitTokens } from './token.js';
import { type PlainScalar, resolvePlainKey, resolvePlainScalar } from './yaml-scalars.js';

/** Literal pieces and slots of a scalar. */
export type Pieces = readonly (string | number)[];

/** A parsed manifest with slots where values go. `size` counts nodes with aliases expanded. */
export type TemplateNode =
  | { type: 'constant'; value: PlainScalar; size: number }
  /** `plain`: unquoted, resolved by the table; `text`: quoted, block or tagged as text, concatenated. */
  | { type: 'scalar'; style: 'plain' | 'text'; pieces: Pieces; size: number }
  | { type: 'list'; items: TemplateNode[]; size: number }
  | { type: 'map'; entries: TemplateEntry[]; size: number };

export interface TemplateEntry {
  /** A literal key, or one that holds slots. */
  key: string | Pieces;
  value: TemplateNode;
}

export interface ManifestTemplate {
  root: TemplateNode & { type: 'map' };
  warnings: string[];
}

/** Aliases of aliases can make a small text huge. */
const MAX_NODES = 200_000;
/** Deeper nesting than any Kubernetes object has; keeps recursion off the stack's end. */
const MAX_DEPTH = 200;
const TAG = 'tag:yaml.org,2002:';

/**
 * Parses a tokenised manifest. It is one object: a second document with content, and a list of objects, are refused, for a task
 * has one object and would lose the others. Keys that occur twice: the last one wins, as in Kubernetes, with a warning.
 * @throws ManifestRefusal with an offset in `text`.
 */
export function parseTemplate(text: string, marker: Marker): ManifestTemplate {
  if (nestingFault(text)) throw tooDeep(undefined);
  if (lexemeFault(text)) {
    throw new ManifestRefusal(
      'manifest-size',
      undefined,
      `The manifest holds more than ${MAX_LEXEMES} words, marks, spaces and line ends, the most that is read; a quoted text or a block counts as one.`,
      'Split the object, or put long data into a literal block (`|`).',
    );
  }
  const filled = readTextDocuments(text).filter(hasContent);
  const [document, second] = filled;
  if (document === undefined) {
    throw new ManifestRefusal(
      'manifest-shape',
      undefined,
      'The manifest is empty.',
      'Write one Kubernetes object with apiVersion, kind and metadata.name.',
    );
  }
  const [error] = document.errors;
  if (error?.code === 'RESOURCE_EXHAUSTION') throw tooDeep(undefined);
  if (error !== undefined) {
    throw new ManifestRefusal(
      'manifest-syntax',
      error.pos[0],
      `The manifest is not valid YAML: ${error.message}.`,
      'Correct the indentation, the quotes or the missing colon.',
    );
  }
  const builder = new TemplateBuilder(marker);
  const root = builder.node(document.contents, 0);
  if (root.type !== 'map') {
    throw new ManifestRefusal(
      'manifest-shape',
      document.contents?.range?.[0],
      'The manifest is not an object.',
      'Write one Kubernetes object: a map with apiVersion, kind and metadata.',
    );
  }
  if (second !== undefined) throw severalObjects(second.contents?.range?.[0] ?? second.range[0], `${filled.length} documents`);
  const list = listIn(document);
  if (list !== undefined) throw severalObjects(list.offset, `a list of objects (kind: ${list.kind})`);
  return { root, warnings: builder.warnings };
}

function severalObjects(offset: number | undefined, what: string): ManifestRefusal {
  return new ManifestRefusal(
    'several-objects',
    offset,
    `The manifest holds ${what}; a task applies one object.`,
    'Write a template and a task for each object.',
  );
}

/** `kind: List`, and the typed lists (`SecretList`) that kubectl takes apart. */
function listIn({ contents }: Document.Parsed): { kind: string; offset: number | undefined } | undefined {
  if (!isMap(contents)) return undefined;
  const kind: unknown = contents.get('kind', true);
  if (!isScalar(kind) || typeof kind.value !== 'string') return undefined;
  if (kind.value !== 'List' && !(kind.value.endsWith('List') && isSeq(contents.get('items')) && !isMap(contents.get('spec'))))
    return undefined;
  return { kind: kind.value, offset: kind.range?.[0] };
}

function hasContent(document: Document.Parsed): boolean {
  const { contents } = document;
  return document.errors.length > 0 || !(contents === null || (isScalar(contents) && contents.type === 'PLAIN' && contents.value === ''));
}

class TemplateBuilder {
  readonly warnings: string[] = [];
  private readonly anchors = new Map<string, TemplateNode>();

  constructor(private readonly marker: Marker) {}

  node(node: Node | null | undefined, depth: number): TemplateNode {
    if (node === null || node === undefined) return { type: 'constant', value: null, size: 1 };
    if (depth > MAX_DEPTH) throw tooDeep(offsetOf(node));
    if (isAlias(node)) return this.alias(node);
    const template = this.content(node, depth);
    if (template.size > MAX_NODES) {
      throw new ManifestRefusal(
        'manifest-size',
        offsetOf(node),
        `The manifest has more than ${MAX_NODES} nodes with its aliases expanded.`,
        'Use fewer aliases.',
      );
    }
    const { anchor } = node as { anchor?: string };
    if (anchor !== undefined) this.anchors.set(anchor, template);
    return template;
  }

  private content(node: Node, depth: number): TemplateNode {
    if (isMap<Node, Node | null>(node)) return this.map(node, depth);
    if (isSeq<Node>(node)) {
      const items = node.items.map((item) => this.node(item, depth + 1));
      return { type: 'list', items, size: items.reduce((size, item) => size + item.size, 1) };
    }
    return this.scalar(node as Scalar);
  }

  private alias(node: Alias): TemplateNode {
    const template = this.anchors.get(node.source);
    if (template === undefined) {
      throw new ManifestRefusal(
        'manifest-syntax',
        offsetOf(node),
        `The alias *${node.source} names no anchor before it.`,
        `Define &${node.source} first.`,
      );
    }
    return template;
  }

  private scalar(node: Scalar): TemplateNode {
    const source = String(node.value ?? '');
    const pieces = splitTokens(this.marker, source);
    const constant = pieces.every((piece) => typeof piece === 'string');
    const plain = node.type === 'PLAIN';
    const tag = node.tag?.startsWith(TAG) === true ? node.tag.slice(TAG.length) : node.tag === undefined ? undefined : 'str';
    if (tag === 'binary') {
      const value = constant ? decodeBase64(source) : undefined;
      if (value === undefined) throw this.refuseTag(node, '!!binary needs literal base64 of a UTF-8 text');
      return { type: 'constant', value, size: 1 };
    }
    const typed = tag === 'int' || tag === 'float' || tag === 'bool' || tag === 'null';
    const style = typed || (plain && tag === undefined) ? 'plain' : 'text';
    if (!constant) return { type: 'scalar', style, pieces, size: 1 };
    const value = style === 'plain' ? resolvePlainScalar(source) : source;
    if (style === 'plain' && typeof value === 'string' && /^[-+]?[1-9][\d_]*$/.test(value))
      this.warnings.push(
        `The number ${cut(source, 60)} is too large to be kept exactly and is sent as text; quote it if that is meant, an integer field refuses it.`,
      );
    if (typed && !fitsTag(tag, value)) throw this.refuseTag(node, `the scalar is not a !!${tag}`);
    return { type: 'constant', value, size: 1 };
  }

  private refuseTag(node: Node, reason: string): ManifestRefusal {
    return new ManifestRefusal('manifest-tag', offsetOf(node), `The tag can't be applied: ${reason}.`, 'Leave the tag out.');
  }

  private map(node: YAMLMap<Node, Node | null>, depth: number): TemplateNode {
    const own: TemplateEntry[] = [];
    const merged: TemplateEntry[] = [];
    const seen = new Set<string>();
    for (const pair of node.items) {
      if (isMergeKey(pair)) {
        merged.push(...this.mergeSources(pair, depth));
        continue;
      }
      const key = this.key(pair.key);
      const value = this.node(pair.value, depth + 1);
      if (typeof key === 'string') {
        if (seen.has(key)) {
          this.warnings.push(`The key ${key} occurs twice in one map; the last one counts.`);
          own.splice(
            own.findIndex((entry) => entry.key === key),
            1,
          );
        }
        seen.add(key);
      }
      own.push({ key, value });
    }
    // Merge keys (YAML 1.1): own keys win, then earlier sources.
    const inherited: TemplateEntry[] = [];
    for (const entry of merged) {
      if (typeof entry.key === 'string') {
        if (seen.has(entry.key)) continue;
        seen.add(entry.key);
      }
      inherited.push(entry);
    }
    const entries = [...inherited, ...own];
    return { type: 'map', entries, size: entries.reduce((size, entry) => size + entry.value.size, 1) };
  }

  private mergeSources(pair: Pair<Node, Node | null>, depth: number): TemplateEntry[] {
    const source = this.node(pair.value, depth + 1);
    const maps = source.type === 'list' ? source.items : [source];
    return maps.flatMap((map) => {
      if (map.type === 'map') return map.entries;
      throw new ManifestRefusal(
        'manifest-shape',
        offsetOf(pair.key),
        'The merge key << needs a map or a list of maps.',
        'Merge an anchored map: <<: *name.',
      );
    });
  }

  private key(node: Node): string | Pieces {
    const template = isAlias(node) ? this.alias(node) : isScalar(node) ? this.keyScalar(node) : undefined;
    if (template?.type === 'constant') {
      const { value } = template;
      if (value !== null) return String(value);
    } else if (template?.type === 'scalar') return template.pieces;
    throw new ManifestRefusal(
      'manifest-key',
      offsetOf(node),
      'A key is empty, a list or a map.',
      'Write a text as the key, in quotes if need be.',
    );
  }

  private keyScalar(node: Scalar): TemplateNode {
    const template = this.node(node, 0);
    if (template.type !== 'constant' || node.type !== 'PLAIN' || node.tag !== undefined) return template;
    const written = String(node.value ?? '');
    const key = resolvePlainKey(written);
    if ((key === 'true' || key === 'false') && written.toLowerCase() !== key) {
      this.warnings.push(`The key ${written} is read as ${key}, as Kubernetes does; quote it if it is meant as text.`);
    }
    return key === undefined ? { ...template, value: null } : { ...template, value: key };
  }
}

function tooDeep(offset: number | undefined): ManifestRefusal {
  return new ManifestRefusal('manifest-size', offset, `The manifest is nested deeper than ${MAX_DEPTH} levels.`, 'Flatten it.');
}

function isMergeKey(pair: Pair<Node, Node | null>): boolean {
  return isScalar(pair.key) && pair.key.type === 'PLAIN' && pair.key.value === '<<';
}

function fitsTag(tag: 'int' | 'float' | 'bool' | 'null', value: PlainScalar): boolean {
  if (tag === 'null') return value === null;
  if (tag === 'bool') return typeof value === 'boolean';
  return typeof value === 'number' && (tag === 'float' || Number.isInteger(value));
}

function offsetOf(node: Node | null | undefined): number | undefined {
  return node?.range?.[0];
}
