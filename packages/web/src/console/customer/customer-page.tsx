/** One customer: who they are, what they have, what happened, and what can be done. */
import { Anchor, Group, Modal, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Copyable } from '../../kit/copy';
import { Facts } from '../../kit/page/facts';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { PageHead } from '../../kit/page/page-head';
import { PageLoading } from '../../kit/page/page-loading';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { RecentAudit } from '../audit/recent-audit';
import { stateOf, stateWords, useCustomers } from '../customers/customers';
import { SubscribeForm } from '../subscriptions/subscribe-form';
import { SubscriptionTable } from '../subscriptions/subscription-table';
import { useSubscriptions } from '../subscriptions/subscriptions';
import { SubscriptionInstances } from '../subscription-instances';
import { useCustomer, type DescribedCustomer } from './customer';
import { CustomerActions } from './customer-actions';
import { Missing } from '../../kit/page/missing';
import { NotShown } from '../../kit/page/not-shown';

export function CustomerPage() {
  const { userId } = useParams({ from: '/shell/console/customers/$userId' });
  const found = useCustomer(userId);
  if (found.isError)
    return <NotShown title={t('The customer cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <PageLoading label={t('Loading the customer')} />;
  if (found.data === null)
    return (
      <Missing
        title={t('There is no such customer')}
        above={above()}
        id={userId}
        why={t('The account was deleted, or has no subscription of a product that your role is for.')}
      />
    );
  return <Customer of={found.data} />;
}

function Customer({ of }: { of: DescribedCustomer }) {
  const state = stateOf(of);
  return (
    <Stack gap="md">
      <PageHead
        title={of.userName || of.email}
        above={above()}
        facts={
          <Group gap="sm">
            <Status of={state} word={stateWords(state)} />
            <span>
              {t('since')} <Moment at={of.createdAt} />
            </span>
          </Group>
        }
      >
        <CustomerActions of={of} />
      </PageHead>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Section title={t('Account')}>
          <Facts
            facts={[
              { name: t('E-mail'), value: <Copyable text={of.email} label={t('the address')} /> },
              { name: t('Id'), value: <Copyable text={of.userId} label={t('the id')} /> },
              { name: t('Organization'), value: <bdi>{of.orgName}</bdi> },
              { name: t('Organization id'), value: <Copyable text={of.orgId} label={t('the id of the organization')} /> },
              ...(of.orgUrl === '' ? [] : [{ name: t('Site'), value: of.orgUrl }]),
              {
                name: t('Address confirmed'),
                value: of.verifiedAt === undefined ? t('not yet') : <Moment at={of.verifiedAt} />,
              },
              ...(of.suspendedAt === undefined ? [] : [{ name: t('Suspended'), value: <Moment at={of.suspendedAt} /> }]),
              ...Object.entries(of.attributes).map(([name, value]) => ({ name, value })),
            ]}
          />
        </Section>
        <OrganizationPeople of={of} />
      </SimpleGrid>
      <Subscriptions of={of} />
      <Readable operation="listAuditEvents">
        <RecentAudit title={t('What they did')} query={{ userId: of.userId }} search={{ user: of.userId }} isOfOne />
      </Readable>
    </Stack>
  );
}

function OrganizationPeople({ of }: { of: DescribedCustomer }) {
  const people = useCustomers({ orgId: of.orgId });
  return (
    <Section title={t('People of {{name}}', { name: of.orgName })}>
      {people.error !== null && <Failure title={t('The people cannot be shown')} error={people.error} retry={people.retry} />}
      {people.rows === undefined && people.error === null && <Skeleton height={60} aria-label={t('Loading')} />}
      <Stack gap="xs">
        {people.rows?.map((one) => (
          <Group key={one.userId} justify="space-between" gap="xs">
            <div style={{ minWidth: 0, overflowWrap: 'anywhere' }}>
              {one.userId === of.userId ? (
                <Text size="sm" fw={600}>
                  <bdi>{one.userName || one.email}</bdi>
                </Text>
              ) : (
                <Anchor
                  size="sm"
                  renderRoot={(props) => <Link to="/console/customers/$userId" params={{ userId: one.userId }} {...props} />}
                >
                  <bdi>{one.userName || one.email}</bdi>
                </Anchor>
              )}
              <Text size="xs" c="dimmed">
                {one.email}
              </Text>
            </div>
            <Status of={stateOf(one)} word={stateWords(stateOf(one))} />
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

function Subscriptions({ of }: { of: DescribedCustomer }) {
  const [isMaking, making] = useDisclosure();
  const { why } = useMay('createSubscription');
  const query = { orgId: of.orgId };
  const { rows } = useSubscriptions(query);
  return (
    <>
      <Section
        title={t('Subscriptions')}
        actions={
          <GuardedButton size="xs" variant="default" why={why} onClick={making.open}>
            {t('Subscribe to a plan')}
          </GuardedButton>
        }
      >
        <SubscriptionTable
          query={query}
          without={['customer']}
          empty={
            <Text size="sm" c="dimmed">
              {t('They have subscribed to nothing yet.')}
            </Text>
          }
        />
      </Section>
      <Section title={t('Instances')}>
        {rows === undefined ? (
          <Skeleton height={60} aria-label={t('Loading the instances')} />
        ) : (
          <SubscriptionInstances subscriptionIds={rows.map(({ id }) => id)} />
        )}
      </Section>
      <Modal opened={isMaking} onClose={making.close} title={t('Subscribe {{name}}', { name: of.userName || of.email })} centered>
        <SubscribeForm customer={of} onDone={making.close} onCancel={making.close} />
      </Modal>
    </>
  );
}

function above() {
  return [{ label: t('Customers'), link: { to: '/console/customers' } }] as const;
}
