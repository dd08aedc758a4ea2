/**
 * What a simulation makes up where only the real operator would make it: an object that a task waits for, fields of it that
 * other tasks and outputs read. Whatever is made up says so itself, and is told as a warning of the instance.
 */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import { type CompiledResource, isBase64, type JsonObject, parseGate, satisfyWhole } from '@cellplane/plan';

/** Said of every made-up field and object. */
const MADE_UP = 'simulated';
const LABELS = { 'cellplane.dev/simulated': 'true' };

interface Wanted {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

/** Makes the object so that the gate holds on it, with what the plan reads of it. @returns what was made, in words; undefined if nothing could be */
export async function addPlaceholderObject(
  client: KubernetesClient,
  wanted: Wanted,
  of: { gate: string | undefined; task: string; resource: CompiledResource },
): Promise<string | undefined> {
  const { apiVersion, kind, name, namespace } = wanted;
  const bare = { apiVersion, kind, metadata: { name, ...(namespace === undefined ? {} : { namespace }), labels: LABELS } };
  const made = complete(bare, of);
  if (made === undefined) return undefined;
  const { status, ...main } = made;
  const created = await client.create(main as unknown as KubernetesObject).catch(gone);
  if (created === undefined) return undefined;
  if (status !== undefined) await client.replace({ ...created, apiVersion, kind, status }, { subresource: 'status' }).catch(gone);
  return `${kind} ${name} was`;
}

/** Fills in what the gate asks of an object that is there. @returns the fields that were made up, in words; undefined if nothing could be */
export async function addPlaceholderFields(
  client: KubernetesClient,
  object: KubernetesObject,
  of: { apiVersion: string; kind: string; gate: string | undefined; task: string; resource: CompiledResource },
): Promise<string | undefined> {
  const { apiVersion, kind } = of;
  const before = { ...object, apiVersion, kind } as unknown as JsonObject;
  const made = complete(before, of);
  if (made === undefined) return undefined;
  const parts = Object.keys(made).filter((part) => JSON.stringify(made[part]) !== JSON.stringify(before[part]));
  if (parts.length === 0) return undefined;
  const { status, ...main } = made;
  let live = object;
  if (parts.some((part) => part !== 'status')) {
    const changed = await client.replace({ ...(main as unknown as KubernetesObject), status: object['status'] }).catch(gone);
    if (changed === undefined) return undefined;
    live = changed;
  }
  if (parts.includes('status')) await client.replace({ ...live, apiVersion, kind, status }, { subresource: 'status' }).catch(gone);
  return `${parts.join(' and ')} of ${kind} ${object.metadata.name} were`;
}

/** The object with what is read of it and what its gate asks for; undefined where the gate cannot be made to hold. */
function complete(
  object: JsonObject,
  { gate, task, resource }: { gate: string | undefined; task: string; resource: CompiledResource },
): JsonObject | undefined {
  const read = withReadFields(object, fieldsRead(resource, task));
  if (gate === undefined || gate === '') return encoded(read);
  const parsed = parseGate(gate, 'success');
  const made = parsed.ok ? satisfyWhole(parsed.value, read) : undefined;
  return made === undefined ? undefined : encoded(made);
}

/** Paths of an object that outputs and other tasks read of what a task leaves: `$tasks.secret.resource.data.password`. */
export function fieldsRead(resource: CompiledResource, task: string): string[][] {
  const text = JSON.stringify([resource.systemWorkflows, resource.customWorkflows, resource.endpoints, resource.outputs]);
  const escaped = task.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const found = text.matchAll(new RegExp(`\\btasks\\.${escaped}\\.resource\\.([A-Za-z_][\\w-]*(?:\\.[A-Za-z_][\\w-]*)*)`, 'gi'));
  return [...new Set([...found].map((match) => match[1] ?? ''))].map((path) => path.split('.'));
}

/** The object with a text in each of those fields that it does not have. Its name and kind are its own. */
export function withReadFields(object: JsonObject, paths: string[][]): JsonObject {
  const made = structuredClone(object);
  for (const path of paths) {
    if (!['status', 'data', 'spec'].includes(path[0] ?? '') || path.length < 2) continue;
    let node: JsonObject | undefined = made;
    for (const key of path.slice(0, -1)) {
      const next: unknown = node?.[key];
      if (next === undefined && node !== undefined) node[key] = {};
      const held: unknown = node?.[key];
      node = typeof held === 'object' && held !== null && !Array.isArray(held) ? (held as JsonObject) : undefined;
    }
    const last = path.at(-1) ?? '';
    if (node !== undefined && node[last] === undefined) node[last] = MADE_UP;
  }
  return made;
}

/** Values of a Secret are base64, those of a ConfigMap texts. */
function encoded(object: JsonObject): JsonObject {
  const { kind, data } = object;
  if ((kind !== 'Secret' && kind !== 'ConfigMap') || typeof data !== 'object' || data === null || Array.isArray(data)) return object;
  const text = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value));
  const entries = Object.entries(data).map(([key, value]): [string, string] => {
    const written = text(value);
    return [key, kind === 'ConfigMap' || isBase64(written) ? written : Buffer.from(written).toString('base64')];
  });
  return { ...object, data: Object.fromEntries(entries) };
}

/** Who made or changed it meanwhile wins; the next look tries again. */
function gone(error: unknown): undefined {
  if (error instanceof ApiError && (error.status === 404 || error.status === 409)) return undefined;
  throw error;
}
