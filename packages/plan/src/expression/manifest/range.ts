import { isMap, isScalar, parseAllDocuments } from 'yaml';
import { layoutManifest } from './layout.js';

/**
 * Where the value at a path of a manifest's first document stands in its text, from and to. Undefined if there is none, or if it
 * is no scalar. Placeholders are taken for plain words of the same length, blocks that are threaded in alone for nothing.
 */
export function rangeOfValue(manifest: string, path: readonly string[]): [number, number] | undefined {
  const opaque = layoutManifest(manifest)
    .map(({ part, alone }) => (part.type === 'text' ? part.text : (alone ? ' ' : 'q').repeat(part.text.length)))
    .join('');
  const documents = parseAllDocuments(opaque, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  let node: unknown = Array.isArray(documents) ? documents.find((document) => document.contents !== null)?.contents : undefined;
  for (const segment of path) {
    if (!isMap(node)) return undefined;
    // A key that occurs twice: the last one counts, as in Kubernetes.
    node = node.items.findLast((pair) => isScalar(pair.key) && pair.key.value === segment)?.value;
  }
  return isScalar(node) && node.range ? [node.range[0], node.range[1]] : undefined;
}
