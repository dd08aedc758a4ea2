/** Who is in a subscription, and as what. Its roots and admins invite and remove them in the portal. */
import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import type { Client } from '@cellplane/api/client';
import { client } from '../../app/client';
import { roleName } from '../../kit/access/words';
import { Failure } from '../../kit/failure';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { type Column, DataTable } from '../../kit/table/data-table';
import { usePages } from '../../kit/use-pages';
import { stateOf, stateWords } from '../customers/customers';
import { type ListedSubscription, placeOf } from '../subscriptions/subscriptions';

type Member = Awaited<ReturnType<Client['listUsers']>>['users'][number];

export function MembersSection({ of }: { of: ListedSubscription }) {
  const { id: subscriptionId, ...params } = placeOf(of);
  const members = usePages(['people', 'members', subscriptionId], async (page) => {
    const { users, nextPageToken } = await client.listUsers({ params, query: { subscriptionId, excludeStats: true, ...page } });
    return { rows: users, nextPageToken };
  });
  return (
    <Section title={t('Members')} about={t('The roots and admins of the subscription invite and remove members in the portal.')}>
      {members.error === null ? (
        <DataTable
          label={t('Members')}
          columns={columns()}
          rows={members.rows}
          keyOf={({ userId }) => userId}
          sortedBy={[]}
          more={members.more}
          empty={
            <Text size="sm" c="dimmed">
              {t('Its members are people of your own organization.')}
            </Text>
          }
        />
      ) : (
        <Failure title={t('The members cannot be shown')} error={members.error} retry={members.retry} />
      )}
    </Section>
  );
}

function columns(): Column<Member>[] {
  return [
    {
      key: 'member',
      name: t('Name'),
      cell: ({ userId, userName, email }) => (
        <>
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/customers/$userId" params={{ userId }} {...props} />}>
            <bdi>{userName || email}</bdi>
          </Anchor>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {email}
          </Text>
        </>
      ),
    },
    { key: 'role', name: t('Role'), cell: ({ userSubscriptionRole }) => roleName(userSubscriptionRole ?? '') },
    { key: 'organization', name: t('Organization'), cell: ({ orgName }) => <bdi>{orgName}</bdi> },
    { key: 'status', name: t('Status'), cell: (one) => <Status of={stateOf(one)} word={stateWords(stateOf(one))} /> },
  ];
}
