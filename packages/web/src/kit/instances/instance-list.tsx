/** Instances as a table that is searched and filtered; on a narrow screen it scrolls by itself, the page does not. */
import { Anchor, Group, Select, Stack, Table, Text, TextInput } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Moment } from '../moment';
import { inWords, Status } from '../status';
import { TableHead } from '../table-head';
import { type InstanceFilter, type InstanceRow, isFound } from './instance-row';

interface Props {
  rows: InstanceRow[];
  filter: InstanceFilter;
  onFilter: (changes: { q?: string; status?: string }) => void;
  /** The front whose page an instance opens. */
  opens: '/instances/$instanceId' | '/console/instances/$instanceId';
}

export function InstanceList({ rows, filter, onFilter, opens }: Props) {
  const statuses = [...new Set(rows.map(({ status }) => status))].toSorted();
  const found = rows.filter((row) => isFound(row, filter));
  return (
    <Stack gap="md">
      <Group gap="sm">
        <TextInput
          aria-label="Search"
          placeholder="Search id, product, plan or tag"
          value={filter.q ?? ''}
          onChange={(event) => onFilter({ q: event.currentTarget.value })}
          miw={260}
        />
        <Select
          aria-label="Status"
          placeholder="Any status"
          clearable
          data={statuses.map((value) => ({ value, label: inWords(value) }))}
          value={filter.status ?? null}
          onChange={(status) => onFilter({ status: status ?? '' })}
        />
        <Text size="sm" c="dimmed" aria-live="polite">
          {found.length} of {rows.length}
        </Text>
      </Group>
      {found.length === 0 ? (
        <Text c="dimmed">No instance is like that. Change the search or the status.</Text>
      ) : (
        <InstanceTable rows={found} opens={opens} />
      )}
    </Stack>
  );
}

const COLUMNS = ['Instance', 'Status', 'Plan', 'Environment', 'Place', 'Created'];

function InstanceTable({ rows, opens }: Pick<Props, 'rows' | 'opens'>) {
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table highlightOnHover verticalSpacing="xs">
        <TableHead columns={COLUMNS} />
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.id}>
              <Table.Td>
                <Anchor className="mono" renderRoot={(props) => <Link to={opens} params={{ instanceId: row.id }} {...props} />}>
                  {row.id}
                </Anchor>
              </Table.Td>
              <Table.Td maw={360}>
                <Status of={row.status} />
                {row.reason !== '' && (
                  <Text size="xs" c="dimmed" lineClamp={2}>
                    {row.reason}
                  </Text>
                )}
              </Table.Td>
              <Table.Td>
                {row.product} · {row.plan}{' '}
                <Text component="span" c="dimmed" size="sm">
                  {row.version}
                </Text>
              </Table.Td>
              <Table.Td>{row.environment}</Table.Td>
              <Table.Td>{row.place}</Table.Td>
              <Table.Td>
                <Moment at={row.createdAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
