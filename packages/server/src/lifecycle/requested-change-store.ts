/** What the last change of an instance asks for while it has not succeeded: shown beside the values that count. */
import type { JsonObject } from '@cellplane/plan';
import { type Database, sql } from '../database/database.js';

export interface RequestedChange {
  /** The run that goes on, or that a retry takes up. */
  workflowId: string;
  /** RUNNING, FAILED, CANCELLED. */
  status: string;
  /** Only what differs from the values that count; secrets masked. */
  requestParams: JsonObject;
  /** If another one was asked for. */
  networkType?: string;
  /** Upgrades: the plan version that was asked for. */
  productTierVersion?: string;
}

/** By instance, of those whose last operation that changes them asked for other values and has not succeeded. */
export async function selectRequestedChanges(
  db: Database,
  instances: { id: string; networkType: string; planVersion: string }[],
): Promise<Map<string, RequestedChange>> {
  if (instances.length === 0) return new Map();
  const [ids, types] = [instances.map((one) => one.id), instances.map((one) => one.networkType)];
  const versions = new Map(instances.map((one) => [one.id, one.planVersion]));
  interface Row {
    id: string;
    runId: string;
    status: string;
    params: JsonObject | null;
    networkType: string | null;
    version: string | null;
  }
  const { rows } = await sql<Row>`
    select last.instance_id as id, last.run_id as "runId", last.status, last.data->'requestParams' as params,
      case when last.requested_network_type is distinct from wanted.network_type then last.requested_network_type end as "networkType",
      last.requested_plan_version as version
    from unnest(${ids}::text[], ${types}::text[]) as wanted (id, network_type)
    cross join lateral (
      select o.* from operations o where o.instance_id = wanted.id and o.kind in ('create', 'modify', 'upgrade', 'restore', 'delete') order by o.created_at desc limit 1
    ) last
    where last.requested_parameters is not null and last.status in ('running', 'failed', 'cancelled') and last.run_id is not null`.execute(
    db,
  );
  return new Map(
    rows.map(({ id, runId, status, params, networkType, version }) => [
      id,
      {
        workflowId: runId,
        status: status.toUpperCase(),
        requestParams: params ?? {},
        ...(networkType === null ? {} : { networkType }),
        ...(version === null || version === versions.get(id) ? {} : { productTierVersion: version }),
      },
    ]),
  );
}
