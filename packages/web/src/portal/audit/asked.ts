/** Which audit events are asked for. Pure. */
import { momentsOf } from '../../kit/table/day-range';
import type { TableSearch } from '../../kit/table/table-state';

/** What the address asks for, as the API takes it. */
export function queryOf(search: TableSearch): Record<string, string> {
  const { from, before } = momentsOf(search['time']);
  return Object.fromEntries(
    [
      ['subscriptionId', search['subscription']],
      ['serviceID', search['product']],
      ['instanceID', search['instance']],
      ['eventSourceTypes', search['source']],
      ['startDate', from],
      ['endDate', before],
    ].flatMap(([key, value]) => (key === undefined || value === undefined || value === '' ? [] : [[key, value]])),
  ) as Record<string, string>;
}
