/** One plan in one environment: its versions, what each takes and does, and what can be done with it. */
import { Button, Group, Skeleton, Stack, Tabs, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { lazy, Suspense, useState } from 'react';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { GuardedButton } from '../../../kit/access/guarded';
import { PageHead } from '../../../kit/page/page-head';
import { PageLoading } from '../../../kit/page/page-loading';
import { useMay } from '../../../kit/access/use-may';
import { Deletions } from '../product/deletions';
import { findings, type Plan, type PlanPlace, plansOf, product, type Version, versions } from '../services';
import { Changes } from './changes';
import { DeletePlan } from './delete-plan';
import { Findings } from './findings';
import { Versions } from './versions';
import { Missing } from '../../../kit/page/missing';
import { NotShown } from '../../../kit/page/not-shown';

/** They parse the spec: the plan language is loaded with them. */
const SpecParts = lazy(() => import('./spec-parts'));

export function PlanPage() {
  const { serviceId, environmentId, planId } = useParams({ from: '/shell/console/plans/$serviceId/$environmentId/$planId' });
  const place = { serviceId, environmentId, planId };
  const of = useQuery(product(serviceId));
  const plans = useQuery(plansOf(serviceId, environmentId));
  const all = useQuery(versions(serviceId, planId));
  const failed = [of, plans, all].find(({ isError }) => isError);
  if (failed !== undefined)
    return <NotShown title={t('The plan cannot be shown')} above={above()} error={failed.error} retry={() => void failed.refetch()} />;
  if (of.data === undefined || plans.data === undefined || all.data === undefined) return <PageLoading label={t('Loading the plan')} />;
  const plan = plans.data.find(({ productTierId }) => productTierId === planId);
  const environment = of.data.serviceEnvironments.find(({ id }) => id === environmentId);
  if (plan === undefined || environment === undefined)
    return (
      <Missing title={t('There is no such plan')} above={above()} id={planId} why={t('It was deleted, or it is of another environment.')} />
    );
  return (
    <PlanParts
      place={place}
      plan={plan}
      versions={all.data}
      product={{ name: of.data.name, environment: environment.name, type: environment.type }}
    />
  );
}

interface PartsProps {
  place: PlanPlace;
  plan: Plan;
  versions: Version[];
  product: { name: string; environment: string; type: string };
}

function PlanParts({ place, plan, versions: all, product }: PartsProps) {
  const { tab = 'versions', version } = useSearch({ from: '/shell/console/plans/$serviceId/$environmentId/$planId' });
  const navigate = useNavigate({ from: '/console/plans/$serviceId/$environmentId/$planId' });
  const forbidden = useMay('releaseServiceApi').why;
  const [isDeleting, setDeleting] = useState(false);
  const preferred = all.find(({ status }) => status === 'Preferred');
  const shown = all.find((one) => one.version === version) ?? preferred ?? all[0];
  const show = (changes: { tab?: string; version?: string }) =>
    void navigate({ search: (before) => ({ ...before, ...changes }), replace: true });
  return (
    <Stack gap="md">
      <PageHead
        title={plan.productTierName}
        above={[
          { label: t('Products and plans'), link: { to: '/console/plans' } },
          { label: product.name, link: { to: '/console/plans/$serviceId', params: { serviceId: place.serviceId } } },
        ]}
        facts={
          <>
            {product.environment} · {plan.productTierDescription === '' ? plan.productTierId : plan.productTierDescription}
            <br />
            {preferred === undefined
              ? t('No version is preferred: customers cannot subscribe to it.')
              : t('New instances get version {{version}}.', { version: preferred.version })}
          </>
        }
      >
        <GuardedButton why={forbidden} variant="subtle" color="red" onClick={() => setDeleting(true)}>
          {t('Delete …')}
        </GuardedButton>
        <Button
          renderRoot={(props) => (
            <Link
              to="/console/plan-editor"
              search={{
                product: product.name,
                service: place.serviceId,
                environment: place.environmentId,
                plan: place.planId,
                ...(shown === undefined ? {} : { version: shown.version }),
              }}
              {...props}
            />
          )}
        >
          {t('Edit the spec')}
        </Button>
      </PageHead>
      <Deletions of={[place.planId]} />
      {plan.hasPendingChanges === true && <Pending place={place} plan={plan} forbidden={forbidden} />}
      <Tabs value={tab} onChange={(next) => show({ tab: next ?? 'versions' })} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="versions">{t('Versions')}</Tabs.Tab>
          <Tabs.Tab value="changes">{t('Changes')}</Tabs.Tab>
          <Tabs.Tab value="parameters">{t('Parameters')}</Tabs.Tab>
          <Tabs.Tab value="workflows">{t('Workflows')}</Tabs.Tab>
          <Tabs.Tab value="spec">{t('Spec')}</Tabs.Tab>
          <Tabs.Tab value="findings">{t('Worth knowing')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="versions" pt="md">
          <Versions place={place} versions={all} product={{ name: product.name, plan: plan.productTierName }} />
        </Tabs.Panel>
        <Tabs.Panel value="changes" pt="md">
          <Changes place={place} versions={all} />
        </Tabs.Panel>
        {shown !== undefined &&
          (['parameters', 'workflows', 'spec'] as const).map((part) => (
            <Tabs.Panel key={part} value={part} pt="md">
              <Suspense fallback={<Skeleton height={240} aria-label={t('Loading the spec')} />}>
                <SpecParts part={part} place={place} version={shown.version} />
              </Suspense>
            </Tabs.Panel>
          ))}
        {shown !== undefined && (
          <Tabs.Panel value="findings" pt="md">
            <Findings query={findings(place.serviceId, place.planId, shown.version)} version={shown.version} />
          </Tabs.Panel>
        )}
      </Tabs>
      <DeletePlan place={place} name={plan.productTierName} versions={all} opened={isDeleting} onClose={() => setDeleting(false)} />
    </Stack>
  );
}

/** A spec that was built and not released yet. */
function Pending({ place, plan, forbidden }: { place: PlanPlace; plan: Plan; forbidden: string | undefined }) {
  const queries = useQueryClient();
  const release = useMutation({
    mutationFn: (isPreferred: boolean) =>
      client.releaseServiceApi({
        params: { serviceId: place.serviceId, id: plan.serviceApiId },
        body: { productTierId: place.planId, isPreferred },
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['services'] }),
  });
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text size="sm">{t('A spec with changes was built and is not released yet.')}</Text>
        <GuardedButton size="xs" variant="default" why={forbidden} loading={release.isPending} onClick={() => release.mutate(false)}>
          {t('Release it')}
        </GuardedButton>
        <GuardedButton size="xs" why={forbidden} loading={release.isPending} onClick={() => release.mutate(true)}>
          {t('Release it as preferred')}
        </GuardedButton>
      </Group>
      {release.isError && <Failure title={t('It is not released')} error={release.error} />}
    </Stack>
  );
}

function above() {
  return [{ label: t('Products and plans'), link: { to: '/console/plans' } }] as const;
}
