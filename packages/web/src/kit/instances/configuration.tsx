/** The values that the instance has. Secrets come masked from the server. */
import { Table, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { Section } from '../page/section';

type Instance = Awaited<ReturnType<Client['customerDescribeInstance']>>;

export function Configuration({ instance }: { instance: Pick<Instance, 'result_params'> }) {
  const values = Object.entries((instance.result_params ?? {}) as Record<string, unknown>);
  return (
    <Section title={t('Configuration')}>
      {values.length === 0 ? (
        <Text c="dimmed">{t('The plan shows no values.')}</Text>
      ) : (
        <Table layout="fixed">
          <Table.Tbody>
            {values.map(([key, value]) => (
              <Table.Tr key={key}>
                <Table.Th scope="row" fw={400} c="dimmed">
                  {key}
                </Table.Th>
                <Table.Td className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {typeof value === 'string' ? value : JSON.stringify(value)}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Section>
  );
}
