/** Handlers of reconciling deployment cells with the database (`comparison` on the wire): for the installation's provider alone. */
import type { Handlers } from '@cellplane/api';
import { acceptCluster } from '../cells/cluster-identity.js';
import { type CellOperationDeps, cellOnWire, namedCell } from '../cells/handlers.js';
import { type CellRow, selectCell } from '../cells/store.js';
import { notFound } from '../errors.js';
import { requestPass, selectPass } from './pass-store.js';

export type ReconciliationHandlers = Pick<Handlers, 'describeDeploymentCell' | 'compareDeploymentCell' | 'acceptDeploymentCellCluster'>;

export function reconciliationHandlers(deps: CellOperationDeps): ReconciliationHandlers {
  const described = async ({ id }: Pick<CellRow, 'id'>) => {
    const row = await selectCell(deps.db, id);
    if (row === undefined) throw notFound('deployment cell', id);
    const pass = await selectPass(deps.db, id);
    const time = (name: string, at: Date | null | undefined) => (at === null || at === undefined ? {} : { [name]: at.toISOString() });
    return {
      ...cellOnWire(row),
      ...(row.clusterUid === '' ? {} : { clusterUid: row.clusterUid }),
      ...(row.otherClusterUid === '' ? {} : { otherClusterUid: row.otherClusterUid }),
      comparison: {
        ...time('askedAt', pass?.askedAt),
        ...time('comparedAt', pass?.comparedAt),
        ...time('endedAt', pass?.endedAt),
        ...time('nextAt', pass?.nextAt),
        ...(pass === undefined || pass.message === '' || pass.failedAt === null
          ? {}
          : { failure: { at: pass.failedAt.toISOString(), message: pass.message } }),
        findings: pass?.findings ?? [],
        counts: { ...pass?.counts },
      },
    };
  };
  return {
    async describeDeploymentCell({ params, caller }) {
      return described(await namedCell(deps, caller, params.cell));
    },
    async compareDeploymentCell({ params, caller }) {
      const cell = await namedCell(deps, caller, params.cell);
      await requestPass(deps.db, cell.id);
      return described(cell);
    },
    async acceptDeploymentCellCluster({ params, body, caller }) {
      const cell = await namedCell(deps, caller, params.cell);
      await acceptCluster(deps.db, cell, body.clusterUid);
      return described(cell);
    },
  };
}
