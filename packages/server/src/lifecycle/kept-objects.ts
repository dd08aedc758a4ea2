/**
 * What an instance made once and must find again. An object that holds data, made by a workflow of the instance and deleted by none of
 * them, is there before it is written the next time: where it is gone, to apply it would begin an empty one under the same name and call
 * it RUNNING. Which objects there were is read from the rows of the instance's own tasks.
 *
 * A create and a restore make things; what has never run holds nothing; a delete takes down. Everything else must find what was there,
 * unless it was asked on purpose to make anew what is missing (`recreateMissing`).
 */
import { ApiError, type KubernetesClient } from '@cellplane/kubernetes';
import { groupOf, isCustomGroup, type ObjectReference } from '@cellplane/plan';
import { type Database, sql, type Transaction } from '../database/database.js';
import type { ExpectedObject, Run } from '../engine/model.js';
import type { OperationRow } from './operation.js';

/** Kinds of Kubernetes itself that hold more than their manifest says; custom resources are taken to hold some. */
const HOLDS_DATA = new Set(['PersistentVolumeClaim', 'StatefulSet']);

/** Whether what is gone with the object cannot be made again from its manifest. */
export function holdsData({ apiVersion, kind }: Pick<ObjectReference, 'apiVersion' | 'kind'>): boolean {
  return isCustomGroup(apiVersion) || HOLDS_DATA.has(kind);
}

interface Expectation {
  instanceId: string;
  mayBeRecreated: boolean;
}

/** Whether the run must find what was there; undefined: it makes things, takes them down, or there is nothing yet. */
async function expectationOf(db: Database, runId: string): Promise<Expectation | undefined> {
  const { rows } = await sql<Expectation & { kind: string; verb: string }>`
    select i.id as "instanceId", o.kind, r.kind as verb, coalesce(o.data->>'recreateMissing', '') = 'true' as "mayBeRecreated"
    from runs r join instances i on i.id = r.subject and i.ever_ran and i.deleted_at is null
    join operations o on o.id = r.data->>'operationId' where r.id = ${runId}`.execute(db);
  const [found] = rows;
  // The last backup of a delete must find what it backs up, too.
  const isFree = found !== undefined && (['create', 'restore'].includes(found.kind) || found.verb === 'delete');
  return isFree ? undefined : found;
}

/** For people: what to do if an object is gone that holds data. */
const CURE =
  'Restore a snapshot into a new instance; or, if it shall begin without what it held, ask for that on purpose: recreateMissing of a modify or start (cellplane instance modify … --recreate-missing).';

/** The object that the run must find under this name; undefined: none. */
export async function keptObject({ db }: { db: Database }, runId: string, object: ObjectReference): Promise<ExpectedObject | undefined> {
  if (!holdsData(object)) return undefined;
  const expected = await expectationOf(db, runId);
  const last = expected === undefined ? undefined : await lastWritten(db, expected.instanceId, object);
  return expected === undefined || last === undefined ? undefined : { ...last, mayBeRecreated: expected.mayBeRecreated, cure: CURE };
}

/**
 * The object as a task of the instance wrote it last. Undefined if no task wrote it since the instance was created or restored, or if a
 * task has deleted it since (a stop, or a backup that takes the object down) or has sent a delete without getting the answer.
 * Only objects that a create, modify or restore applies belong to the product. An object of another workflow (a request to an operator, a
 * database that a custom workflow makes) may be made again by the next call. An object that tasks only patch was made by somebody else,
 * who may make it anew.
 */
async function lastWritten(db: Database, instanceId: string, { apiVersion, kind, name }: ObjectReference) {
  const { rows } = await sql<{ uid: string | null; runId: string; isDelete: boolean }>`
    with mine as (
      select r.id as "runId", r.kind as verb, t.node, coalesce(t.node->'leaf'->'write'->>'uid', t.uid) as uid,
        (select tpl->>'action' from json_array_elements(r.workflow->'templates') tpl where tpl->>'name' = t.node->>'template' limit 1) as action
      from runs r join run_tasks t on t.run_id = r.id
      where r.subject = ${instanceId} and t.kind = ${kind} and t.name = ${name}
        and case when strpos(t.api_version, '/') > 0 then split_part(t.api_version, '/', 1) else '' end = ${groupOf(apiVersion)}
        and r.created_at >= coalesce((select max(created_at) from operations where instance_id = ${instanceId}
          and kind in ('create', 'restore')), '-infinity')
    )
    select uid, "runId", action = 'delete' as "isDelete" from mine
    where action = 'delete' and (node->'leaf'->'write' is not null or node->>'phase' = 'Succeeded'
        or (node->'leaf'->>'attempts')::int > coalesce((node->'leaf'->>'harmless')::int, 0))
      or action not in ('get', 'delete') and node->'leaf'->'write' is not null
        and exists (select 1 from mine made where made.verb in ('create', 'modify', 'restore')
          and made.action in ('apply', 'create', 'replace') and made.node->'leaf'->'write' is not null)
    order by coalesce((node->'leaf'->'write'->>'at')::float8, (node->>'finishedAt')::float8) desc nulls last limit 1`.execute(db);
  const [last] = rows;
  return last === undefined || last.isDelete || last.uid === null ? undefined : { uid: last.uid, runId: last.runId };
}

/** Why a run must not make the instance's namespace: it was there, and whoever has deleted it has deleted all that was in it. */
export async function refuseMissingNamespace(
  { db }: { db: Database },
  run: Pick<Run, 'id' | 'kind' | 'namespace'>,
  { client, signal }: { client: KubernetesClient; signal: AbortSignal },
): Promise<{ code: string; message: string } | undefined> {
  // The removal of a backup needs a namespace, and brings nothing back.
  const expected = run.kind === 'deleteBackup' ? undefined : await expectationOf(db, run.id);
  if (expected === undefined || expected.mayBeRecreated) return undefined;
  const found = await client.get({ apiVersion: 'v1', kind: 'Namespace', name: run.namespace }, { signal }).catch((error: unknown) => {
    if (error instanceof ApiError && error.reason === 'NotFound') return undefined;
    throw error;
  });
  if (found !== undefined) return undefined;
  return {
    code: 'namespace-gone',
    message: `namespace ${run.namespace} is gone, and with it everything that ${expected.instanceId} had: no workflow deleted it. It is not made anew, empty. Restore a snapshot into a new instance; or, if it shall begin without its data, ask for that on purpose: recreateMissing of a modify or start (cellplane instance modify … --recreate-missing).`,
  };
}

/** Objects (`Kind/name`) that runs of the operation made anew because the request said so. */
export async function selectMadeAnew(tx: Transaction, { id, instanceId }: Pick<OperationRow, 'id' | 'instanceId'>): Promise<string[]> {
  const { rows } = await sql<{ object: string }>`
    select distinct e.details->>'madeAnew' as object from runs r join run_events e on e.run_id = r.id
    where r.subject = ${instanceId} and r.data->>'operationId' = ${id} and e.details->>'madeAnew' is not null order by object`.execute(tx);
  return rows.map((row) => row.object);
}
