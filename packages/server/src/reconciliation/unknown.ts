/** What a cell has that the database does not know: namespaces of nobody, and the words of workflows that never were. */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import type { Database } from '../database/database.js';
import { INSTANCE_LABEL } from '../cells/instance-labels.js';
import type { CellFinding, CellFindingCode } from './cell-finding.js';
import type { SeenCell } from './seen-objects.js';
import { knownNamespaces } from './unknown-store.js';

const NAMED = 50;

interface UnknownDeps {
  db: Database;
  client: KubernetesClient;
  signal: AbortSignal;
}

/** Everything that is told of the cell itself. */
export async function cellFindings(
  deps: UnknownDeps,
  of: { cell: { id: string; key: string; findings: CellFinding[] }; seen: SeenCell; unknownRuns: Set<string>; now: Date },
): Promise<CellFinding[]> {
  const { cell, seen, unknownRuns, now } = of;
  const found: CellFinding[] = [];
  const tell = (code: CellFindingCode, names: string[], message: string, commands: string[]) =>
    found.push({
      code,
      message,
      since: cell.findings.find((one) => one.code === code)?.since ?? now.toISOString(),
      names: names.slice(0, NAMED),
      count: names.length,
      commands,
    });
  const strangers = await unknownNamespaces(deps, cell.id, seen);
  if (strangers.length > 0) {
    const [first = ''] = strangers;
    tell(
      'unknown-namespace',
      strangers,
      `${strangers.length === 1 ? 'a namespace has' : `${strangers.length} namespaces have`} Cellplane's labels, and no instance of this database: ${some(strangers)}. This database may have been restored from an older dump, or another Cellplane uses the cluster. Nothing deletes ${strangers.length === 1 ? 'it' : 'them'} by itself`,
      [`kubectl get namespaces -l ${INSTANCE_LABEL}`, `kubectl get all -n ${first}`, `kubectl delete namespace ${first}`],
    );
  }
  if (unknownRuns.size > 0) {
    const names = [...unknownRuns];
    tell(
      'database-older',
      names,
      `this database is older than the cell: ${names.length === 1 ? 'a workflow has' : `${names.length} workflows have`} written to it that this database does not know: ${some(names)}. Restore a newer dump; or mend each instance that says so`,
      ['cellplane instance list'],
    );
  }
  if (seen.unread.size > 0) {
    const kinds = [...seen.unread.keys()].map((one) => one.replace(/^\//, ''));
    tell('unread-kind', kinds, `the API server refuses to list ${some(kinds)}: ${[...seen.unread.values()][0] ?? ''}`, []);
  }
  return found;
}

/** Namespaces with an instance's label that no instance has. They are read before the rows are, and every row is older than its namespace. */
async function unknownNamespaces({ db, client, signal }: UnknownDeps, cellId: string, seen: SeenCell): Promise<string[]> {
  const ours = [...seen.namespaces].filter(([, one]) => one.instanceId !== '' && one.deletedAt === undefined).map(([name]) => name);
  const known = await knownNamespaces(db, cellId, ours);
  const strangers: string[] = [];
  for (const name of ours.filter((one) => !known.has(one)).toSorted()) {
    // Those beyond what is named are only counted.
    if (strangers.length >= NAMED || (await isThere(client, name, signal))) strangers.push(name);
  }
  return strangers;
}

/** A delete of its instance may have ended since. */
async function isThere(client: KubernetesClient, name: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { metadata } = await client.get({ apiVersion: 'v1', kind: 'Namespace', name }, { signal });
    return metadata.deletionTimestamp === undefined;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false;
    throw error;
  }
}

function some(names: string[]): string {
  return names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(', ');
}
