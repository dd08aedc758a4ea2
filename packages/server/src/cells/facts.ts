/**
 * Facts of a deployment cell: what `$sys` says of network, account and machines, and only the owner of the installation knows. The
 * simulated cell makes them up, recognisably; a real one has what it was given and what its kubeconfig and nodes tell, and nothing else.
 */
import {
  checkFacts,
  type CompiledResource,
  factValues,
  type Json,
  type JsonObject,
  mergeTrees,
  parseFacts,
  type PathSegment,
  readPath,
  simulatedFacts,
  systemNeeds,
} from '@cellplane/plan';
import { readFile } from 'node:fs/promises';
import type { Database } from '../database/database.js';
import { badRequest, invalidState } from '../errors.js';
import { ConfigError } from '../config.js';
import { type Cell, findCell } from './cell.js';
import { type CellRow, setCellFacts } from './store.js';

/** The part of `$sys` that comes from the facts of a cell, for one place of the cell and one machine type. */
export function factsShown(
  cell: Pick<Cell, 'kind' | 'facts' | 'caCertificate'>,
  of: { zones: string[]; machineType?: string; resource?: CompiledResource },
): JsonObject {
  const simulated = cell.kind === 'simulated' ? simulatedFacts(of.resource === undefined ? [] : askedOf(of.resource)) : {};
  const known: JsonObject = {
    ...(of.zones.length === 0 ? {} : { deploymentCell: { availabilityZones: of.zones.map((id) => ({ id })) } }),
    ...(cell.caCertificate === '' ? {} : { deployment: { kubernetesClusterCACertificate: cell.caCertificate } }),
  };
  return mergeTrees(mergeTrees(simulated, known), factValues(cell.facts, of.machineType));
}

/** Paths that a resource's workflows read, as keys. */
function askedOf(resource: CompiledResource): string[][] {
  const workflows = [...Object.values(resource.systemWorkflows), ...resource.customWorkflows];
  return systemNeeds(resource, workflows).map(({ path }) => path.flatMap((segment) => ('key' in segment ? [segment.key] : [])));
}

/** Whether a path of `$sys` has a value in some place of the cell, for some type of machine. */
export function canFill(cell: Pick<Cell, 'kind' | 'facts' | 'caCertificate' | 'places'>, path: readonly PathSegment[]): boolean {
  const keys = path.flatMap((segment) => ('key' in segment ? [segment.key] : []));
  if (cell.kind === 'simulated' && readPath(simulatedFacts([keys]), path) !== undefined) return true;
  const { compute } = cell.facts;
  const types = typeof compute === 'object' && compute !== null && 'machineTypes' in compute ? compute.machineTypes : {};
  const machines = [{}, ...Object.keys(types ?? {}).map((machineType) => ({ machineType }))];
  const zones = [[], ...cell.places.map((place) => place.zones)];
  return machines.some((machine) => zones.some((of) => readPath(factsShown(cell, { zones: of, ...machine }), path) !== undefined));
}

/** Facts as they may be stored. @throws DomainError bad_request with each problem's path */
function readFacts(given: Json): JsonObject {
  const { facts, problems } = checkFacts(given);
  if (problems.length === 0) return facts;
  const lines = problems.map(({ path, message }) => `${path === '' ? 'facts' : path} ${message}`);
  throw badRequest(
    'invalid-cell-facts',
    `Invalid request: ${lines.join('; ')}.`,
    problems.map(({ path, message }) => ({ field: path === '' ? 'facts' : `facts.${path}`, code: 'invalid-cell-facts', message })),
  );
}

/** Replaces a cell's facts. @throws DomainError bad_request; invalid_state where CELLPLANE_CELL_FACTS gives them */
export async function replaceFacts(db: Database, cell: Pick<CellRow, 'id' | 'key' | 'factsFromFile'>, given: Json): Promise<void> {
  const facts = readFacts(given);
  if (cell.factsFromFile)
    throw invalidState(
      'facts-from-file',
      `The facts of cell "${cell.key}" are those of the file that CELLPLANE_CELL_FACTS names: change it there, and start the server again.`,
    );
  await setCellFacts(db, cell.id, { facts, fromFile: false });
}

/** Reads the file that CELLPLANE_CELL_FACTS names. @throws ConfigError with the path of every problem */
export async function readFactsFile(path: string): Promise<JsonObject> {
  const text = await readFile(path).catch((error: Error) => {
    throw new ConfigError(`CELLPLANE_CELL_FACTS names ${path}, which cannot be read (${error.message}).`);
  });
  const { facts, problems } = parseFacts(text);
  if (problems.length === 0) return facts;
  const lines = problems.map((problem) => `${problem.path === '' ? '' : `${problem.path} `}${problem.message}`);
  throw new ConfigError(`CELLPLANE_CELL_FACTS: ${path}: ${lines.join('; ')}.`);
}

/** At each start: the facts of a file replace those of the cell; without a file they stay, and may be set by call. */
export async function useFacts(db: Database, cellId: string, facts: JsonObject | undefined): Promise<void> {
  if (facts !== undefined) return setCellFacts(db, cellId, { facts, fromFile: true });
  const cell = await findCell(db, cellId);
  if (cell.factsFromFile) await setCellFacts(db, cellId, { facts: cell.facts, fromFile: false });
}
