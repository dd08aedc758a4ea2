import type { JsonObject } from '@cellplane/plan';
import { type Database, sql, type Transaction, transaction } from '../database/database.js';
import { tell } from '../events/tell.js';
import type { Place } from './place.js';

export const CELL_KINDS = ['kubernetes', 'simulated'] as const;
export type CellKind = (typeof CELL_KINDS)[number];
export const CELL_STATUSES = ['RUNNING', 'DISCONNECTED', 'DEPLOYING', 'FAILED'] as const;
export type CellStatus = (typeof CELL_STATUSES)[number];

/** A deployment cell as stored. */
export interface CellRow {
  id: string;
  key: string;
  kind: CellKind;
  identity: string;
  server: string;
  sealedAccess: Buffer;
  /** Raised whenever address or credentials change. */
  accessVersion: number;
  /** Of the first place; empty while none is known. */
  cloudProvider: string;
  region: string;
  /** Where instances can be in it. Empty: not known yet. */
  places: Place[];
  isDefault: boolean;
  status: CellStatus;
  statusMessage: string;
  kubernetesVersion: string;
  /** A tree with the structure of `$sys`. */
  facts: JsonObject;
  factsFromFile: boolean;
  /** As in a kubeconfig; empty if it has none. */
  caCertificate: string;
  /** Which cluster it is; '' until it was asked. */
  clusterUid: string;
  /** Which other one its address leads to; '' while it leads to the right one. */
  otherClusterUid: string;
  createdAt: Date;
  modifiedAt: Date;
}

/** Of `deployment_cells c`. */
const places = sql`case when c.places = '[]' and c.region <> ''
    then jsonb_build_array(jsonb_build_object('cloudProvider', c.cloud_provider, 'region', c.region, 'zones', jsonb_build_array()))
    else c.places end`;

const columns = sql`c.id, c.key, c.kind, c.identity, c.server, c.sealed_access as "sealedAccess", c.access_version as "accessVersion",
  c.cloud_provider as "cloudProvider", c.region, ${places} as places,
  c.is_default as "isDefault", c.status, c.status_message as "statusMessage", c.kubernetes_version as "kubernetesVersion", c.facts,
  c.facts_from_file as "factsFromFile", c.ca_certificate as "caCertificate", c.cluster_uid as "clusterUid",
  c.other_cluster_uid as "otherClusterUid", c.created_at as "createdAt", c.modified_at as "modifiedAt"`;

/** Of a cell what runs in it go by. */
export type CellOfRun = Pick<CellRow, 'id' | 'key' | 'kind' | 'server' | 'facts' | 'caCertificate' | 'places'>;

/** The same of `deployment_cells c`, for a statement that joins it: `joinedCell` makes a `CellOfRun` of these columns. */
export const joinedColumns = sql`c.key as "cellKey", c.kind as "cellKind", c.server as "cellServer", c.facts as "cellFacts",
  c.ca_certificate as "cellCertificate", ${places} as "cellPlaces"`;

export interface JoinedCell {
  cellKey: string;
  cellKind: CellKind;
  cellServer: string;
  cellFacts: JsonObject;
  cellCertificate: string;
  cellPlaces: Place[];
}

/** The cell with this id, of the joined columns. */
export function joinedCell(id: string, row: JoinedCell): CellOfRun {
  const { cellKey: key, cellKind: kind, cellServer: server, cellFacts: facts, cellCertificate: caCertificate, cellPlaces } = row;
  return { id, key, kind, server, facts, caCertificate, places: cellPlaces };
}

export async function selectCell(db: Database, id: string): Promise<CellRow | undefined> {
  return (await sql<CellRow>`/* prepared */ select ${columns} from deployment_cells c where c.id = ${id}`.execute(db)).rows[0];
}

export async function selectCellByIdentity(db: Database, identity: string): Promise<CellRow | undefined> {
  return (await sql<CellRow>`select ${columns} from deployment_cells c where c.identity = ${identity}`.execute(db)).rows[0];
}

/** The default cell first, then the oldest. */
export async function selectCells(db: Database): Promise<CellRow[]> {
  return (
    await sql<CellRow>`/* prepared */ select ${columns} from deployment_cells c order by c.is_default desc, c.created_at, c.id`.execute(db)
  ).rows;
}

export type NewCell = Pick<CellRow, 'id' | 'key' | 'kind' | 'identity' | 'server' | 'sealedAccess'>;

/** Adds the cell, or gives a known cluster its new address and credentials. Makes it the default. Answers the row. */
export async function upsertDefaultCell(tx: Transaction, cell: NewCell): Promise<CellRow> {
  await sql`update deployment_cells set is_default = false where is_default and identity <> ${cell.identity}`.execute(tx);
  const { rows } = await sql<CellRow>`
    insert into deployment_cells as c (id, key, kind, identity, server, sealed_access, is_default, status)
    values (${cell.id}, ${cell.key}, ${cell.kind}, ${cell.identity}, ${cell.server}, ${cell.sealedAccess}, true, 'DEPLOYING')
    on conflict (identity) do update set is_default = true, server = excluded.server, sealed_access = excluded.sealed_access,
      access_version = c.access_version + 1, modified_at = now()
    returning ${columns}`.execute(tx);
  const row = rows[0];
  if (row === undefined) throw new Error('the cell was neither inserted nor updated');
  return row;
}

/** Channel on which all copies of the program hear that the access of a cell has changed. The payload is the cell's id. */
export const ACCESS_CHANNEL = 'cellplane_cell_access';

/** Tells all copies of the program, at the commit. */
export async function tellAccessChanged(tx: Transaction, cellId: string): Promise<void> {
  await sql`select pg_notify(${ACCESS_CHANNEL}, ${cellId})`.execute(tx);
}

/** Carries out a statement that returns a row where it changes something; then pages that show the cell are told. Answers whether it did. */
async function changeCell(db: Database, id: string, change: ReturnType<typeof sql>): Promise<boolean> {
  return transaction(db, async (tx) => {
    const { rows } = await change.execute(tx);
    if (rows.length > 0) await tell(tx, { kind: 'thing-changed', subject: id, payload: { noun: 'cells' } });
    return rows.length > 0;
  });
}

export async function updateCellStatus(
  db: Database,
  id: string,
  to: { status: CellStatus; statusMessage: string; kubernetesVersion?: string },
): Promise<void> {
  await changeCell(
    db,
    id,
    sql`
    update deployment_cells set status = ${to.status}, status_message = ${to.statusMessage},
      kubernetes_version = coalesce(${to.kubernetesVersion ?? null}, kubernetes_version),
      back_at = case when status = 'DISCONNECTED' and ${to.status} = 'RUNNING' then now() else back_at end
    where id = ${id} and (status, status_message) is distinct from (${to.status}, ${to.statusMessage})
    returning 1`,
  );
}

/** The first place is the one of instances that ask for nowhere in particular. Never none. */
export async function setCellPlaces(db: Database, id: string, places: Place[]): Promise<void> {
  const [first] = places;
  if (first === undefined) throw new Error('a cell stands somewhere');
  await changeCell(
    db,
    id,
    sql`
    update deployment_cells set places = ${JSON.stringify(places)}::jsonb, cloud_provider = ${first.cloudProvider}, region = ${first.region}
    where id = ${id} and places <> ${JSON.stringify(places)}::jsonb returning 1`,
  );
}

export async function setCellFacts(db: Database, id: string, to: { facts: JsonObject; fromFile: boolean }): Promise<void> {
  await changeCell(
    db,
    id,
    sql`
    update deployment_cells set facts = ${JSON.stringify(to.facts)}, facts_from_file = ${to.fromFile}
    where id = ${id} and (facts, facts_from_file) is distinct from (${JSON.stringify(to.facts)}::jsonb, ${to.fromFile}::boolean)
    returning 1`,
  );
}

export async function setCellCertificate(db: Database, id: string, certificate: string): Promise<void> {
  await sql`update deployment_cells set ca_certificate = ${certificate} where id = ${id} and ca_certificate <> ${certificate}`.execute(db);
}

/** By id or key; `default` is the default cell where no other one is called so. */
export async function selectNamedCell(db: Database, name: string): Promise<CellRow | undefined> {
  const { rows } = await sql<CellRow>`
    select ${columns} from deployment_cells c where c.id = ${name} or c.key = ${name} or (c.is_default and ${name} = 'default')
    order by c.id <> ${name}, c.key <> ${name} limit 1`.execute(db);
  return rows[0];
}

/** Stores which cluster the cell is, if it was not asked before; answers whether it is that one. */
export async function claimClusterUid(db: Database, id: string, uid: string): Promise<boolean> {
  await sql`update deployment_cells set cluster_uid = ${uid} where id = ${id} and cluster_uid = ''`.execute(db);
  const { rows } = await sql<{ same: boolean }>`select cluster_uid = ${uid} as same from deployment_cells where id = ${id}`.execute(db);
  return rows[0]?.same ?? true;
}

/** Which other cluster its address leads to; '': to the right one. */
export async function setOtherClusterUid(db: Database, id: string, uid: string): Promise<void> {
  await sql`update deployment_cells set other_cluster_uid = ${uid}, back_at = now() where id = ${id} and other_cluster_uid <> ${uid}`.execute(
    db,
  );
}

/** The other cluster that its address leads to takes its place. Answers false, and changes nothing, unless it leads to just that one. */
export async function replaceClusterUid(db: Database, id: string, uid: string): Promise<boolean> {
  return changeCell(
    db,
    id,
    sql`
    update deployment_cells set cluster_uid = ${uid}, other_cluster_uid = '', status = 'RUNNING', status_message = '', back_at = now()
    where id = ${id} and other_cluster_uid = ${uid} and ${uid} <> '' returning 1`,
  );
}
