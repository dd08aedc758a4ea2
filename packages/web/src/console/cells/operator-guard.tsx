/** What the charts of a plan version would do to a cell's definitions, objects and instances, and which of it is allowed. */
import { Anchor, Group, Select, Skeleton, Stack, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { type ReactNode, useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { Section } from '../../kit/page/section';
import { Mark, Status } from '../../kit/status';
import { planVersions } from '../plans-query';
import type { Fleet } from '../overview/fleet-query';
import type { DescribedCell } from './cell-queries';

type Guard = Awaited<ReturnType<Client['describeOperatorGuard']>>;
type Chart = Guard['charts'][number];
type Finding = Chart['findings'][number];

export function OperatorGuard({ cell, groups }: { cell: DescribedCell; groups: Fleet['groups'] }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const plans = useQuery(planVersions);
  const options = (plans.data ?? []).map(({ id, name, serviceName, version }) => ({
    value: `${id} ${version}`,
    label: `${serviceName} · ${name} ${version}`,
  }));
  const first = groups[0] === undefined ? null : `${groups[0].planId} ${groups[0].version}`;
  const value = chosen ?? first;
  const [productTierId = '', version = ''] = (value ?? '').split(' ');
  const guard = useQuery({
    queryKey: ['cells', cell.key, 'guard', productTierId, version],
    queryFn: () => client.describeOperatorGuard({ params: { cell: cell.key }, query: { productTierId, version } }),
    enabled: value !== null,
  });
  return (
    <Section
      title={t('Operator guard')}
      about={t('What the charts of a plan version would do here. Nothing is changed by looking.')}
      actions={
        <Select
          aria-label={t('Plan version')}
          placeholder={t('Choose a plan version')}
          size="xs"
          w={280}
          searchable
          data={options}
          value={value}
          onChange={setChosen}
        />
      }
    >
      {value === null && <Text c="dimmed">{t('Choose a plan version to see what its charts would do to this cell.')}</Text>}
      {guard.isError && <Failure title={t('It cannot be told')} error={guard.error} retry={() => void guard.refetch()} />}
      {guard.isLoading && <Skeleton height={80} aria-label={t('Looking at the charts')} />}
      {guard.data?.charts.length === 0 && <Text c="dimmed">{t('This plan version needs no charts.')}</Text>}
      <Stack gap="md">
        {guard.data?.charts.map((chart) => (
          <ChartFindings key={chart.chart} chart={chart} cell={cell.key} productTierId={productTierId} version={version} />
        ))}
      </Stack>
    </Section>
  );
}

interface ChartProps {
  chart: Chart;
  cell: string;
  productTierId: string;
  version: string;
}

function ChartFindings({ chart, cell, productTierId, version }: ChartProps) {
  const forbidden = useMay('allowOperatorUpgrade').why;
  const queries = useQueryClient();
  const allow = useMutation({
    mutationFn: (findings: string[]) => client.allowOperatorUpgrade({ params: { cell }, body: { productTierId, version, findings } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['cells', cell, 'guard'] }),
  });
  const refusing = chart.findings.filter(({ refuses }) => refuses);
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text fw={600}>{chart.chart}</Text>
        <Text size="sm" className="mono">
          {chart.installed === undefined ? chart.wanted : `${chart.installed} → ${chart.wanted}`}
        </Text>
        <Status of={refusing.length > 0 && !chart.allowed ? 'FAILED' : 'RUNNING'} word={chartWords(chart, refusing.length)} />
        {refusing.length > 1 && !chart.allowed && (
          <GuardedButton
            size="xs"
            variant="default"
            why={forbidden}
            loading={allow.isPending}
            onClick={() => allow.mutate(refusing.map(({ key }) => key))}
          >
            {t('Allow all {{count}}', { count: refusing.length })}
          </GuardedButton>
        )}
      </Group>
      {allow.isError && <Failure title={t('It is not allowed')} error={allow.error} />}
      {chart.findings.map((finding) => (
        <FindingLine
          key={finding.key}
          finding={finding}
          allow={
            finding.refuses && !chart.allowed ? (
              <GuardedButton
                size="xs"
                variant="subtle"
                why={forbidden}
                loading={allow.isPending}
                onClick={() => allow.mutate([finding.key])}
              >
                {t('Allow')}
              </GuardedButton>
            ) : null
          }
        />
      ))}
      {chart.users.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('Also used by')}{' '}
          {chart.users
            .map(({ planName, planVersion, instances }) =>
              t('{{plan}} {{version}} ({{count}} instances)', {
                plan: planName,
                version: planVersion,
                count: instances,
                defaultValue_one: '{{plan}} {{version}} ({{count}} instance)',
              }),
            )
            .join(', ')}
        </Text>
      )}
      {chart.notChecked.length > 0 && (
        <Text size="sm" c="dimmed">
          {t('Not checked:')} {chart.notChecked.join('; ')}
        </Text>
      )}
    </Stack>
  );
}

function chartWords({ action, allowed }: Chart, refusing: number): string {
  if (refusing > 0 && allowed) return t('would be upgraded: what refuses is allowed');
  if (refusing > 0) return t('is not upgraded');
  if (action === 'install') return t('would be installed');
  return action === 'upgrade' ? t('would be upgraded') : t('stays as it is');
}

function FindingLine({ finding, allow }: { finding: Finding; allow: ReactNode }) {
  return (
    <Stack gap={2} ps="md">
      <Group gap="sm" align="baseline">
        <Mark tone={finding.refuses ? 'bad' : 'rest'} />
        <Text size="sm" flex="1 1 320px">
          {finding.message}
        </Text>
        {allow}
      </Group>
      {finding.objects.length > 0 && (
        <Group gap="xs" ps={22}>
          {finding.objects.slice(0, 5).map(({ namespace, name, instanceId }) =>
            instanceId === undefined ? (
              <Text key={`${namespace}/${name}`} size="xs" className="mono">
                {namespace}/{name}
              </Text>
            ) : (
              <Anchor
                key={`${namespace}/${name}`}
                size="xs"
                className="mono"
                renderRoot={(props) => <Link to="/console/instances/$instanceId" params={{ instanceId }} {...props} />}
              >
                {instanceId}
              </Anchor>
            ),
          )}
        </Group>
      )}
    </Stack>
  );
}
