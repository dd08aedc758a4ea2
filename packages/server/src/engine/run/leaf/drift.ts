import { QUANTITY_UNITS } from '@cellplane/kubernetes';
import type { Json, JsonObject } from '@cellplane/plan';

/**
 * Paths of a manifest whose values the object does not hold: pruned by a schema, or rewritten by a webhook. Only what was
 * sent is compared. Not a difference: an empty value that is absent, a default inside a list's element, two spellings
 * of one quantity ("1Gi", "1024Mi"; 0.5 and "500m"), a Secret's stringData that became data.
 */
export function findDrift(sent: JsonObject, got: JsonObject): string[] {
  const drift: string[] = [];
  const comparable = sent.kind === 'Secret' && sent.apiVersion === 'v1' ? encodeStringData(sent) : sent;
  for (const [key, value] of Object.entries(comparable)) {
    if (key === 'apiVersion' || key === 'kind' || key === 'status') continue;
    if (key === 'metadata') compareMetadata(value, got.metadata, drift);
    else compare(value, got[key], key, drift);
  }
  return drift;
}

/** For people: what it means that an object does not hold what was sent. */
export function driftMessage({ kind, name }: { kind: string; name: string }, drift: readonly string[]): string {
  return `${kind}/${name} does not hold what was sent at ${drift.slice(0, 10).join(', ')}: its schema does not know the field, or something on the cluster rewrites it`;
}

/** Names, labels and annotations are what an author sends of metadata; the rest belongs to the API server. */
function compareMetadata(sent: Json, got: Json | undefined, drift: string[]): void {
  if (!isObject(sent)) return;
  const live = isObject(got) ? got : {};
  for (const key of ['labels', 'annotations']) if (sent[key] !== undefined) compare(sent[key], live[key], `metadata.${key}`, drift);
}

function compare(sent: Json | undefined, got: Json | undefined, path: string, drift: string[]): void {
  if (sent === undefined || isEmpty(sent)) return;
  if (got === undefined || got === null) drift.push(path);
  else if (Array.isArray(sent)) compareList(sent, got, path, drift);
  else if (isObject(sent)) {
    if (!isObject(got)) drift.push(path);
    else
      for (const [key, value] of Object.entries(sent))
        compare(value, got[key], `${path}${key.includes('.') ? `["${key}"]` : `.${key}`}`, drift);
  } else if (!sameScalar(sent, got)) drift.push(path);
}

/** An element is found by its `name` (or other key of Kubernetes' list maps), else by its place; other managers may have added elements. */
function compareList(sent: Json[], got: Json, path: string, drift: string[]): void {
  if (!Array.isArray(got)) {
    drift.push(path);
    return;
  }
  sent.forEach((element, index) => {
    if (!isObject(element)) {
      if (
        !got.some(
          (live) => !isObject(live) && (Array.isArray(live) ? JSON.stringify(live) === JSON.stringify(element) : sameScalar(element, live)),
        )
      )
        drift.push(`${path}[${index}]`);
      return;
    }
    const key = LIST_KEYS.find((name) => element[name] !== undefined && sent.every((one) => isObject(one) && one[name] !== undefined));
    const live = (key === undefined ? undefined : got.find((one) => isObject(one) && one[key] === element[key])) ?? got[index];
    compare(element, live, `${path}[${index}]`, drift);
  });
}

const LIST_KEYS = ['name', 'key', 'mountPath', 'containerPort', 'port', 'ip', 'type', 'topologyKey', 'uid'];

function sameScalar(sent: Json, got: Json): boolean {
  if (sent === got || String(sent) === String(got)) return true;
  if (typeof sent === 'boolean' || typeof got === 'boolean') return false;
  const one = quantity(String(sent));
  const other = quantity(String(got));
  return one !== undefined && other !== undefined && Math.abs(one - other) <= 1e-9 * Math.max(Math.abs(one), Math.abs(other));
}

/** A Kubernetes quantity as a number (apimachinery `resource.Quantity`). */
function quantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei)?$/.exec(text);
  return match === null ? undefined : Number(match[1]) * (QUANTITY_UNITS[match[2] ?? ''] ?? 1);
}

function encodeStringData(secret: JsonObject): JsonObject {
  if (!isObject(secret.stringData)) return secret;
  const { stringData, ...rest } = secret;
  const encoded = Object.fromEntries(
    Object.entries(stringData).map(([key, value]) => [key, Buffer.from(String(value), 'utf8').toString('base64')]),
  );
  return { ...rest, data: { ...(isObject(rest.data) ? rest.data : {}), ...encoded } };
}

function isEmpty(value: Json): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
