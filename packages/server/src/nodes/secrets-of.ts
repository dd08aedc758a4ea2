/** What must not be read in anything that an instance says: its parameters, its outputs, and the Secrets of its namespace. */
import { ApiError, type KubernetesClient, type KubernetesObject } from '@cellplane/kubernetes';
import type { ExpressionValues, Json } from '@cellplane/plan';
import { Redactor } from '../engine/redact.js';
import { openParameters } from '../instances/expression-context.js';
import { openOutputs } from '../instances/outputs.js';
import type { InstanceRow } from '../instances/store.js';
import type { Sealer } from '../secrets/envelope.js';
import { CALL_MS } from './ask-cell.js';

/** Members of Secrets that are no secrets, and stand in every second line of a log: where something is, and what it is called. */
const OPEN =
  /^(?:host|hostname|port|user|username|db|dbname|database|namespace|schema|region|bucket|type|tls\.crt|ca\.crt|ca-bundle\.crt)$/i;
/** Their content is neither a text nor said by anything. */
const UNREAD_TYPES = new Set(['helm.sh/release.v1']);
/** Lines of longer texts, such as keys, are secrets by themselves from so many characters on. */
const LINE = 16;
/** Secrets of a namespace, and characters of one, that are looked at. */
const MOST_SECRETS = 500;
const LONGEST = 65_536;

export interface Masking {
  text: (text: string) => string;
  /** Why the Secrets of the namespace are not known, if they are not. */
  unread?: string;
}

/** Reads the Secrets of the namespace anew: an operator makes them when it likes. */
export async function maskingOf(sealer: Sealer, client: KubernetesClient, instance: InstanceRow, signal?: AbortSignal): Promise<Masking> {
  const own = ownSecrets(sealer, instance);
  try {
    const of = { apiVersion: 'v1', kind: 'Secret', namespace: instance.namespace, limit: MOST_SECRETS };
    const { items } = await client.list(of, { timeoutMs: CALL_MS, ...(signal === undefined ? {} : { signal }) });
    const redactor = redactorOf([...own, ...items.flatMap(valuesOfSecret)]);
    return { text: (text) => redactor.text(text) };
  } catch (error) {
    // Without this right the rest is still good; a cell that is away is no reason to go on.
    if (!(error instanceof ApiError) || error.status !== 403) throw error;
    const redactor = redactorOf(own);
    return { text: (text) => redactor.text(text), unread: `Secrets of ${instance.namespace}: ${error.message}` };
  }
}

function ownSecrets(sealer: Sealer, instance: InstanceRow): Json[] {
  const sealed = Object.entries(instance.outputs).map(([resource, outputs]) => [
    resource,
    Object.fromEntries(Object.entries(outputs).filter(([, stored]) => 'sealed' in stored)),
  ]);
  return [
    openParameters(sealer, instance).secret,
    ...Object.values(openOutputs(sealer, { id: instance.id, outputs: Object.fromEntries(sealed) })),
  ];
}

/** In clear, without what is none. Pure. */
export function valuesOfSecret(secret: KubernetesObject): string[] {
  const { type, data } = secret as { type?: string; data?: Record<string, string> | null };
  if (UNREAD_TYPES.has(type ?? '')) return [];
  return Object.entries(data ?? {}).flatMap(([key, value]) => {
    if (OPEN.test(key) || typeof value !== 'string' || value.length > LONGEST) return [];
    const bytes = Buffer.from(value, 'base64');
    return [bytes.toString('utf8')];
  });
}

/** Longer texts are said line by line. Pure. */
export function redactorOf(secrets: readonly Json[]): Redactor {
  const values: ExpressionValues = {};
  for (const [index, value] of secrets.flatMap((one) => [one, ...linesOf(one)]).entries())
    values[`secret ${index}`] = { value, secret: true, source: '' };
  return new Redactor(values);
}

function linesOf(value: Json): string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(linesOf);
  if (typeof value !== 'string' || !value.includes('\n')) return [];
  return value
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line.length >= LINE && !line.startsWith('-----'));
}
