/** Processor and memory of an instance's nodes, from when the page was opened. */
import { Button, Group, Skeleton, Stack, Table, Text, useComputedColorScheme } from '@mantine/core';
import { ResponseError } from '@cellplane/api/client';
import { t } from 'i18next';
import { lazy, Suspense, useMemo, useState } from 'react';
import { colourOf } from '../chart/colours';
import { Failure } from '../failure';
import { Moment } from '../moment';
import { Empty } from '../page/empty';
import { Section } from '../page/section';
import { amountText, bytes, cores } from './node-words';
import { useNodes } from './queries';
import { lineOf, nodesOf, type Reading } from './samples';
import { useMetrics } from './use-metrics';

const LineChart = lazy(() => import('../chart/line-chart'));

export function MetricsPanel({ instanceId }: { instanceId: string }) {
  const [turn, setTurn] = useState(0);
  const { readings, last, trouble, error } = useMetrics(instanceId, turn);
  const again = () => setTurn((before) => before + 1);
  if (error instanceof ResponseError && error.body.code === 'metrics-not-in-plan')
    return (
      <Empty title={t('The plan does not show metrics to its customers')}>
        {t('Your provider can allow it with the feature METRICS of the plan.')}
      </Empty>
    );
  if (error !== null) return <Failure title={t('The metrics cannot be shown')} error={error} retry={again} />;
  if (last === undefined && readings.length === 0) return <Skeleton height={320} aria-label={t('Loading the metrics')} />;
  if (last?.available === false)
    return (
      <Empty
        title={last.simulated ? t('Nothing is used') : t('Nothing is measured')}
        action={
          <Button size="xs" variant="default" onClick={again}>
            {t('Look again')}
          </Button>
        }
      >
        {last.message}
      </Empty>
    );
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('Measured each quarter of a minute while this page is open. Nothing is kept: what is drawn begins when you look.')}
        {last !== undefined && (
          <>
            {' '}
            {t('Last read')} <Moment key={last.readAt} at={last.readAt} />
          </>
        )}
      </Text>
      {trouble !== undefined && (
        <Text size="sm" role="status">
          {trouble}
        </Text>
      )}
      {readings.length === 0 && (
        <Empty title={t('Nothing was measured yet')}>{t('A node is measured some seconds after its start.')}</Empty>
      )}
      {readings.length > 0 && <Charts instanceId={instanceId} readings={readings} />}
    </Stack>
  );
}

function Charts({ instanceId, readings }: { instanceId: string; readings: readonly Reading[] }) {
  const names = useMemo(() => nodesOf(readings), [readings]);
  const times = useMemo(() => readings.map(({ at }) => at), [readings]);
  const scheme = useComputedColorScheme('light');
  const known = useNodes(instanceId).data?.nodes ?? [];
  const chart = (what: 'cpu' | 'memory', title: string, format: (amount: number) => string) => (
    <Section title={title}>
      <Suspense fallback={<Skeleton height={200} aria-label={t('Loading the chart')} />}>
        <LineChart
          label={t('{{what}} of each node over time; the last values stand below', { what: title })}
          times={times}
          lines={names.map((name) => ({ name, values: lineOf(readings, name, what) }))}
          format={format}
          isBinary={what === 'memory'}
        />
      </Suspense>
      <Table.ScrollContainer minWidth={300}>
        <Table aria-label={t('Last values: {{what}}', { what: title })} verticalSpacing={4}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{t('Node')}</Table.Th>
              <Table.Th scope="col" ta="end">
                {t('Now')}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t('Most since you look')}
              </Table.Th>
              <Table.Th scope="col" ta="end">
                {t('Request and limit')}
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {names.map((name, index) => {
              const values = lineOf(readings, name, what).filter((value) => value !== null);
              const now = readings.at(-1)?.used[name]?.[what];
              const node = known.find(({ id }) => id === name);
              return (
                <Table.Tr key={name}>
                  <Table.Th scope="row" fw={400}>
                    <Group gap={6} wrap="nowrap">
                      <span
                        aria-hidden
                        style={{ inlineSize: 12, blockSize: 3, flex: 'none', background: colourOf(index, scheme), borderRadius: 2 }}
                      />
                      <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                        {name}
                      </span>
                    </Group>
                  </Table.Th>
                  <Table.Td ta="end">{now === undefined ? t('not measured') : format(now)}</Table.Td>
                  <Table.Td ta="end">{format(Math.max(0, ...values))}</Table.Td>
                  <Table.Td ta="end">{node === undefined ? '' : amountText(node[what], format)}</Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Section>
  );
  return (
    <>
      {chart('cpu', t('Processor, in cores'), cores)}
      {chart('memory', t('Memory'), bytes)}
    </>
  );
}
