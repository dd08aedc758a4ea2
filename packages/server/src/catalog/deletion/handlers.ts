/** Handlers of deletes in the catalogue, as they can be looked at. */
import type { CatalogDeletion, Handlers } from '@cellplane/api';
import type { Database } from '../../database/database.js';
import { notFound } from '../../errors.js';
import { type DeletionRow, selectDeletions } from './deletion-store.js';

export type DeletionHandlers = Pick<Handlers, 'listCatalogDeletions' | 'describeCatalogDeletion'>;

export function deletionHandlers({ db }: { db: Database }): DeletionHandlers {
  return {
    async listCatalogDeletions({ query, caller }) {
      const rows = await selectDeletions(db, caller.orgId, { products: caller.products, targetId: query.targetId });
      return { deletions: rows.map(onWire) };
    },
    async describeCatalogDeletion({ params, caller }) {
      const [row] = await selectDeletions(db, caller.orgId, { products: caller.products, id: params.id });
      if (row === undefined) throw notFound('deletion', params.id);
      return onWire(row);
    },
  };
}

function onWire({ createdAt, endedAt, message, requestedBy, ...row }: DeletionRow): CatalogDeletion {
  const { id, kind, targetId, name, serviceId, status, snapshots, snapshotsLeft } = row;
  return {
    id,
    kind,
    targetId,
    name,
    serviceId,
    status,
    snapshots,
    snapshotsLeft,
    ...(message === '' ? {} : { message }),
    requestedByUserId: requestedBy,
    startTime: createdAt.toISOString(),
    ...(endedAt === null ? {} : { endTime: endedAt.toISOString() }),
  };
}
