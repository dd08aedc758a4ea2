/** A list of things of one kind. On a phone each row is a card; elsewhere a wide table scrolls by itself, the page does not. */
import { Card, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import type { ReactNode } from 'react';

export interface Column<Row> {
  /** Unique in the table; stands in addresses and saved views. */
  key: string;
  /** The head of the column. */
  name: string;
  cell: (row: Row) => ReactNode;
  /** What rows are sorted by. @default the table is not sorted by this column */
  sortBy?: (row: Row) => string | number;
  align?: 'right';
}

export interface DataTableProps<Row> {
  /** What the rows are, for people who do not see the page. */
  label: string;
  columns: readonly Column<Row>[];
  /** Undefined while they are loaded. */
  rows: readonly Row[] | undefined;
  keyOf: (row: Row) => string;
  /** What stands there where there are no rows: what this is for, and the one thing to do. */
  empty: ReactNode;
}

const PHONE = '(max-width: 40em)';
const LOADING_ROWS = 4;

export function DataTable<Row>(props: DataTableProps<Row>) {
  const isPhone = useMediaQuery(PHONE) ?? false;
  const { rows, label, empty } = props;
  if (rows === undefined)
    return (
      <Stack gap="xs" aria-label={label} aria-busy>
        {Array.from({ length: LOADING_ROWS }, (_, index) => (
          <Skeleton key={index} height={36} />
        ))}
      </Stack>
    );
  if (rows.length === 0) return <>{empty}</>;
  return isPhone ? <Cards {...props} rows={rows} /> : <Rows {...props} rows={rows} />;
}

type Loaded<Row> = DataTableProps<Row> & { rows: readonly Row[] };

function Rows<Row>({ label, columns, rows, keyOf }: Loaded<Row>) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table highlightOnHover verticalSpacing="xs" aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            {columns.map(({ key, name, align }) => (
              <Table.Th key={key} scope="col" ta={align}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={keyOf(row)}>
              {columns.map(({ key, cell, align }) => (
                <Table.Td key={key} ta={align}>
                  {cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Cards<Row>({ label, columns, rows, keyOf }: Loaded<Row>) {
  const [first, ...others] = columns;
  return (
    <Stack gap="sm" role="list" aria-label={label}>
      {rows.map((row) => (
        <Card key={keyOf(row)} withBorder p="sm" role="listitem">
          <Stack gap={6}>
            {first?.cell(row)}
            {others.map(({ key, name, cell }) => (
              <div key={key}>
                <Text size="xs" c="dimmed">
                  {name}
                </Text>
                {cell(row)}
              </div>
            ))}
          </Stack>
        </Card>
      ))}
    </Stack>
  );
}
