import { type Alias, isAlias, isCollection, isMap, isPair, isSeq, type Node } from 'yaml';

/** Which node every alias stands for; an alias without an entry names an anchor that was not set before it. */
export type AliasTargets = Map<Alias, Node>;

/** Nesting deeper than this is refused: no plan needs it, and every later step may then walk the tree by recursion. */
export const MAX_DEPTH = 100;

/**
 * Resolves all aliases in one walk in document order (an anchor set twice counts from its second place on). The library's
 * own resolution walks the whole document once for each alias. `tooDeep` is the first node below the depth limit.
 */
export function resolveAliases(root: Node | null): { targets: AliasTargets; tooDeep?: Node } {
  const targets: AliasTargets = new Map();
  const anchors = new Map<string, Node>();
  let tooDeep: Node | undefined;
  const visit = (node: unknown, depth: number): void => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target) targets.set(node, target);
      return;
    }
    if (isPair(node)) {
      visit(node.key, depth);
      visit(node.value, depth);
      return;
    }
    if (!isCollection(node) && !isScalarLike(node)) return;
    if (depth > MAX_DEPTH) {
      tooDeep ??= node;
      return;
    }
    if (node.anchor !== undefined) anchors.set(node.anchor, node);
    if (isMap(node) || isSeq(node)) for (const item of node.items) visit(item, depth + 1);
  };
  visit(root, 0);
  return tooDeep ? { targets, tooDeep } : { targets };
}

function isScalarLike(node: unknown): node is Node & { anchor?: string } {
  return typeof node === 'object' && node !== null && 'range' in node;
}
