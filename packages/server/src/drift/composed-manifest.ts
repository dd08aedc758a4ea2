/**
 * One object as an instance's workflows have left it: the last manifest that says the whole of it, with the patches that came after. Pure.
 */
import type { KubernetesObject } from '@cellplane/kubernetes';
import { type ExpressionValues, isCustomGroup, type Json, type JsonObject } from '@cellplane/plan';
import type { WrittenManifest } from '../engine/written-manifests.js';

export interface ComposedManifest {
  /** As it can be applied. */
  manifest: KubernetesObject;
  /** Paths whose values are secret, as `RenderedManifest` has them. */
  secretPaths: string[];
  /** Lists that a strategic patch has merged by rules of their kind: what is in them is not known. */
  unknownPaths: string[];
  /** Secret values of the runs that wrote it. */
  secrets: ExpressionValues;
  fieldManager: string;
  impersonate?: string;
}

/** Lays writes, in their order, over what was known. Undefined: nothing says the whole object, so it cannot be told what it should be. */
export function composeManifest(known: ComposedManifest | undefined, writes: readonly WrittenManifest[]): ComposedManifest | undefined {
  let composed = known;
  for (const write of writes) composed = write.action === 'patch' ? composed && patched(composed, write) : whole(write);
  return composed;
}

function whole({ manifest, secretPaths, secrets, fieldManager, impersonate }: WrittenManifest): ComposedManifest {
  return {
    manifest,
    secretPaths,
    unknownPaths: [],
    secrets,
    fieldManager,
    ...(impersonate === undefined ? {} : { impersonate }),
  };
}

function patched(composed: ComposedManifest, { manifest, mergeStrategy, ...write }: WrittenManifest): ComposedManifest {
  const isMerge = (mergeStrategy ?? (isCustomGroup(write.apiVersion) ? 'merge' : 'strategic')) === 'merge';
  const unknown: string[] = [];
  const { apiVersion: _version, kind: _kind, metadata, ...rest } = manifest as unknown as JsonObject;
  const { name: _name, namespace: _namespace, resourceVersion: _sent, ...meta } = isObject(metadata) ? metadata : {};
  const patch: JsonObject = Object.keys(meta).length === 0 ? rest : { ...rest, metadata: meta };
  const merged = merge(composed.manifest as unknown as JsonObject, patch, isMerge ? undefined : unknown, '');
  return {
    ...composed,
    manifest: merged as unknown as KubernetesObject,
    secretPaths: [...new Set([...composed.secretPaths, ...write.secretPaths])],
    unknownPaths: [...new Set([...composed.unknownPaths, ...unknown])],
    secrets: { ...composed.secrets, ...write.secrets },
  };
}

/** RFC 7396; with `unknown` lists, and maps that say how they are merged, are left as they were, and their paths noted. */
function merge(into: Json | undefined, patch: Json, unknown: string[] | undefined, path: string): Json {
  if (!isObject(patch)) return patch;
  const merged: JsonObject = isObject(into) ? { ...into } : {};
  // $patch and its kin speak to the API server.
  if (unknown !== undefined && Object.keys(patch).some((key) => key.startsWith('$'))) {
    unknown.push(path);
    return merged;
  }
  for (const [key, value] of Object.entries(patch)) {
    const here = path === '' ? key : `${path}.${key}`;
    if (value === null) delete merged[key];
    else if (unknown !== undefined && Array.isArray(value)) unknown.push(here);
    else merged[key] = merge(merged[key], value, unknown, here);
  }
  return merged;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
