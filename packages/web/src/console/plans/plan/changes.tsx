/** What two versions of the plan differ in; which two stands in the address. */
import { Group, Paper, Select, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { Failure } from '../../../kit/failure';
import { Differences } from '../differences';
import { type PlanPlace, type Version, versionDifference } from '../services';

export function Changes({ place, versions }: { place: PlanPlace; versions: Version[] }) {
  const search = useSearch({ from: '/shell/console/plans/$serviceId/$environmentId/$planId' });
  const navigate = useNavigate({ from: '/console/plans/$serviceId/$environmentId/$planId' });
  const [newest, second] = versions;
  if (newest === undefined || second === undefined)
    return <Text c="dimmed">{t('There is one version: changes are shown from the second one on.')}</Text>;
  const to = search.version ?? newest.version;
  const from = search.with ?? versions[versions.findIndex(({ version }) => version === to) + 1]?.version ?? second.version;
  const data = versions.map(({ version, status }) => ({ value: version, label: `${version} ${status}` }));
  const choose = (changes: { version?: string; with?: string }) =>
    void navigate({ search: (before) => ({ ...before, tab: 'changes', with: from, version: to, ...changes }), replace: true });
  return (
    <Stack gap="md">
      <Group gap="sm">
        <Select
          label={t('From')}
          data={data}
          value={from}
          onChange={(next) => next !== null && choose({ with: next })}
          allowDeselect={false}
        />
        <Select
          label={t('To')}
          data={data}
          value={to}
          onChange={(next) => next !== null && choose({ version: next })}
          allowDeselect={false}
        />
      </Group>
      <Paper withBorder p="md">
        <Between place={place} from={from} to={to} />
      </Paper>
    </Stack>
  );
}

function Between({ place: { serviceId, planId }, from, to }: { place: PlanPlace; from: string; to: string }) {
  const found = useQuery({ ...versionDifference(serviceId, planId, from, to), enabled: from !== to });
  if (from === to) return <Text c="dimmed">{t('Choose two different versions.')}</Text>;
  if (found.isError) return <Failure title={t('They cannot be compared')} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={160} aria-label={t('Comparing')} />;
  return <Differences differences={found.data} />;
}
