/**
 * What the tasks of a subject's runs have written to its objects, rendered again. Manifests are never stored; the values that they are
 * made of are, so what is rendered here is what was sent (docs/architecture.md#manifests-are-structure-not-text).
 */
import type { KubernetesObject } from '@cellplane/kubernetes';
import {
  type CompiledWorkflow,
  type ExpressionValues,
  groupOf,
  type JsonObject,
  type ResourceTemplate,
  type RunNode,
} from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import type { Sealer } from '../secrets/envelope.js';
import { markManifest } from './object-marks.js';
import { renderLeaf } from './run/leaf/leaf-render.js';
import type { RunRow } from './rows/run-row.js';

/** One write of one task, in its full form: with the run's labels and namespace. */
export interface WrittenManifest {
  runId: string;
  apiVersion: string;
  kind: string;
  name: string;
  action: 'apply' | 'create' | 'replace' | 'patch';
  /** Of a patch; absent: strategic for Kubernetes' own kinds, merge for custom resources. */
  mergeStrategy?: 'merge' | 'strategic' | 'json';
  manifest: KubernetesObject;
  /** As in `RenderedManifest`: paths whose values are secret. */
  secretPaths: string[];
  /** Secret values of the run, whatever they are: texts in which one of them stands are not shown. */
  secrets: ExpressionValues;
  impersonate?: string;
  fieldManager: string;
}

export interface WrittenDeps {
  db: Database;
  sealer: Sealer;
}

interface WrittenRow {
  run_id: string;
  node_id: string;
  node: RunNode;
  sealed_inputs: Buffer | null;
}

const WRITES = ['apply', 'create', 'replace', 'patch'];
/** Writes that are rendered for one object at most: patches behind patches, with no apply between them. */
export const MOST_WRITES = 200;

/**
 * Writes of the subject's finished runs that ended after `after` (null: all of them) to one object, in the order in which they were
 * answered, beginning with the last one that says the whole object (apply, create, replace) if there is one. `until`: the end of the
 * last run that was considered; null: none has ended. Where a write cannot be rendered any more, `refused` says why, and there are none.
 */
export async function writtenManifests(
  { db, sealer }: WrittenDeps,
  subject: string,
  object: { group: string; kind: string; name: string },
  after: Date | null,
): Promise<{ writes: WrittenManifest[]; until: Date | null; refused?: string }> {
  const last = await sql<{ until: Date | null }>`select max(finished_at) as until from runs where subject = ${subject}`.execute(db);
  const until = last.rows[0]?.until ?? null;
  const { rows } = await sql<WrittenRow>`
    select t.run_id, t.node_id, t.node, t.sealed_inputs from runs r join run_tasks t on t.run_id = r.id
    where r.subject = ${subject} and r.finished_at <= ${until}::timestamptz and r.finished_at > coalesce(${after}::timestamptz, '-infinity')
      and t.kind = ${object.kind} and t.name = ${object.name} and t.node->'leaf'->'write' is not null
    order by coalesce((t.node->'leaf'->'write'->>'at')::float8, (t.node->>'finishedAt')::float8, extract(epoch from r.finished_at) * 1000) desc,
      t.node_id desc limit ${MOST_WRITES}`.execute(db);
  const runs = new Map<string, { row: RunRow; values: ExpressionValues }>();
  const writes: WrittenManifest[] = [];
  for (const task of rows) {
    const run = runs.get(task.run_id) ?? (await openRun({ db, sealer }, task.run_id));
    runs.set(task.run_id, run);
    const template = templateOf(run.row.workflow, task.node.template);
    if (template === undefined || !WRITES.includes(template.action) || groupOf(template.apiVersion) !== object.group) continue;
    const written = render(sealer, run, task, template);
    if (typeof written === 'string') return { writes: [], until, refused: written };
    writes.push(written);
    if (written.action !== 'patch') break;
  }
  if (rows.length === MOST_WRITES && writes.at(-1)?.action === 'patch')
    return {
      writes: [],
      until,
      refused: `workflows have patched it more than ${MOST_WRITES} times since one of them wrote the whole of it`,
    };
  return { writes: writes.toReversed(), until };
}

async function openRun({ db, sealer }: WrittenDeps, id: string): Promise<{ row: RunRow; values: ExpressionValues }> {
  const [row] = (await sql<RunRow>`select * from runs where id = ${id}`.execute(db)).rows;
  if (row === undefined) throw new Error(`run ${id} is gone`);
  return { row, values: JSON.parse(sealer.open(row.sealed_values, row.id).toString('utf8')) as ExpressionValues };
}

function templateOf(workflow: CompiledWorkflow | null, name: string): ResourceTemplate | undefined {
  return workflow?.templates.find((one): one is ResourceTemplate => one.type === 'resource' && one.name === name);
}

function render(
  sealer: Sealer,
  { row, values }: { row: RunRow; values: ExpressionValues },
  { node_id, node, sealed_inputs }: WrittenRow,
  template: ResourceTemplate,
): WrittenManifest | string {
  const given = sealed_inputs === null ? {} : (JSON.parse(sealer.open(sealed_inputs, `${row.id}/${node_id}`).toString('utf8')) as object);
  const rendered = renderLeaf({ row, values }, { ...node, ...given }, template);
  if (!rendered.ok) return rendered.problem.message;
  const { manifest, secretPaths } = rendered.value;
  const { apiVersion, kind, action } = template;
  return {
    runId: row.id,
    apiVersion,
    kind,
    name: String((manifest.metadata as JsonObject | undefined)?.['name'] ?? ''),
    action: action as WrittenManifest['action'],
    ...(template.mergeStrategy === undefined ? {} : { mergeStrategy: template.mergeStrategy }),
    // A patch says nothing of labels; the marks by which a create knows its own object are nothing that others should keep.
    manifest:
      action === 'patch'
        ? (manifest as unknown as KubernetesObject)
        : markManifest(manifest, { namespace: row.namespace, labels: row.labels }),
    secretPaths,
    secrets: Object.fromEntries(Object.entries(values).filter(([, value]) => value.secret === true)),
    ...(row.impersonate === null ? {} : { impersonate: row.impersonate }),
    fieldManager: row.field_manager,
  };
}
