/** Changes of an environment's row. */
import { sql, type Transaction } from '../../database/database.js';

/** What is not given stays as it is. */
export interface EnvironmentChanges {
  name?: string | undefined;
  description?: string | undefined;
  visibility?: string | undefined;
  sourceEnvironmentId?: string | undefined;
  autoApproveSubscription?: boolean | undefined;
  serviceAuthPublicKey?: string | undefined;
}

/** The url key stays: create paths are made of it. */
export async function updateEnvironmentRow(tx: Transaction, id: string, to: EnvironmentChanges): Promise<void> {
  await sql`update environments set
      name = coalesce(${to.name ?? null}, name),
      description = coalesce(${to.description ?? null}, description),
      visibility = coalesce(${to.visibility ?? null}, visibility),
      source_environment_id = coalesce(${to.sourceEnvironmentId ?? null}, source_environment_id),
      auto_approve_subscription = coalesce(${to.autoApproveSubscription ?? null}::boolean, auto_approve_subscription),
      service_auth_public_key = coalesce(${to.serviceAuthPublicKey ?? null}, service_auth_public_key)
    where id = ${id}`.execute(tx);
}
