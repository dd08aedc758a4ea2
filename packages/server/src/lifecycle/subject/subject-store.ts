/** What a run acts on, in one statement: each stage begins with it, and so does each look at what expressions see. */
import { type CellOfRun, joinedCell, type JoinedCell, joinedColumns } from '../../cells/store.js';
import { type Database, sql } from '../../database/database.js';
import type { Tenant } from '../../identity/store.js';
import { columns, type InstanceRow } from '../../instances/store.js';
import type { OperationRow } from '../operation.js';
import { type RequestedColumns, requestedOf } from '../store.js';

/** Of an operation what its runs see. */
export type OperationOfRun = Pick<OperationRow, 'id' | 'kind' | 'sealedInput' | 'requested'>;

export interface StoredSubject {
  instance: InstanceRow;
  /** The instance's. */
  cell: CellOfRun;
  /** Who made the instance. */
  tenant: Tenant;
  /** Undefined: none was asked for, or there is none with this id. */
  operation: OperationOfRun | undefined;
}

interface Joined extends JoinedCell, RequestedColumns {
  tenantUserId: string;
  tenantEmail: string;
  tenantName: string;
  tenantOrgName: string;
  operationId: string | null;
  operationKind: OperationRow['kind'] | null;
  sealedInput: Buffer | null;
}

/** The instance, deleted or not, with its cell, its tenant, and this operation. Undefined: there is no such instance. */
export async function selectSubject(db: Database, instanceId: string, operation?: string): Promise<StoredSubject | undefined> {
  const { rows } = await sql<InstanceRow & Joined>`/* prepared */
    select ${columns}, ${joinedColumns},
      u.id as "tenantUserId", u.email as "tenantEmail", u.name as "tenantName", t.name as "tenantOrgName",
      o.id as "operationId", o.kind as "operationKind", o.sealed_input as "sealedInput", o.requested_parameters as "requestedParameters",
      o.sealed_requested as "sealedRequested", o.requested_network_type as "requestedNetworkType",
      coalesce(o.requested_plan_version, i.plan_version) as "requestedPlanVersion"
    from instances i
    join deployment_cells c on c.id = i.cell_id
    join organizations t on t.id = i.org_id
    left join users u on u.id = i.created_by
    left join operations o on o.id = ${operation ?? null}
    where i.id = ${instanceId}`.execute(db);
  const [row] = rows;
  if (row === undefined) return undefined;
  const { tenantUserId, tenantEmail, tenantName, tenantOrgName, ...joined } = row;
  const { operationId, operationKind, sealedInput, ...asked } = joined;
  const { requestedPlanVersion, requestedParameters, sealedRequested, requestedNetworkType, ...placed } = asked;
  const requested = requestedOf({ requestedPlanVersion, requestedParameters, sealedRequested, requestedNetworkType });
  const { cellKey, cellKind, cellServer, cellFacts, cellCertificate, cellPlaces, ...instance } = placed;
  return {
    instance,
    cell: joinedCell(row.cellId, { cellKey, cellKind, cellServer, cellFacts, cellCertificate, cellPlaces }),
    tenant: { userId: tenantUserId, email: tenantEmail, name: tenantName, orgId: row.orgId, orgName: tenantOrgName },
    operation:
      operationId === null || operationKind === null ? undefined : { id: operationId, kind: operationKind, sealedInput, requested },
  };
}
