/** What an instance's runs are for, what they have written, and on what they have begun: operations with the rows of their runs and tasks. */
import { groupOf, type ObjectReference } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';
import type { InstanceRow } from '../instances/store.js';
import type { StageSets } from './stage-set.js';

/** What a run of an instance that has been whole once is for. */
export interface PurposeOfRun {
  instanceId: string;
  /** Of its operation. */
  kind: string;
  /** Of the run. */
  verb: string;
  mayBeRecreated: boolean;
}

/** Asked before each write of what holds data, so it is one statement; undefined for a run of no instance that has been whole once. */
export async function selectPurpose(db: Database, runId: string): Promise<PurposeOfRun | undefined> {
  const { rows } = await sql<PurposeOfRun>`/* prepared */
    select i.id as "instanceId", o.kind, r.kind as verb, coalesce(o.data->>'recreateMissing', '') = 'true' as "mayBeRecreated"
    from runs r join instances i on i.id = r.subject and i.ever_ran and i.deleted_at is null
    join operations o on o.id = r.data->>'operationId' where r.id = ${runId}`.execute(db);
  return rows[0];
}

/**
 * The object as a task of the instance wrote it last. Undefined if no task wrote it since the instance was created or restored, or if a
 * task has deleted it since (a stop, or a backup that takes the object down) or has sent a delete without getting the answer.
 * Only objects that a create, modify or restore applies belong to the product. An object of another workflow (a request to an operator, a
 * database that a custom workflow makes) may be made again by the next call. An object that tasks only patch was made by somebody else,
 * who may make it anew.
 */
export async function selectLastWritten(db: Database, instanceId: string, { apiVersion, kind, name }: ObjectReference) {
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

/**
 * The resources on which a workflow that makes something (create, modify, restore) has begun since the instance was made, or made
 * again: its values were known, so its tasks may have acted. Others come after one of these. By key, with the plan version that acted
 * last. What an operation has taken down since, because its plan version has no such resource, is not among them.
 */
export async function selectStartedResources(
  { db, stageSets }: { db: Database; stageSets: StageSets },
  { id }: Pick<InstanceRow, 'id'>,
): Promise<Map<string, string>> {
  const { rows } = await sql<{ key: string; version: string }>`
    select distinct on (r.data->>'resourceKey') r.data->>'resourceKey' as key, r.data->>'planVersion' as version
    from runs r join run_stages s on s.run_id = r.id and s.name = any(${stageSets.all.map((set) => set.actsAfter)}) and s.state = 'Succeeded'
    where r.subject = ${id} and r.kind in ('create', 'modify', 'restore')
      and r.created_at > coalesce((select max(o.finished_at) from operations o
        where o.instance_id = ${id} and o.kind = 'delete' and o.status = 'succeeded'), '-infinity')
      and not exists (select 1 from runs gone where gone.subject = ${id} and gone.kind = 'delete' and gone.phase = 'Succeeded'
        and gone.data->>'resourceKey' = r.data->>'resourceKey' and gone.data->'step'->>'dropped' = 'true' and gone.created_at > r.created_at)
    order by r.data->>'resourceKey', r.created_at desc`.execute(db);
  return new Map(rows.map((row) => [row.key, row.version]));
}
