/** One product: its environments, the plans in each, and the way from one environment to the next. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { GuardedButton } from '../../../kit/access/guarded';
import { Copyable } from '../../../kit/copy';
import { Confirm } from '../../../kit/page/confirm';
import { PageHead } from '../../../kit/page/page-head';
import { PageLoading } from '../../../kit/page/page-loading';
import { Section } from '../../../kit/page/section';
import { Status } from '../../../kit/status';
import { DataTable } from '../../../kit/table/data-table';
import { useMay } from '../../../kit/access/use-may';
import { type Environment, environment as environmentQuery, plansOf, type Product, product as productQuery } from '../services';
import { versionColumns } from '../version-columns';
import { ChangeEnvironment } from './change-environment';
import { NewEnvironment } from './new-environment';
import { Deletions } from './deletions';
import { NotShown } from '../../../kit/page/not-shown';

export function ProductPage() {
  const { serviceId } = useParams({ from: '/shell/console/plans/$serviceId' });
  const found = useQuery(productQuery(serviceId));
  if (found.isError)
    return <NotShown title={t('The product cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <PageLoading label={t('Loading the product')} />;
  return <ProductParts product={found.data} />;
}

function ProductParts({ product }: { product: Product }) {
  const forbidden = useMay('createServiceEnvironment').why;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [asks, setAsks] = useState<'environment' | 'delete'>();
  const hasPlans = product.serviceEnvironments.some(({ servicePlans }) => servicePlans.length > 0);
  return (
    <Stack gap="md">
      <PageHead
        title={product.name}
        above={above()}
        facts={
          <>
            {product.description !== '' && <>{product.description} · </>}
            <Copyable text={product.id} label={t('the id')} />
          </>
        }
      >
        <GuardedButton why={forbidden} variant="default" onClick={() => setAsks('environment')}>
          {t('Make an environment')}
        </GuardedButton>
        <GuardedButton why={forbidden} onClick={() => void navigate({ to: '/console/plan-editor', search: { product: product.name } })}>
          {t('Write a plan')}
        </GuardedButton>
      </PageHead>
      {product.serviceEnvironments.map((environment) => (
        <EnvironmentPart key={environment.id} product={product} environment={environment} forbidden={forbidden} />
      ))}
      {product.serviceEnvironments.length === 0 && (
        <Text c="dimmed">{t('This product has no environment yet. The first build of a plan makes one, too.')}</Text>
      )}
      <Deletions of={[product.id, ...product.serviceEnvironments.map(({ id }) => id)]} />
      <Section title={t('Delete the product')} about={t('With all its environments and plans. It must have no instances.')}>
        <GuardedButton why={forbidden} color="red" variant="outline" onClick={() => setAsks('delete')}>
          {t('Delete the product …')}
        </GuardedButton>
      </Section>
      <NewEnvironment product={product} opened={asks === 'environment'} onClose={() => setAsks(undefined)} />
      <Confirm
        opened={asks === 'delete'}
        onClose={() => setAsks(undefined)}
        title={t('Delete {{name}}', { name: product.name })}
        action={t('Delete the product')}
        typed={product.name}
        failure={t('It is not deleted')}
        submit={() => client.deleteService({ params: { id: product.id }, query: { deleteSnapshots: false } })}
        onDone={() => {
          void queries.invalidateQueries({ queryKey: ['services'] });
          void navigate({ to: '/console/plans' });
        }}
      >
        {hasPlans
          ? t(
              'Its environments and plans go, and customers lose their subscriptions. It is refused while an instance or a snapshot is there. Nothing brings it back.',
            )
          : t('It has no plan. Nothing brings it back.')}
      </Confirm>
    </Stack>
  );
}

function EnvironmentPart({
  product,
  environment,
  forbidden,
}: {
  product: Product;
  environment: Environment;
  forbidden: string | undefined;
}) {
  const queries = useQueryClient();
  const [asks, setAsks] = useState<'change' | 'delete'>();
  const close = () => setAsks(undefined);
  const plans = useQuery(plansOf(product.id, environment.id)).data;
  const rules = useQuery(environmentQuery(product.id, environment.id)).data;
  const planOf = (id: string) => plans?.find(({ productTierId }) => productTierId === id);
  const source = product.serviceEnvironments.find(({ id }) => id === environment.sourceEnvironmentID);
  const targets = product.serviceEnvironments.filter(({ sourceEnvironmentID }) => sourceEnvironmentID === environment.id);
  const params = (planId: string) => ({ serviceId: product.id, environmentId: environment.id, planId });
  return (
    <Section
      title={environment.name}
      about={
        <Group gap="sm" style={{ rowGap: 0 }}>
          <span>
            {[
              environment.type,
              ...(environment.visibility === 'PUBLIC' ? [] : [t('customers do not see it')]),
              ...(rules?.autoApproveSubscription === false ? [t('subscriptions need your approval')] : []),
              ...(source === undefined ? [] : [t('takes from {{source}}', { source: source.name })]),
            ].join(' · ')}
          </span>
          {source !== undefined && (
            <Status
              of={environment.promoteStatus === 'OUT_OF_SYNC' ? 'Pending' : 'ACTIVE'}
              word={environment.promoteStatus === 'OUT_OF_SYNC' ? t('out of sync') : t('in sync')}
            />
          )}
        </Group>
      }
      actions={
        <>
          {environment.promoteStatus === 'OUT_OF_SYNC' && source !== undefined && (
            <PromoteLink serviceId={product.id} environmentId={source.id} words={t('Bring it in sync')} />
          )}
          {targets.length > 0 && (
            <PromoteLink
              serviceId={product.id}
              environmentId={environment.id}
              words={t('Promote to {{names}}', { names: targets.map(({ name }) => name).join(', ') })}
            />
          )}
          <GuardedButton size="xs" variant="default" why={forbidden} onClick={() => setAsks('change')}>
            {t('Change')}
          </GuardedButton>
          <GuardedButton size="xs" variant="subtle" color="red" why={forbidden} onClick={() => setAsks('delete')}>
            {t('Delete …')}
          </GuardedButton>
        </>
      }
    >
      <DataTable
        label={t('Plans of {{name}}', { name: environment.name })}
        rows={environment.servicePlans}
        keyOf={({ productTierID }) => productTierID}
        empty={
          <Text c="dimmed">
            {source === undefined ? t('No plan yet.') : t('No plan yet: promote {{source}}.', { source: source.name })}
          </Text>
        }
        columns={[
          {
            key: 'plan',
            name: t('Plan'),
            cell: ({ productTierID, name, description }) => (
              <div>
                <Anchor
                  renderRoot={(props) => (
                    <Link to="/console/plans/$serviceId/$environmentId/$planId" params={params(productTierID)} {...props} />
                  )}
                >
                  {name}
                </Anchor>
                {description !== '' && <Text size="sm">{description}</Text>}
                <Text size="xs" c="dimmed" className="mono">
                  {productTierID}
                </Text>
              </div>
            ),
          },
          ...versionColumns(({ productTierID }: Environment['servicePlans'][number]) => planOf(productTierID)),
        ]}
      />
      <ChangeEnvironment
        product={product}
        environmentId={environment.id}
        name={environment.name}
        opened={asks === 'change'}
        onClose={close}
      />
      <Confirm
        opened={asks === 'delete'}
        onClose={close}
        title={t('Delete the environment {{name}}', { name: environment.name })}
        action={t('Delete the environment')}
        typed={environment.name}
        failure={t('It is not deleted')}
        submit={() => client.deleteServiceEnvironment({ params: { serviceId: product.id, id: environment.id }, query: {} })}
        onDone={() => {
          close();
          void queries.invalidateQueries({ queryKey: ['services'] });
        }}
      >
        {t('{{count}} plans go with it.', { count: environment.servicePlans.length, defaultValue_one: '{{count}} plan goes with it.' })}{' '}
        {t('It is refused while an instance or a snapshot is there.')}
      </Confirm>
    </Section>
  );
}

function PromoteLink({ serviceId, environmentId, words }: { serviceId: string; environmentId: string; words: string }) {
  return (
    <Button
      size="xs"
      variant="default"
      renderRoot={(props) => (
        <Link to="/console/plans/$serviceId/promote/$environmentId" params={{ serviceId, environmentId }} {...props} />
      )}
    >
      {words}
    </Button>
  );
}

function above() {
  return [{ label: t('Products and plans'), link: { to: '/console/plans' } }] as const;
}
