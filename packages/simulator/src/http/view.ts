import type { Cell } from '../api/cell.js';
import { listObject } from '../api/list.js';
import type { JsonObject } from '../json.js';
import type { Kind } from '../kinds/kind.js';
import type { Stored } from '../store/store.js';
import { metadataList, metadataOnly, table } from './tables.js';

/** How objects are shown to a caller. */
export interface View {
  one(object: Stored): JsonObject;
  list(result: { metadata: JsonObject; items: Stored[] }): JsonObject;
  event(object: Stored, isFirst: boolean): JsonObject;
}

/** How the caller wants objects shown, from the Accept header. */
export function viewOf(cell: Cell, kind: Kind, accept: string, query: URLSearchParams): View {
  const include = query.get('includeObject') ?? 'Metadata';
  const now = cell.clock.now();
  const first = accept.split(',', 1)[0] ?? '';
  if (first.includes('as=Table')) {
    const version = (object: Stored) => ({ resourceVersion: object.metadata.resourceVersion });
    return {
      one: (object) => table(kind, version(object), [object], now, { include, withColumns: true }),
      list: (result) => table(kind, result.metadata, result.items, now, { include, withColumns: true }),
      event: (object, isFirst) => table(kind, version(object), [object], cell.clock.now(), { include, withColumns: isFirst }),
    };
  }
  if (first.includes('as=PartialObjectMetadata'))
    return { one: metadataOnly, list: (result) => metadataList(result.metadata, result.items), event: metadataOnly };
  return { one: (object) => object, list: (result) => listObject(kind, result), event: (object) => object };
}
