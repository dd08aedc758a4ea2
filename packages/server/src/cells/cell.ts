/** Deployment cells: which clusters there are, and how they are reached. */
import { ApiError, type ClusterAccess, connect, type KubernetesClient } from '@cellplane/kubernetes';
import { readForeignJson } from '@cellplane/plan';
import type { Database } from '../database/database.js';
import { messageOf, notFound } from '../errors.js';
import { pluginEnvironment } from '../exec/child-environment.js';
import type { Logger } from '../log.js';
import type { Sealer } from '../secrets/envelope.js';
import { clusterUidOf, noteCluster, otherClusterMessage, refuseOtherCluster } from './cluster-identity.js';
import { placesOfNodes } from './node-places.js';
import { type CellRow, selectCell, selectCells, setCellPlaces, updateCellStatus } from './store.js';

/** A deployment cell as others see it: no credentials. */
export type Cell = Omit<CellRow, 'sealedAccess'>;

export interface CellDeps {
  db: Database;
  sealer: Sealer;
  log: Logger;
}

/** The open connections to cells. Lives as long as the process. */
export interface Cells {
  /** Client with the cell's own (installer's) credentials; shared. @throws DomainError not_found; unavailable while its address leads to another cluster */
  client(cellId: string): Promise<KubernetesClient>;
  /** The same, whichever cluster the address leads to: to ask who it is. @throws DomainError not_found */
  anyClient(cellId: string): Promise<KubernetesClient>;
  /** How the cell is reached, for programs such as Helm. Holds secrets. @throws DomainError not_found; unavailable while its address leads to another cluster */
  access(cellId: string): Promise<ClusterAccess>;
  /** @throws DomainError not_found */
  find(cellId: string): Promise<Cell>;
  list(): Promise<Cell[]>;
  /** The row of this cell, or of all, is read before it is believed again: its access may have changed. */
  readAnew(cellId?: string): void;
  close(): Promise<void>;
}

interface Open {
  client: KubernetesClient;
  row: CellRow;
  readAt: number;
}

/** How long a row is believed before it is read again for a new address or credentials. Milliseconds. */
const ROW_BELIEVED_MS = 2_000;

export function openCells(deps: CellDeps): Cells {
  const open = new Map<string, Open>();
  const row = async (cellId: string): Promise<CellRow> => {
    const found = await selectCell(deps.db, cellId);
    if (found === undefined) throw notFound('deployment cell', cellId);
    return found;
  };
  const opened = async (cellId: string): Promise<Open> => {
    const askedAt = performance.now();
    const known = open.get(cellId);
    // That its address leads elsewhere is asked each time: somebody may just have said that it is right.
    const isBelieved = known?.row.otherClusterUid === '' && performance.now() - known.readAt < ROW_BELIEVED_MS;
    if (known !== undefined && isBelieved) return known;
    const found = await row(cellId);
    // Somebody else may have opened it while we read.
    const now = open.get(cellId);
    if (now !== undefined && now.row.accessVersion === found.accessVersion) {
      now.row = found;
      now.readAt = askedAt;
      return now;
    }
    // Numbers in objects keep all their digits: gates compare them, and outputs show them.
    const client = connect(accessOf(deps.sealer, found), {
      label: `cell ${found.key}`,
      parse: readForeignJson,
      pluginEnvironment: pluginEnvironment(),
    });
    const fresh = { client, row: found, readAt: askedAt };
    open.set(cellId, fresh);
    // Calls of the old client may be under way; its idle connections close by themselves.
    return fresh;
  };
  return {
    client: async (cellId) => {
      const { client, row: known } = await opened(cellId);
      refuseOtherCluster(known);
      return client;
    },
    anyClient: async (cellId) => (await opened(cellId)).client,
    access: async (cellId) => {
      const found = await row(cellId);
      refuseOtherCluster(found);
      return accessOf(deps.sealer, found);
    },
    find: (cellId) => findCell(deps.db, cellId),
    list: async () => (await selectCells(deps.db)).map(withoutCredentials),
    readAnew: (cellId) => {
      for (const [id, known] of open) if (cellId === undefined || id === cellId) known.readAt = -Infinity;
    },
    close: async () => {
      await Promise.all([...open.values()].map(({ client }) => client.close()));
      open.clear();
    },
  };
}

/** A cell's row without credentials, read with this connection. @throws DomainError not_found */
export async function findCell(db: Database, cellId: string): Promise<Cell> {
  const row = await selectCell(db, cellId);
  if (row === undefined) throw notFound('deployment cell', cellId);
  return withoutCredentials(row);
}

/** What a cell's credentials are sealed with. */
export function cellSealContext(identity: string): string {
  return `cell/${identity}`;
}

/** How long each answer of a check may take. Milliseconds. */
const CHECK_MS = 5_000;

/** Asks the cell's API server for its version, whether it is the cluster of before, and where its nodes stand if that is not known or shall be asked anew; stores what came of it. */
export async function checkCell(
  deps: Pick<CellDeps, 'db'>,
  cells: Cells,
  cellId: string,
  options: { anewPlaces?: boolean } = {},
): Promise<Cell> {
  try {
    const client = await cells.anyClient(cellId);
    const version = (await client.raw('/version', { timeoutMs: CHECK_MS })) as { gitVersion?: string };
    if (!(await noteCluster(deps.db, cellId, await clusterUidOf(client, { timeoutMs: CHECK_MS })))) {
      const other = await cells.find(cellId);
      await updateCellStatus(deps.db, cellId, { status: 'FAILED', statusMessage: otherClusterMessage(other) });
      return await cells.find(cellId);
    }
    await updateCellStatus(deps.db, cellId, { status: 'RUNNING', statusMessage: '', kubernetesVersion: version.gitVersion ?? '' });
    const cell = await cells.find(cellId);
    if (cell.kind === 'kubernetes' && (cell.places.length === 0 || options.anewPlaces === true)) {
      const nodes = await client.list({ apiVersion: 'v1', kind: 'Node', limit: 500 }, { timeoutMs: CHECK_MS });
      await setCellPlaces(deps.db, cellId, placesOfNodes(nodes.items));
    }
  } catch (error) {
    await updateCellStatus(deps.db, cellId, { status: 'DISCONNECTED', statusMessage: whyAway(error) });
  }
  return cells.find(cellId);
}

/** Credentials that are refused are told from a cell that is away: something else cures them. */
function whyAway(error: unknown): string {
  if (!(error instanceof ApiError) || error.status !== 401) return messageOf(error);
  return `the API server refuses the credentials that Cellplane has for this cell (${error.message}). Give it a kubeconfig with valid ones`;
}

/** Opens a cell's credentials. */
export function accessOf(sealer: Sealer, row: Pick<CellRow, 'identity' | 'sealedAccess'>): ClusterAccess {
  return JSON.parse(sealer.open(row.sealedAccess, cellSealContext(row.identity)).toString('utf8')) as ClusterAccess;
}

/** What others may see of a row. */
function withoutCredentials(row: CellRow): Cell {
  const { sealedAccess: _sealed, ...cell } = row;
  return cell;
}
