/** Outputs of an instance's workflows: secret ones are sealed where they are stored and masked where they are shown. */
import { type Json, type JsonObject, MASK } from '@cellplane/plan';
import type { Sealer } from '../secrets/envelope.js';
import { outputContext } from './expression-context.js';
import type { StoredOutput } from './instance.js';
import type { InstanceRow } from './store.js';

/** Outputs in clear, by resource key. */
export function openOutputs(sealer: Sealer, instance: Pick<InstanceRow, 'id' | 'outputs'>): Record<string, JsonObject> {
  const open = (stored: { value: Json } | { sealed: string }): Json =>
    'value' in stored
      ? stored.value
      : (JSON.parse(sealer.open(Buffer.from(stored.sealed, 'base64'), outputContext(instance.id)).toString('utf8')) as Json);
  return Object.fromEntries(
    Object.entries(instance.outputs).map(([resource, outputs]) => [
      resource,
      Object.fromEntries(Object.entries(outputs).map(([name, stored]) => [name, open(stored)])),
    ]),
  );
}

/** Outputs as they may be shown: secret ones as the mask. */
export function maskedOutputs(outputs: Record<string, StoredOutput>): Record<string, Json> {
  return Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, 'value' in output ? output.value : MASK]));
}
