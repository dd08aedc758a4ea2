/** A new upgrade: which instances, how they go, and a sheet that says what it would touch before anything begins. */
import { Grid, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { usePlans } from '../plans-query';
import { BlastSheet } from './blast-sheet';
import { HowFields } from './how-fields';
import { EMPTY_FORM, faultsOf, type PathForm, requestOf } from './path-request';
import { WhichFields } from './which-fields';

export function NewPathPage() {
  const search = useSearch({ from: '/shell/console/new-upgrade' });
  const navigate = useNavigate({ from: '/console/new-upgrade' });
  const role = useMay('createUpgradePath').why;
  const mayLook = useMay('previewUpgradePath').why;
  const queries = useQueryClient();
  const plans = usePlans();
  const { planId = '' } = search;
  const plan = plans.data?.find(({ id }) => id === planId);
  const [rest, setRest] = useState<Omit<PathForm, 'from' | 'to'>>(() => ({ ...EMPTY_FORM, instances: search.instances?.split(',') ?? [] }));
  const [isTried, setTried] = useState(false);
  const form: PathForm = { ...rest, from: search.from ?? '', to: search.to ?? '' };
  const faults = faultsOf(form);
  const isComplete = plan !== undefined && Object.keys(faults).length === 0;
  const request = requestOf(form);
  const asked = JSON.stringify([planId, request]);
  const params = { serviceId: plan?.serviceId ?? '', productTierId: planId };
  const preview = useMutation({
    mutationFn: async () => ({ asked, radius: await client.previewUpgradePath({ params, body: request }) }),
  });
  const create = useMutation({
    mutationFn: () => client.createUpgradePath({ params, body: request }),
    onSuccess: async ({ upgradePathId }) => {
      await queries.invalidateQueries({ queryKey: ['upgrades'] });
      await navigate({ to: '/console/upgrades/$pathId', params: { pathId: upgradePathId } });
    },
  });
  const change = (changes: Partial<PathForm>) => {
    const { from, to, ...others } = changes;
    setRest((present) => ({ ...present, ...others }));
    if (from !== undefined || to !== undefined)
      void navigate({ search: { ...search, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }, replace: true });
  };
  const isSeen = preview.data?.asked === asked;
  const look = () => {
    setTried(true);
    if (isComplete) preview.mutate();
  };
  return (
    <Stack gap="md">
      <PageHead
        title={t('Plan an upgrade')}
        above={[{ label: t('Upgrades'), link: { to: '/console/upgrades' } }]}
        facts={t('Nothing begins before you have seen what it would touch.')}
      />
      <Grid gap="md">
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Stack gap="md">
            <Section title={t('Which')}>
              <WhichFields
                form={form}
                planId={planId}
                faults={isTried ? faults : {}}
                onChange={change}
                onPlan={(id) => void navigate({ search: id === null ? {} : { planId: id }, replace: true })}
              />
            </Section>
            <Section title={t('How')}>
              <HowFields form={form} faults={isTried ? faults : {}} onChange={change} />
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Section title={t('What it would touch')}>
            <Stack gap="md">
              {preview.data !== undefined && <BlastSheet radius={preview.data.radius} isOld={!isSeen} />}
              {preview.data === undefined && (
                <Text c="dimmed">
                  {t(
                    'Who, what changes, what restarts, how long it takes and in which cells: looked at on the instances themselves. Nothing is written.',
                  )}
                </Text>
              )}
              {isTried && !isComplete && <Text role="alert">{t('Something is missing or cannot be read: see the fields.')}</Text>}
              {preview.isError && <Failure title={t('It cannot be told what it would touch')} error={preview.error} />}
              {create.isError && <Failure title={t('The upgrade is not made')} error={create.error} />}
              <Group>
                <GuardedButton why={mayLook} variant={isSeen ? 'default' : 'filled'} loading={preview.isPending} onClick={look}>
                  {preview.data === undefined ? t('Show what it would touch') : t('Look again')}
                </GuardedButton>
                <GuardedButton
                  variant={isSeen ? 'filled' : 'default'}
                  why={role ?? (isSeen ? nothingToDo(preview.data?.radius.totalCount) : t('Look first at what it would touch.'))}
                  loading={create.isPending}
                  onClick={() => create.mutate()}
                >
                  {form.scheduled === '' ? t('Start the upgrade') : t('Schedule the upgrade')}
                </GuardedButton>
              </Group>
            </Stack>
          </Section>
        </Grid.Col>
      </Grid>
    </Stack>
  );
}

function nothingToDo(total: number | undefined): string | undefined {
  return total === 0 ? t('No instance is like that.') : undefined;
}
