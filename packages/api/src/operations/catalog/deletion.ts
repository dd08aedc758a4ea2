/** Our own under `/api/`: how deletes of services, environments and plans go. */
import { type Static, Type } from 'typebox';
import { provider } from '../../access.js';
import { optionalText, text, whole } from '../../field.js';
import { operation } from '../../operation.js';

const CatalogDeletion = Type.Object({
  id: text,
  /** service, environment, plan. */
  kind: text,
  targetId: text,
  /** As it was called then. */
  name: text,
  serviceId: text,
  /** IN_PROGRESS, SUCCEEDED, FAILED. */
  status: text,
  /** Why it has failed. */
  message: optionalText,
  /** Snapshots that were there at the begin, and that are left. */
  snapshots: whole,
  snapshotsLeft: whole,
  requestedByUserId: text,
  startTime: text,
  endTime: optionalText,
});
export type CatalogDeletion = Static<typeof CatalogDeletion>;

export const deletionOperations = {
  listCatalogDeletions: operation({
    id: 'cellplane#ListCatalogDeletions',
    api: 'ours',
    route: 'GET /api/catalog-deletions',
    summary: 'Deletes of services, environments and plans, the newest 200',
    access: provider('catalog:read', 'lists'),
    query: Type.Object({ targetId: optionalText }),
    response: Type.Object({ deletions: Type.Array(CatalogDeletion) }),
  }),
  describeCatalogDeletion: operation({
    id: 'cellplane#DescribeCatalogDeletion',
    api: 'ours',
    route: 'GET /api/catalog-deletions/{id}',
    summary: 'One delete of a service, environment or plan: whether it goes on, and what came of it',
    access: provider('catalog:read', 'lists'),
    response: CatalogDeletion,
  }),
};
