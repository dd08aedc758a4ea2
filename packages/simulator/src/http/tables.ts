import type { JsonObject } from '../json.js';
import type { Kind } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';

/** The metadata of an object alone (`PartialObjectMetadata`). */
export function metadataOnly(object: Stored): JsonObject {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** A list of metadata (`PartialObjectMetadataList`). */
export function metadataList(metadata: JsonObject, items: Stored[]): JsonObject {
  return { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata, items: items.map(metadataOnly) };
}

/** A table, as `kubectl get` asks for. `include`: what each row carries of its object. Watches send the column names once. */
export function table(
  kind: Kind,
  metadata: JsonObject,
  items: Stored[],
  now: number,
  options: { include: string; withColumns: boolean },
): JsonObject {
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.withColumns
      ? kind.columns.map((column) => ({
          name: column.name,
          type: column.type,
          format: column.format ?? '',
          description: column.description ?? '',
          priority: column.priority ?? 0,
        }))
      : null,
    rows: items.map((object) => ({
      cells: kind.columns.map((column) => column.value(object, now) ?? null),
      ...(options.include === 'None' ? {} : { object: options.include === 'Object' ? object : metadataOnly(object) }),
    })),
  };
}
