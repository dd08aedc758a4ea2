/** Whether anybody but a controller that writes the status has touched an object since: told by its metadata alone. Pure. */
import { createHash } from 'node:crypto';
import type { ObjectMeta } from '@cellplane/kubernetes';

interface FieldsEntry {
  manager?: string;
  operation?: string;
  subresource?: string;
  time?: string;
  fieldsV1?: unknown;
}

/**
 * A short text that changes whenever a field outside the status is changed, taken or given up by anybody: made of generation, labels,
 * annotations, and the managers' entries with their times. An object without managers' entries has its resourceVersion in it instead.
 * Times of entries are whole seconds: a second change by the same manager within one second that raises no generation may be missed,
 * until the object's daily look.
 */
export function markOf(metadata: ObjectMeta): string {
  const entries = (metadata.managedFields ?? []) as FieldsEntry[];
  const managed = entries
    .filter(({ subresource }) => subresource !== 'status')
    .map(({ manager, operation, subresource, time, fieldsV1 }) => [manager, operation, subresource, time, fieldsV1]);
  const { uid, generation, labels, annotations, deletionTimestamp, resourceVersion } = metadata;
  const parts = [uid, generation, labels, annotations, deletionTimestamp, entries.length === 0 ? resourceVersion : managed];
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
