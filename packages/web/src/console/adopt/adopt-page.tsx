/** An instance is made of a custom resource that runs already: what would change is shown first. */
import { Checkbox, Grid, Group, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { HINT_BELOW } from '../../kit/page/hint-below';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { Mark } from '../../kit/status';
import { ChangeSheet } from '../instance/change-sheet';
import { cells as cellsQuery } from '../overview/fleet-query';
import { planVersions, usePlanOptions } from '../plans-query';
import { parametersOf } from './parameter-lines';

interface Form {
  planId: string;
  planVersion: string;
  workflow: string;
  cell: string;
  kind: string;
  namespace: string;
  name: string;
  subscriptionId: string;
  parameters: string;
  allowChanges: boolean;
  allowRestart: boolean;
}

const EMPTY: Form = {
  planId: '',
  planVersion: '',
  workflow: 'create',
  cell: '',
  kind: '',
  namespace: '',
  name: '',
  subscriptionId: '',
  parameters: '',
  allowChanges: false,
  allowRestart: false,
};

export function AdoptPage() {
  const role = useMay('adoptInstance').why;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const plans = usePlanOptions();
  const versions = useQuery(planVersions);
  const cells = useQuery(cellsQuery);
  const [form, setForm] = useState(EMPTY);
  const set = (changes: Partial<Form>) => setForm((before) => ({ ...before, ...changes }));
  const { planId, kind, namespace, name, workflow, allowChanges, allowRestart } = form;
  const body = {
    planId,
    kind,
    namespace,
    name,
    workflow,
    allowChanges,
    allowRestart,
    requestParams: parametersOf(form.parameters),
    ...(form.planVersion === '' ? {} : { planVersion: form.planVersion }),
    ...(form.cell === '' ? {} : { cell: form.cell }),
    ...(form.subscriptionId === '' ? {} : { subscriptionId: form.subscriptionId }),
  };
  const asked = JSON.stringify(body);
  const look = useMutation({ mutationFn: async () => ({ asked, found: await client.adoptInstance({ body: { ...body, dryRun: true } }) }) });
  const adopt = useMutation({
    mutationFn: () => client.adoptInstance({ body }),
    onSuccess: async ({ instanceId, refusals }) => {
      if (refusals.length > 0) return;
      await queries.invalidateQueries({ queryKey: ['instances'] });
      await navigate({ to: '/console/instances/$instanceId', params: { instanceId } });
    },
  });
  const missing = [planId, kind, namespace, name].includes('')
    ? t('Choose a plan, and name the object: kind, namespace, name.')
    : undefined;
  const found = look.data?.found;
  const isSeen = look.data?.asked === asked;
  return (
    <Stack gap="md">
      <PageHead
        title={t('Adopt what runs already')}
        above={[{ label: t('Instances'), link: { to: '/console/instances' } }]}
        facts={t('The object becomes an instance of a plan: same object, same Pods, no restart unless you allow it.')}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Section title={t('The object and its plan')}>
            <Stack gap="sm">
              <Select
                label={t('Plan')}
                required
                searchable
                data={plans}
                value={planId === '' ? null : planId}
                onChange={(value) => set({ planId: value ?? '', planVersion: '' })}
              />
              <SimpleGrid cols={{ base: 1, xs: 2 }}>
                <Select
                  label={t('Version')}
                  placeholder={t('the preferred one')}
                  clearable
                  data={(versions.data ?? []).filter(({ id }) => id === planId).map(({ version }) => version)}
                  value={form.planVersion === '' ? null : form.planVersion}
                  onChange={(value) => set({ planVersion: value ?? '' })}
                />
                <Select
                  label={t('Cell')}
                  placeholder={t('the default one')}
                  clearable
                  data={(cells.data ?? []).map(({ id, key }) => ({ value: id, label: key }))}
                  value={form.cell === '' ? null : form.cell}
                  onChange={(value) => set({ cell: value ?? '' })}
                />
                <TextInput
                  label={t('Kind')}
                  required
                  placeholder="Cluster"
                  value={kind}
                  onChange={(event) => set({ kind: event.currentTarget.value.trim() })}
                />
                <TextInput
                  label={t('Namespace')}
                  required
                  value={namespace}
                  onChange={(event) => set({ namespace: event.currentTarget.value.trim() })}
                />
                <TextInput label={t('Name')} required value={name} onChange={(event) => set({ name: event.currentTarget.value.trim() })} />
                <Select
                  label={t('Workflow')}
                  allowDeselect={false}
                  data={['create', 'modify']}
                  value={workflow}
                  onChange={(value) => set({ workflow: value ?? 'create' })}
                />
                <TextInput
                  label={t('Subscription')}
                  placeholder="sub-…"
                  description={t('Empty: your own of the plan.')}
                  inputWrapperOrder={HINT_BELOW}
                  value={form.subscriptionId}
                  onChange={(event) => set({ subscriptionId: event.currentTarget.value.trim() })}
                />
              </SimpleGrid>
              <Textarea
                label={t('Parameters')}
                description={t('One a line: name=value. Find those with which nothing but labels would change.')}
                autosize
                minRows={3}
                styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
                value={form.parameters}
                onChange={(event) => set({ parameters: event.currentTarget.value })}
              />
              <Checkbox
                label={t('The plan may change what is there')}
                checked={allowChanges}
                onChange={(event) => set({ allowChanges: event.currentTarget.checked })}
              />
              <Checkbox
                label={t('The product may restart, and charts of the cell may change')}
                checked={allowRestart}
                onChange={(event) => set({ allowRestart: event.currentTarget.checked })}
              />
            </Stack>
          </Section>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 6 }}>
          <Section title={t('What would change')}>
            <Stack gap="md">
              {found === undefined && <Text c="dimmed">{t('Nothing is written by looking.')}</Text>}
              {found !== undefined && (
                <Stack gap="sm" style={isSeen ? undefined : { opacity: 0.6 }}>
                  {!isSeen && <Text role="status">{t('The form has changed since. Look again.')}</Text>}
                  <Text>
                    {t('It would be the instance')} <b className="mono">{found.instanceId}</b>
                  </Text>
                  {found.refusals.map(({ code, message }) => (
                    <Text key={code + message} role="alert">
                      <Mark tone="bad" /> {message}
                    </Text>
                  ))}
                  <ChangeSheet preview={found.preview} />
                </Stack>
              )}
              {look.isError && <Failure title={t('It cannot be told what would change')} error={look.error} />}
              {adopt.isError && <Failure title={t('It is not adopted')} error={adopt.error} />}
              {adopt.data?.refusals.map(({ code, message }) => (
                <Text key={code + message} role="alert">
                  <Mark tone="bad" /> {message}
                </Text>
              ))}
              <Group>
                <GuardedButton
                  variant={isSeen ? 'default' : 'filled'}
                  why={role ?? missing}
                  loading={look.isPending}
                  onClick={() => look.mutate()}
                >
                  {t('Show what would change')}
                </GuardedButton>
                <GuardedButton
                  variant={isSeen ? 'filled' : 'default'}
                  why={role ?? missing ?? (isSeen ? refusalOf(found?.refusals.length ?? 0) : t('Look first at what would change.'))}
                  loading={adopt.isPending}
                  onClick={() => adopt.mutate()}
                >
                  {t('Adopt it')}
                </GuardedButton>
              </Group>
            </Stack>
          </Section>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function refusalOf(count: number): string | undefined {
  return count === 0 ? undefined : t('It is refused as it stands: see above.');
}
