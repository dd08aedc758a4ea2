/** How the live instances of an environment are, counted by where they are. */
import { type Database, sql } from '../database/database.js';

export interface HealthRow {
  cloudProvider: string;
  region: string;
  cellId: string;
  total: number;
  healthy: number;
  unhealthy: number;
  deploying: number;
}

/** What holds an instance's product was lost, as `isLoss` of finding.ts has it. */
const lost = sql`exists (select 1 from jsonb_array_elements(i.findings) f where f->>'code' <> 'unknown-run')`;

const counts = sql`count(*) as total,
      count(*) filter (where i.status = 'RUNNING' and not ${lost}) as healthy,
      count(*) filter (where i.status = 'FAILED' or ${lost}) as unhealthy,
      count(*) filter (where i.status in ('DEPLOYING', 'STARTING', 'RESTARTING', 'SCALING_UP', 'SCALING_DOWN') and not ${lost}) as deploying`;

/** Of a whole product, by plan and cell. */
export async function countHealthOfProduct(
  db: Database,
  of: { providerOrgId: string; serviceId: string },
): Promise<(Omit<HealthRow, 'cloudProvider' | 'region'> & { planId: string })[]> {
  const { rows } = await sql<Omit<HealthRow, 'cloudProvider' | 'region'> & { planId: string }>`
    select i.plan_id as "planId", i.cell_id as "cellId", ${counts}
    from instances i
    where i.provider_org_id = ${of.providerOrgId} and i.service_id = ${of.serviceId} and i.deleted_at is null
    group by i.plan_id, i.cell_id order by i.plan_id, i.cell_id`.execute(db);
  return rows;
}

export async function countHealth(
  db: Database,
  of: { providerOrgId: string; serviceId: string; environmentId: string },
): Promise<HealthRow[]> {
  const { rows } = await sql<HealthRow>`
    select i.cloud_provider as "cloudProvider", i.region, i.cell_id as "cellId", ${counts}
    from instances i
    where i.provider_org_id = ${of.providerOrgId} and i.service_id = ${of.serviceId} and i.environment_id = ${of.environmentId}
      and i.deleted_at is null
    group by i.cloud_provider, i.region, i.cell_id order by i.cloud_provider, i.region, i.cell_id`.execute(db);
  return rows;
}
