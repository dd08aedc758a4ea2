/** What a run may have changed in its cell. */
import { sql, type Transaction } from '../database/database.js';

/**
 * Objects (`Kind/name`) of the run's tasks of which it is not known that they were left as they were: written, or asked for with an
 * answer that never came. Empty: it changed nothing. Tasks of attempts before the last retry are forgotten: ask before it.
 */
export async function touchedObjects(tx: Transaction, runId: string): Promise<string[]> {
  const { rows } = await sql<{ object: string }>`
    select distinct coalesce(t.node->'leaf'->'object'->>'kind', '') || '/' || coalesce(t.node->'leaf'->'object'->>'name', '') as object
    from run_tasks t join runs r on r.id = t.run_id
    where r.id = ${runId} and (t.node->'leaf'->>'attempts')::int > coalesce((t.node->'leaf'->>'harmless')::int, 0)
      and coalesce((select tpl->>'action' from json_array_elements(r.workflow->'templates') tpl
        where tpl->>'name' = t.node->>'template' limit 1), '') <> 'get'
    order by object`.execute(tx);
  return rows.map((row) => row.object);
}
