/** What the audit page asks for, by what stands in its address. Pure. */
import type { AuditSearch } from './audit';

type Text = Readonly<Record<string, string>>;

const FIELDS: Readonly<Record<string, keyof AuditSearch>> = {
  operation: 'operation',
  outcome: 'outcome',
  user: 'userId',
  org: 'orgId',
  instance: 'instanceID',
  subscription: 'subscriptionId',
  product: 'serviceID',
  ip: 'ipAddress',
  correlation: 'correlationId',
  type: 'environmentType',
};

/** `time` is a range of days, `from..to`: from the begin of the first to the end of the last, by the browser's clock. */
export function auditSearchOf(address: Text, zone: (day: string) => Date = (day) => new Date(`${day}T00:00:00`)): AuditSearch {
  const search: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(FIELDS)) if ((address[key] ?? '') !== '') search[field] = address[key];
  const [from = '', to = ''] = (address['time'] ?? '').split('..');
  if (from !== '') search['startDate'] = zone(from).toISOString();
  if (to !== '') {
    const end = zone(to);
    end.setDate(end.getDate() + 1);
    search['endDate'] = end.toISOString();
  }
  return search;
}
