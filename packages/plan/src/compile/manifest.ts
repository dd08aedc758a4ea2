import { inspectManifest } from '../expression/manifest/manifest.js';
import { parseText } from '../expression/text.js';
import type { Json, JsonObject } from '../json.js';

/** What can be known of a manifest before its placeholders have values. */
export interface ManifestOutline {
  /** Empty if missing or not literal. */
  apiVersion: string;
  kind: string;
  /** Only if literal. */
  namespace?: string;
  name?: string;
  generateName: boolean;
  /** Fields whose text holds a placeholder. */
  templated: IdentityField[];
  warnings: string[];
  /** Fields that Kubernetes wants as text and that are none, as they are read there: `metadata.name: y` is true. */
  notText: { path: string[]; value: number | boolean }[];
  /** Why it cannot be read; `line` counts from 1. */
  fault?: { code: string; message: string; cure: string; line: number };
}

type IdentityField = 'apiVersion' | 'kind' | 'namespace' | 'name';

/** Reads a manifest with its placeholders in place. */
export function outlineManifest(manifest: string): ManifestOutline {
  const outline: ManifestOutline = { apiVersion: '', kind: '', generateName: false, templated: [], warnings: [], notText: [] };
  const inspected = inspectManifest(manifest);
  if (!inspected.ok) {
    const { code, message, cure, line } = inspected.problem;
    return { ...outline, fault: { code, message, cure, line: Math.max(1, line) } };
  }
  const { object, warnings } = inspected.value;
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  const literal = (holder: JsonObject, field: IdentityField): string | undefined => {
    const value = holder[field];
    if (typeof value !== 'string' && typeof value !== 'number') return undefined;
    const text = String(value);
    if (parseText(text).every((part) => part.type === 'text')) return text;
    outline.templated.push(field);
    return undefined;
  };
  const namespace = literal(metadata, 'namespace');
  const name = literal(metadata, 'name');
  return {
    ...outline,
    apiVersion: literal(object, 'apiVersion') ?? '',
    kind: literal(object, 'kind') ?? '',
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    generateName: 'generateName' in metadata,
    warnings,
    notText: notText(object),
  };
}

/** Names, labels and annotations are texts, and so is what a ConfigMap and a Secret hold. */
function notText(object: JsonObject): ManifestOutline['notText'] {
  const found: ManifestOutline['notText'] = [];
  const look = (path: string[], value: Json | undefined): void => {
    if (typeof value === 'boolean' || typeof value === 'number') found.push({ path, value });
  };
  const metadata = isObject(object['metadata']) ? object['metadata'] : {};
  for (const key of ['apiVersion', 'kind']) look([key], object[key]);
  for (const key of ['name', 'namespace', 'generateName']) look(['metadata', key], metadata[key]);
  const maps: [string[], Json | undefined][] = [
    [['metadata', 'labels'], metadata['labels']],
    [['metadata', 'annotations'], metadata['annotations']],
  ];
  if (object['apiVersion'] === 'v1' && object['kind'] === 'ConfigMap') maps.push([['data'], object['data']]);
  if (object['apiVersion'] === 'v1' && object['kind'] === 'Secret')
    maps.push([['stringData'], object['stringData']], [['data'], object['data']]);
  for (const [path, map] of maps) if (isObject(map)) for (const [key, value] of Object.entries(map)) look([...path, key], value);
  return found;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
