/** Handlers of looks at deployment cells: for the installation's provider alone. */
import type { Handlers } from '@cellplane/api';
import { acceptCluster } from '../cells/cluster-identity.js';
import { type CellOperationDeps, cellOnWire, namedCell } from '../cells/handlers.js';
import { type CellRow, selectCell } from '../cells/store.js';
import { notFound } from '../errors.js';
import { askForLook, selectLook } from './looks-store.js';

export type LookHandlers = Pick<Handlers, 'describeDeploymentCell' | 'lookAtDeploymentCell' | 'acceptDeploymentCellCluster'>;

export function lookHandlers(deps: CellOperationDeps): LookHandlers {
  const described = async ({ id }: Pick<CellRow, 'id'>) => {
    const row = await selectCell(deps.db, id);
    if (row === undefined) throw notFound('deployment cell', id);
    const look = await selectLook(deps.db, id);
    const time = (name: string, at: Date | null | undefined) => (at === null || at === undefined ? {} : { [name]: at.toISOString() });
    return {
      ...cellOnWire(row),
      ...(row.clusterUid === '' ? {} : { clusterUid: row.clusterUid }),
      ...(row.otherClusterUid === '' ? {} : { otherClusterUid: row.otherClusterUid }),
      look: {
        ...time('askedAt', look?.askedAt),
        ...time('lookedAt', look?.lookedAt),
        ...time('endedAt', look?.endedAt),
        ...time('nextAt', look?.nextAt),
        ...(look === undefined || look.message === '' || look.failedAt === null
          ? {}
          : { failure: { at: look.failedAt.toISOString(), message: look.message } }),
        findings: look?.findings ?? [],
        counts: { ...look?.counts },
      },
    };
  };
  return {
    async describeDeploymentCell({ params, caller }) {
      return described(await namedCell(deps, caller, params.cell));
    },
    async lookAtDeploymentCell({ params, caller }) {
      const cell = await namedCell(deps, caller, params.cell);
      await askForLook(deps.db, cell.id);
      return described(cell);
    },
    async acceptDeploymentCellCluster({ params, body, caller }) {
      const cell = await namedCell(deps, caller, params.cell);
      await acceptCluster(deps.db, cell, body.clusterUid);
      return described(cell);
    },
  };
}
