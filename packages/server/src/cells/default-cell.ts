/** The default deployment cell: the cluster of CELLPLANE_KUBECONFIG, else the simulated cell (docs/settings.md). */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type ClusterAccess, KubeconfigError, loadKubeconfig, type TextSource } from '@cellplane/kubernetes';
import { ConfigError } from '../config.js';
import { sql, transaction, type Transaction } from '../database/database.js';
import { watchCell } from '../engine/watched-cells.js';
import { newLowerCaseId } from '../identity/identifier.js';
import { accessOf, type Cell, type CellDeps, cellSealContext, findCell } from './cell.js';
import { type Place, SIMULATED_PLACES } from './place.js';
import {
  type CellKind,
  type CellRow,
  selectCellByIdentity,
  selectCells,
  setCellCertificate,
  setCellPlaces,
  tellAccessChanged,
  upsertDefaultCell,
} from './store.js';

/** Copies that start together take turns. */
const LOCK = 7_320_114_430;

/** Reads the kubeconfig file of the default cell. @throws ConfigError naming CELLPLANE_KUBECONFIG */
export async function readDefaultKubeconfig(path: string): Promise<ClusterAccess> {
  return readKubeconfig(path, 'CELLPLANE_KUBECONFIG');
}

/** Reads a kubeconfig file with the files that it names. @throws ConfigError naming the option or variable, `named`, that has the path */
export async function readKubeconfig(path: string, named: string): Promise<ClusterAccess> {
  try {
    return await inlined(loadKubeconfig(path));
  } catch (error) {
    if (error instanceof KubeconfigError) throw new ConfigError(`${named}: ${error.message}.`, { cause: error });
    throw error;
  }
}

/**
 * Makes a cluster the default cell. It is known by its address and authority, so that new credentials for it change the
 * cell and another cluster becomes another cell. Without `places` its nodes are asked (`checkCell`).
 */
export async function useClusterCell(deps: CellDeps, access: ClusterAccess, places?: Place[]): Promise<Cell> {
  const authority =
    access.certificateAuthority !== undefined && 'data' in access.certificateAuthority ? access.certificateAuthority.data : '';
  const identity = createHash('sha256').update(`${access.server}\n${authority}`).digest('hex');
  return useCell(deps, { kind: 'kubernetes', identity, access, key: 'default', ...(places === undefined ? {} : { places }) });
}

/** Makes a simulated cell the default cell. `folder` is where its objects lie: the same folder, the same cell. */
export async function useSimulatedCell(deps: CellDeps, input: { access: ClusterAccess; folder: string }): Promise<Cell> {
  return useCell(deps, {
    kind: 'simulated',
    identity: `simulated:${input.folder}`,
    access: input.access,
    key: 'simulated',
    places: SIMULATED_PLACES,
  });
}

async function useCell(
  deps: CellDeps,
  cell: { kind: CellKind; identity: string; access: ClusterAccess; key: string; places?: Place[] },
): Promise<Cell> {
  return transaction(deps.db, async (tx) => {
    const used = await useRow(deps, tx, cell);
    const { certificateAuthority } = cell.access;
    const certificate = certificateAuthority !== undefined && 'data' in certificateAuthority ? certificateAuthority.data : '';
    await setCellCertificate(tx, used.id, Buffer.from(certificate, 'utf8').toString('base64'));
    if (cell.places !== undefined) await setCellPlaces(tx, used.id, cell.places);
    return findCell(tx, used.id);
  });
}

async function useRow(
  deps: CellDeps,
  tx: Transaction,
  cell: { kind: CellKind; identity: string; access: ClusterAccess; key: string },
): Promise<CellRow> {
  await sql`select pg_advisory_xact_lock(${LOCK}::bigint)`.execute(tx);
  const known = await selectCellByIdentity(tx, cell.identity);
  const id = known?.id ?? newLowerCaseId('hc', 8);
  const taken = (await selectCells(tx)).some((other) => other.key === cell.key && other.identity !== cell.identity);
  const key = known?.key ?? (taken ? `${cell.key}-${id.slice(3)}` : cell.key);
  // Sealing never gives the same bytes twice, so what is there stays while it says the same: other copies keep their connections.
  if (known?.isDefault === true && JSON.stringify(accessOf(deps.sealer, known)) === JSON.stringify(cell.access)) return known;
  const sealedAccess = deps.sealer.seal(JSON.stringify(cell.access), cellSealContext(cell.identity));
  const { kind, identity } = cell;
  const row = await upsertDefaultCell(tx, { id, key, kind, identity, server: cell.access.server, sealedAccess });
  await watchCell(tx, row.id);
  await tellAccessChanged(tx, row.id);
  return row;
}

/** Certificates and keys as text, so that other copies of the program need not have the same files. Token files stay: they rotate. */
async function inlined(access: ClusterAccess): Promise<ClusterAccess> {
  const text = async (source: TextSource): Promise<TextSource> => {
    if ('data' in source) return source;
    return {
      data: await readFile(source.file, 'utf8').catch((error: Error) => {
        throw new ConfigError(`CELLPLANE_KUBECONFIG names ${source.file}, which cannot be read (${error.message}).`);
      }),
    };
  };
  const result = { ...access };
  if (access.certificateAuthority !== undefined) result.certificateAuthority = await text(access.certificateAuthority);
  if (access.clientCertificate !== undefined) {
    result.clientCertificate = {
      certificate: await text(access.clientCertificate.certificate),
      key: await text(access.clientCertificate.key),
    };
  }
  return result;
}
