/** What the audit page asks for, by what stands in its address. Pure. */
import type { Scope } from '../../app/scope';
import { momentsOf } from '../../kit/table/day-range';
import type { AuditSearch } from './audit';

type Text = Readonly<Record<string, string>>;

const FIELDS: Readonly<Record<string, keyof AuditSearch>> = {
  operation: 'operation',
  outcome: 'outcome',
  user: 'userId',
  org: 'orgId',
  instance: 'instanceID',
  subscription: 'subscriptionId',
  ip: 'ipAddress',
  correlation: 'correlationId',
  type: 'environmentType',
};

/** `scope`: the product and environment that the console's lists keep to. `time` is a range of days, `from..to`: from the begin of the first to the end of the last, by the browser's clock. */
export function auditSearchOf(address: Text, { serviceId, environmentId }: Scope = {}, beginOf?: (day: string) => Date): AuditSearch {
  const search: Record<string, unknown> = {};
  if (serviceId !== undefined) search['serviceID'] = serviceId;
  if (environmentId !== undefined) search['environmentID'] = environmentId;
  for (const [key, field] of Object.entries(FIELDS)) if ((address[key] ?? '') !== '') search[field] = address[key];
  const { from, before } = momentsOf(address['time'], beginOf);
  return { ...search, ...(from === undefined ? {} : { startDate: from }), ...(before === undefined ? {} : { endDate: before }) };
}
