/** Which audit events are asked for. Pure. */
import type { TableSearch } from '../../kit/table/table-state';

/** What the address asks for, as the API takes it. */
export function queryOf(search: TableSearch): Record<string, string> {
  const [from = '', to = ''] = (search['time'] ?? '').split('..');
  return Object.fromEntries(
    [
      ['subscriptionId', search['subscription']],
      ['serviceID', search['product']],
      ['instanceID', search['instance']],
      ['eventSourceTypes', search['source']],
      ['startDate', from === '' ? undefined : startOf(from)],
      // To the end of the day.
      ['endDate', to === '' ? undefined : startOf(to, 1)],
    ].flatMap(([key, value]) => (key === undefined || value === undefined || value === '' ? [] : [[key, value]])),
  ) as Record<string, string>;
}

/** The begin of a day here, `later` days after it. */
function startOf(day: string, later = 0): string | undefined {
  const moment = new Date(`${day}T00:00:00`);
  if (Number.isNaN(moment.getTime())) return undefined;
  moment.setDate(moment.getDate() + later);
  return moment.toISOString();
}
