/** Which instances are to be upgraded, and to what. */
import { MultiSelect, Select, SimpleGrid, Stack, TagsInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { cells as cellsQuery, fleet } from '../overview/fleet-query';
import { planVersions, usePlanOptions } from '../plans-query';
import { NamedField } from './named-field';
import {
  useFoundInstances,
  useFoundOrganizations,
  useFoundSubscriptions,
  useNamedInstances,
  useNamedOrganizations,
  useNamedSubscriptions,
} from './named-queries';
import type { PathForm } from './path-request';

interface Props {
  form: PathForm;
  planId: string;
  faults: Partial<Record<keyof PathForm, true>>;
  onChange: (changes: Partial<PathForm>) => void;
  onPlan: (id: string | null) => void;
}

export function WhichFields({ form, planId, faults, onChange, onPlan }: Props) {
  const plans = usePlanOptions();
  const versions = useQuery(planVersions);
  const counts = useQuery(fleet());
  const cells = useQuery(cellsQuery);
  const own = (versions.data ?? []).filter(({ id }) => id === planId);
  const instancesOf = (version: string) =>
    (counts.data?.groups ?? [])
      .filter((group) => group.planId === planId && group.version === version)
      .reduce((sum, { total }) => sum + total, 0);
  const options = own.map(({ version, versionSetStatus }) => ({
    value: version,
    label: `${version} · ${versionSetStatus.toLowerCase()} · ${t('{{count}} instances', { count: instancesOf(version), defaultValue_one: '{{count}} instance' })}`,
  }));
  return (
    <Stack gap="sm">
      <Select
        label={t('Plan')}
        placeholder={t('Choose a plan')}
        searchable
        required
        data={plans}
        value={planId === '' ? null : planId}
        onChange={onPlan}
        error={faults.from === true && planId === '' ? t('Choose a plan.') : undefined}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <Select
          label={t('From version')}
          required
          disabled={planId === ''}
          data={options}
          value={form.from === '' ? null : form.from}
          onChange={(from) => onChange({ from: from ?? '' })}
          error={faults.from === true ? t('Choose the version that the instances have.') : undefined}
        />
        <Select
          label={t('To version')}
          required
          disabled={planId === ''}
          data={options.filter(({ value }) => value !== form.from)}
          value={form.to === '' ? null : form.to}
          onChange={(to) => onChange({ to: to ?? '' })}
          error={faults.to === true ? t('Choose another version.') : undefined}
        />
      </SimpleGrid>
      <NamedField
        label={t('Only these instances')}
        description={t('Empty: all of the version. What stands below must hold, too.')}
        placeholder={t('Name, owner, or pasted ids')}
        prefix="instance"
        planId={planId}
        useFound={(words) => useFoundInstances({ planId, version: form.from }, words)}
        useNamed={useNamedInstances}
        value={form.instances}
        onChange={(instances) => onChange({ instances })}
      />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <MultiSelect
          label={t('Only in these cells')}
          data={(cells.data ?? []).map(({ id, key }) => ({ value: id, label: key }))}
          value={form.cells}
          onChange={(chosen) => onChange({ cells: chosen })}
        />
        <TagsInput label={t('Only in these regions')} value={form.regions} onChange={(regions) => onChange({ regions })} />
        <NamedField
          label={t('Only of these organizations')}
          placeholder={t('Name, or pasted ids')}
          prefix="org"
          planId={planId}
          useFound={useFoundOrganizations}
          useNamed={useNamedOrganizations}
          value={form.organizations}
          onChange={(organizations) => onChange({ organizations })}
        />
        <NamedField
          label={t('Only of these subscriptions')}
          placeholder={t('Customer, or pasted ids')}
          prefix="sub"
          planId={planId}
          useFound={(words) => useFoundSubscriptions(planId, words)}
          useNamed={useNamedSubscriptions}
          value={form.subscriptions}
          onChange={(subscriptions) => onChange({ subscriptions })}
        />
      </SimpleGrid>
    </Stack>
  );
}
