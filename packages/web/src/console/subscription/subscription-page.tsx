/** One subscription: whose, of what, how much is used, who is in it, and what can be done. */
import { Anchor, SimpleGrid, Stack } from '@mantine/core';
import { Link, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { Readable } from '../../kit/access/readable';
import { Copyable } from '../../kit/copy';
import { Moment } from '../../kit/moment';
import { Facts } from '../../kit/page/facts';
import { PageHead } from '../../kit/page/page-head';
import { PageLoading } from '../../kit/page/page-loading';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { RecentAudit } from '../audit/recent-audit';
import { SubscriptionInstances } from '../subscription-instances';
import { type ListedSubscription, useSubscription } from '../subscriptions/subscriptions';
import { LimitSection } from './limit-section';
import { MembersSection } from './members-section';
import { SubscriptionActions } from './subscription-actions';
import { termsFacts } from './terms';
import { Missing } from '../../kit/page/missing';
import { NotShown } from '../../kit/page/not-shown';

export function SubscriptionPage() {
  const { subscriptionId } = useParams({ from: '/shell/console/subscriptions/$subscriptionId' });
  const found = useSubscription(subscriptionId);
  if (found.isError)
    return (
      <NotShown title={t('The subscription cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />
    );
  if (found.data === undefined) return <PageLoading label={t('Loading the subscription')} />;
  if (found.data === null)
    return (
      <Missing
        title={t('There is no such subscription')}
        above={above()}
        id={subscriptionId}
        why={t('Its plan was deleted, or it is of a product that you have no role for.')}
      />
    );
  return <Subscription of={found.data} />;
}

function Subscription({ of }: { of: ListedSubscription }) {
  return (
    <Stack gap="md">
      <PageHead
        title={`${of.serviceName} · ${of.productTierName}`}
        above={above()}
        facts={
          <>
            <Status of={of.status} /> ·{' '}
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/console/customers/$userId" params={{ userId: of.rootUserId }} {...props} />}
            >
              <bdi>{of.rootUserOrgName}</bdi>
            </Anchor>{' '}
            · {of.environmentName} · {t('since')} <Moment at={of.createdAt} />
          </>
        }
      >
        <SubscriptionActions of={of} />
      </PageHead>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <LimitSection of={of} />
        <Section
          title={t('Terms')}
          about={t('As the plan had them when the subscription began; later versions of the plan change nothing here.')}
        >
          <Facts
            facts={[
              ...termsFacts(of.terms),
              { name: t('Subscription'), value: <Copyable text={of.id} label={t('the id')} /> },
              { name: t('Root'), value: `${of.rootUserName} (${of.rootUserEmail})` },
              ...(of.externalPayerId === '' ? [] : [{ name: t('Payer'), value: of.externalPayerId }]),
              { name: t('Last change'), value: <Changed of={of} /> },
            ]}
          />
        </Section>
      </SimpleGrid>
      <MembersSection of={of} />
      <Section title={t('Instances')}>
        <SubscriptionInstances subscriptionIds={[of.id]} />
      </Section>
      <Readable operation="listAuditEvents">
        <RecentAudit title={t('What happened')} query={{ subscriptionId: of.id }} search={{ subscription: of.id }} />
      </Readable>
    </Stack>
  );
}

function Changed({ of }: { of: ListedSubscription }) {
  return (
    <>
      <Moment at={of.updatedAt} /> · {of.updatedByUserName}
    </>
  );
}

function above() {
  return [{ label: t('Subscriptions'), link: { to: '/console/subscriptions' } }] as const;
}
