/** Handlers of deployment cells. They are the installation's: for its provider alone, and not found for everybody else. */
import type { Caller, Handlers } from '@cellplane/api';
import type { Json, JsonObject } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { notFound } from '../errors.js';
import { factsShown, replaceFacts } from './facts.js';
import { type CellRow, selectCells, selectNamedCell } from './store.js';

export interface CellOperationDeps {
  db: Database;
  /** The organization that runs the installation. */
  providerOrgId: string;
}

export type CellHandlers = Pick<Handlers, 'listDeploymentCells' | 'getCellFacts' | 'setCellFacts'>;

export function cellHandlers({ db, providerOrgId }: CellOperationDeps): CellHandlers {
  const named = (caller: Caller, name: string) => namedCell({ db, providerOrgId }, caller, name);
  return {
    async listDeploymentCells({ caller }) {
      const rows = caller.orgId === providerOrgId ? await selectCells(db) : [];
      return { deploymentCells: rows.map(cellOnWire) };
    },
    async getCellFacts({ params, caller }) {
      return factsOnWire(await named(caller, params.cell));
    },
    async setCellFacts({ params, body, caller }) {
      const row = await named(caller, params.cell);
      await replaceFacts(db, row, body.facts as Json);
      return factsOnWire(await named(caller, row.id));
    },
  };
}

/** A cell by its id or key, for the provider. @throws DomainError not_found */
export async function namedCell({ db, providerOrgId }: CellOperationDeps, caller: Caller, name: string): Promise<CellRow> {
  const row = caller.orgId === providerOrgId ? await selectNamedCell(db, name) : undefined;
  if (row === undefined) throw notFound('deployment cell', name);
  return row;
}

/** A cell as others see it. */
export function cellOnWire(row: CellRow) {
  return {
    id: row.id,
    key: row.key,
    kind: row.kind,
    status: row.status,
    isDefault: row.isDefault,
    places: row.places,
    ...(row.statusMessage === '' ? {} : { statusDescription: row.statusMessage }),
    ...(row.kubernetesVersion === '' ? {} : { kubernetesVersion: row.kubernetesVersion }),
  };
}

function factsOnWire(row: CellRow) {
  const shown: JsonObject = factsShown(row, { zones: row.places[0]?.zones ?? [] });
  return { id: row.id, key: row.key, facts: row.facts, shown, fromFile: row.factsFromFile, simulated: row.kind === 'simulated' };
}
