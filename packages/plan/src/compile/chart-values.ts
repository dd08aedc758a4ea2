/** Chart values as Helm reads them (Helm 3: sigs.k8s.io/yaml, the YAML 1.1 table of Kubernetes), not as the rest of a spec is read. */
import { resolvePlainKey, resolvePlainScalar } from '../expression/manifest/yaml-scalars.js';
import type { Json } from '../json.js';
import { entriesOf, type MapEntry, type ScalarNode, type SpecNode } from '../parse/node.js';

/** `no` is false, `0777` is 511, `1_000` is 1000; what is quoted is text. Text with expressions stays text: it is rendered later. */
export function helmValueOf(node: SpecNode): Json {
  if (node.kind === 'list') return node.items.map(helmValueOf);
  if (node.kind === 'scalar') return helmScalarOf(node);
  return Object.fromEntries(node.entries.map((entry) => [helmKeyOf(entry), helmValueOf(entry.value)]));
}

export function helmScalarOf(node: ScalarNode): Json {
  return node.quoted ? node.source : resolvePlainScalar(node.source);
}

/** Keys of a Helm map are texts: `yes` is "true", `0x10` is "16". Null is none; the check says so. */
export function helmKeyOf(entry: MapEntry): string {
  return entry.quotedKey === true ? entry.key : (resolvePlainKey(entry.key) ?? entry.key);
}

/** Layers: their `values` are Helm's, the rest is the plan's. */
export function layersOf(node: SpecNode): Json {
  if (node.kind !== 'list') return [];
  return node.items.map((layer) =>
    Object.fromEntries(
      entriesOf(layer).map((entry) => [entry.key, entry.key === 'values' ? helmValueOf(entry.value) : plainOf(entry.value)]),
    ),
  );
}

function plainOf(node: SpecNode): Json {
  if (node.kind === 'list') return node.items.map(plainOf);
  if (node.kind === 'scalar') return node.value;
  return Object.fromEntries(node.entries.map((entry) => [entry.key, plainOf(entry.value)]));
}
