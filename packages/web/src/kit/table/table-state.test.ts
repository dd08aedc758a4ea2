import { describe, expect, it } from 'vitest';
import type { Column, TableFilter } from './column';
import { chosenOf, filtered, joined, nextSort, optionsOf, shownColumns, sorted, sortingOf } from './table-state';

interface Row {
  name: string;
  version: string;
  tags: string[];
  at: string;
}
const row = (name: string, version: string, tags: string[] = [], at = '2026-01-01T10:00:00Z'): Row => ({ name, version, tags, at });
const rows = [row('orders', '1.10', ['a']), row('Bills', '1.9', ['a', 'b'], '2026-01-03T00:00:00Z'), row('audit', '1.9')];
const columns: Column<Row>[] = [
  { key: 'name', name: 'Name', cell: ({ name }) => name, sortBy: ({ name }) => name },
  { key: 'version', name: 'Version', cell: ({ version }) => version, sortBy: ({ version }) => version },
  { key: 'at', name: 'At', cell: ({ at }) => at, isHidden: true },
];
const names = (found: readonly Row[]) => found.map(({ name }) => name);

describe('sorting', () => {
  it('reads its column and direction from the address', () => {
    expect(['-name', 'name', '', '-'].map((sort) => sortingOf({ sort }))).toEqual([
      { key: 'name', isDescending: true },
      { key: 'name', isDescending: false },
      undefined,
      undefined,
    ]);
  });
  it('takes numbers within words as numbers, and keeps the order of equal rows', () => {
    expect(names(sorted(rows, columns, { sort: 'version' }))).toEqual(['Bills', 'audit', 'orders']);
    expect(names(sorted(rows, columns, { sort: '-version' }))).toEqual(['orders', 'Bills', 'audit']);
    expect(names(sorted(rows, columns, { sort: 'name' }))).toEqual(['audit', 'Bills', 'orders']);
    expect(names(sorted(rows, columns, { sort: 'nothing' }))).toEqual(names(rows));
  });
  it('goes upwards, downwards, and back to as it came', () => {
    expect([nextSort({}, 'a'), nextSort({ sort: 'a' }, 'a'), nextSort({ sort: '-a' }, 'a'), nextSort({ sort: '-b' }, 'a')]).toEqual([
      'a',
      '-a',
      '',
      'a',
    ]);
  });
});

describe('filters', () => {
  const filters: TableFilter<Row>[] = [
    { key: 'version', name: 'Version', valuesOf: ({ version }) => version },
    { key: 'tag', name: 'Tag', valuesOf: ({ tags }) => tags },
    { key: 'day', name: 'Day', kind: 'dates', valuesOf: ({ at }) => at },
    { key: 'part', name: 'Part', kind: 'text', valuesOf: ({ name }) => name },
  ];
  const found = (search: Record<string, string>) =>
    names(filtered(rows, { textOf: ({ name, version }) => `${name} ${version}`, filters }, search));
  it('find rows with one of the values of each, and every word', () => {
    expect(found({})).toEqual(['orders', 'Bills', 'audit']);
    expect(found({ version: '1.9' })).toEqual(['Bills', 'audit']);
    expect(found({ version: '1.9,1.10', tag: 'a' })).toEqual(['orders', 'Bills']);
    expect(found({ q: 'BILL 1.9' })).toEqual(['Bills']);
    expect(found({ day: '2026-01-02..' })).toEqual(['Bills']);
    expect(found({ day: '..2026-01-02' })).toEqual(['orders', 'audit']);
    expect(found({ part: 'DIT' })).toEqual(['audit']);
  });
  it('offer what the rows have, with how many', () => {
    const [, tag] = filters;
    expect(tag && optionsOf(rows, tag)).toEqual([
      { value: 'a', count: 2 },
      { value: 'b', count: 1 },
    ]);
  });
});

it('the first column stays; hidden ones come when they are chosen', () => {
  const keys = (search: Record<string, string>) => shownColumns(columns, search).map(({ key }) => key);
  expect([keys({}), keys({ columns: 'at' }), keys({ columns: 'name,version,at' })]).toEqual([
    ['name', 'version'],
    ['name', 'at'],
    ['name', 'version', 'at'],
  ]);
  expect(chosenOf({ columns: 'a,,b' }, 'columns')).toEqual(['a', 'b']);
  const values = ['stage Move the data, then check', 'gate Cluster'];
  expect(chosenOf({ waitsFor: joined(values) }, 'waitsFor')).toEqual(values);
});
