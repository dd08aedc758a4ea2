/** How a table is asked for: searched, filtered, sorted, with which columns. As text by key, the way it stands in an address. Pure. */
import type { Column, TableFilter } from './column';

/** Key → text. `q` is what is searched for, `sort` a column ("-created": the last first), `columns` those shown; else a filter. */
export type TableSearch = Readonly<Record<string, string>>;

export interface Sorting {
  key: string;
  isDescending: boolean;
}

export function sortingOf({ sort }: TableSearch): Sorting | undefined {
  if (sort === undefined || sort === '' || sort === '-') return undefined;
  return sort.startsWith('-') ? { key: sort.slice(1), isDescending: true } : { key: sort, isDescending: false };
}

/** The next one after a click on a head: upwards, downwards, as it came. */
export function nextSort(search: TableSearch, key: string): string {
  const sorting = sortingOf(search);
  if (sorting?.key !== key) return key;
  return sorting.isDescending ? '' : `-${key}`;
}

/** Several values as one text: commas stand between them, and `\\,` for a comma within one, as the API reads filters of instances. */
export function joined(values: readonly string[]): string {
  return values.map((value) => value.replaceAll(',', '\\,')).join(',');
}

/** What is chosen of a filter. */
export function chosenOf(search: TableSearch, key: string): string[] {
  return (search[key] ?? '')
    .split(/(?<!\\),/)
    .map((value) => value.replaceAll('\\,', ','))
    .filter((value) => value !== '');
}

/** What is chosen once the value is added, or taken away where it was chosen. */
export function toggled(search: TableSearch, key: string, value: string): string {
  const chosen = chosenOf(search, key);
  return joined(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
}

export function shownColumns<Row>(columns: readonly Column<Row>[], search: TableSearch): readonly Column<Row>[] {
  const chosen = chosenOf(search, 'columns');
  const shown = columns.filter(({ key, isHidden }) => (chosen.length === 0 ? isHidden !== true : chosen.includes(key)));
  // The first column says what a row is.
  const [first] = columns;
  return first === undefined || shown.includes(first) ? shown : [first, ...shown];
}

/** Numbers within words count as numbers: 1.9 before 1.10. */
const order = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });

function compared(one: string | number, other: string | number): number {
  if (typeof one === 'number' && typeof other === 'number') return one - other;
  return order.compare(String(one), String(other));
}

/** Rows that are equal keep their order. */
export function sorted<Row>(rows: readonly Row[], columns: readonly Column<Row>[], search: TableSearch): readonly Row[] {
  const sorting = sortingOf(search);
  const sortBy = columns.find(({ key }) => key === sorting?.key)?.sortBy;
  if (sorting === undefined || sortBy === undefined) return rows;
  const sign = sorting.isDescending ? -1 : 1;
  return rows
    .map((row) => ({ row, by: sortBy(row) }))
    .toSorted((one, other) => sign * compared(one.by, other.by))
    .map(({ row }) => row);
}

function listOf(values: string | readonly string[]): readonly string[] {
  return typeof values === 'string' ? [values] : values;
}

/** A day of a `from..to`; either end may be open. */
function isBetween(value: string, range: string): boolean {
  const [from = '', to = ''] = range.split('..');
  const day = value.slice(0, 10);
  return (from === '' || day >= from) && (to === '' || day <= to);
}

function isChosen<Row>(row: Row, { key, valuesOf, kind }: TableFilter<Row>, search: TableSearch): boolean {
  const text = search[key] ?? '';
  if (valuesOf === undefined || text === '') return true;
  const values = listOf(valuesOf(row));
  if (kind === 'text') return values.some((value) => value.toLowerCase().includes(text.toLowerCase()));
  if (kind === 'dates') return values.some((value) => isBetween(value, text));
  const chosen = chosenOf(search, key);
  return values.some((value) => chosen.includes(value));
}

/** Rows that have every word that is searched for, and one of the chosen values of each filter. */
export function filtered<Row>(
  rows: readonly Row[],
  { textOf, filters }: { textOf: ((row: Row) => string) | undefined; filters: readonly TableFilter<Row>[] },
  search: TableSearch,
): readonly Row[] {
  const words = (search['q'] ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter((row) => {
    const text = textOf === undefined ? '' : textOf(row).toLowerCase();
    if (textOf !== undefined && !words.every((word) => text.includes(word))) return false;
    return filters.every((filter) => isChosen(row, filter, search));
  });
}

/** What can be chosen of a filter, with how many rows have it. */
export function optionsOf<Row>(rows: readonly Row[], { options, valuesOf }: TableFilter<Row>) {
  if (options !== undefined) return options;
  const counts = new Map<string, number>();
  for (const row of rows) for (const value of listOf(valuesOf?.(row) ?? [])) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .filter(([value]) => value !== '')
    .toSorted(([one], [other]) => order.compare(one, other))
    .map(([value, count]) => ({ value, count }));
}

/** Whether something is searched or filtered for. */
export function isNarrowed(search: TableSearch, filters: readonly { key: string }[]): boolean {
  return ['q', ...filters.map(({ key }) => key)].some((key) => (search[key] ?? '') !== '');
}
