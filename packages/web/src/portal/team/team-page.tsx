/** Who has access to the caller's subscriptions, and who is invited. */
import { Menu, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { person as personQuery } from '../../app/session/signed-in';
import { GuardedButton, GuardedItem } from '../../kit/access/guarded';
import { type May, useMayAny } from '../../kit/access/use-may';
import { roleName } from '../../kit/access/words';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { Mark } from '../../kit/status';
import { type Column, DataTable, useTableState } from '../../kit/table/data-table';
import { type OwnSubscription, subscriptions as subscriptionsQuery } from '../own';
import { ChangeRole, type Changed } from './change-role';
import { Invite } from './invite';
import { isInvited, type Member, members as membersQuery } from './members';
import { RoleTable } from './role-table';
import { whyFixed } from './rules';

interface Row extends Changed {
  isSelf: boolean;
  may: May;
}

export function TeamPage() {
  const person = useQuery(personQuery).data;
  const members = useQuery(membersQuery);
  const subscriptions = useQuery(subscriptionsQuery);
  const mayAny = useMayAny();
  const state = useTableState({ name: 'team' });
  const queries = useQueryClient();
  const [isInviting, setInviting] = useState(false);
  const [changing, setChanging] = useState<Changed>();
  const [removing, setRemoving] = useState<Row[]>([]);
  const invitable = (subscriptions.data ?? []).filter(({ id }) => mayAny('inviteSubscriptionMember', id).may);
  const rows = rowsOf(members.data, subscriptions.data)?.map(
    (row): Row => ({ ...row, isSelf: row.member.userId === person?.id, may: mayAny('inviteSubscriptionMember', row.subscription.id) }),
  );
  const error = members.error ?? subscriptions.error;
  const chosen = invitable.map(({ id }) => id).filter((id) => (state.search['subscription'] ?? '').split(',').includes(id));
  return (
    <Stack gap="lg">
      <PageHead title={t('Team')} facts={t('Access is given for each subscription.')}>
        <GuardedButton
          why={whyNotInvite(subscriptions.data, invitable, mayAny('inviteSubscriptionMember'))}
          onClick={() => setInviting(true)}
        >
          {t('Invite people')}
        </GuardedButton>
      </PageHead>
      {error !== null ? (
        <Failure
          title={t('The team cannot be shown')}
          error={error}
          retry={() => void Promise.all([members.refetch(), subscriptions.refetch()])}
        />
      ) : (
        <DataTable
          label={t('Members')}
          columns={columnsOf({ onChange: setChanging, onRemove: (row) => setRemoving([row]) })}
          rows={rows}
          keyOf={({ member }) => `${member.subscriptionId} ${member.email}`}
          state={state}
          searchText={({ member, subscription }) =>
            `${member.name} ${member.email} ${subscription.serviceName} ${subscription.productTierName}`
          }
          filters={[
            {
              key: 'subscription',
              name: t('Subscription'),
              valuesOf: ({ subscription }) => subscription.id,
              options: (subscriptions.data ?? []).map((one) => ({ value: one.id, label: `${one.serviceName} · ${one.productTierName}` })),
            },
            { key: 'role', name: t('Role'), valuesOf: ({ member }) => member.roleType },
            {
              key: 'state',
              name: t('State'),
              valuesOf: ({ member }) => (isInvited(member) ? 'invited' : 'member'),
              options: [
                { value: 'member', label: t('Member') },
                { value: 'invited', label: t('Invited') },
              ],
            },
          ]}
          actions={[
            {
              key: 'remove',
              label: t('Remove'),
              isDangerous: true,
              refusal: ({ member, subscription, may }) => (may.may ? whyFixed(member, subscription) : may.why),
              run: setRemoving,
            },
          ]}
          empty={
            <Empty title={t('There is nobody yet')}>
              {t('Subscribe to a plan in the catalogue; then you can invite colleagues who share its instances with you.')}
            </Empty>
          }
        />
      )}
      <Section title={t('What each role may do')} about={t('Everybody sees the catalogue, and may subscribe to plans of their own.')}>
        <RoleTable />
      </Section>
      <Invite opened={isInviting} onClose={() => setInviting(false)} subscriptions={invitable} chosen={chosen} />
      <ChangeRole changed={changing} onClose={() => setChanging(undefined)} />
      <Removal rows={removing} onClose={() => setRemoving([])} onDone={() => void queries.invalidateQueries({ queryKey: ['people'] })} />
    </Stack>
  );
}

function rowsOf(members: Member[] | undefined, subscriptions: OwnSubscription[] | undefined): Changed[] | undefined {
  if (members === undefined || subscriptions === undefined) return undefined;
  const byId = new Map(subscriptions.map((one) => [one.id, one]));
  return members.flatMap((member) => {
    const subscription = byId.get(member.subscriptionId);
    return subscription === undefined ? [] : [{ member, subscription }];
  });
}

function whyNotInvite(all: OwnSubscription[] | undefined, invitable: OwnSubscription[], may: May): string | undefined {
  if (all === undefined || invitable.length > 0) return undefined;
  return all.length === 0 ? t('You have no subscription that somebody could be invited to.') : may.why;
}

function columnsOf({ onChange, onRemove }: { onChange: (of: Changed) => void; onRemove: (row: Row) => void }): Column<Row>[] {
  return [
    {
      key: 'person',
      name: t('Person'),
      sortBy: ({ member }) => member.name || member.email,
      cell: ({ member, isSelf }) => (
        <div style={{ minWidth: 0 }}>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            <bdi>{member.name || member.email}</bdi>{' '}
            {isSelf && (
              <Text span c="dimmed">
                {t('(you)')}
              </Text>
            )}
          </Text>
          {member.name !== '' && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {member.email}
            </Text>
          )}
        </div>
      ),
    },
    {
      key: 'subscription',
      name: t('Subscription'),
      width: 240,
      sortBy: ({ subscription }) => `${subscription.serviceName} ${subscription.productTierName}`,
      cell: ({ subscription }) => (
        <div>
          <Text size="sm">{subscription.productTierName}</Text>
          <Text size="xs" c="dimmed">
            {subscription.serviceName} · {subscription.rootUserOrgName}
          </Text>
        </div>
      ),
    },
    { key: 'role', name: t('Role'), sortBy: ({ member }) => member.roleType, cell: ({ member }) => roleName(member.roleType) },
    {
      key: 'state',
      name: t('State'),
      width: 220,
      sortBy: ({ member }) => member.invitationExpiresAt ?? '',
      cell: ({ member }) => <State member={member} />,
    },
    {
      key: 'actions',
      name: t('Actions'),
      align: 'right',
      cell: (row) => <Actions row={row} onChange={onChange} onRemove={onRemove} />,
    },
  ];
}

function State({ member }: { member: Member }) {
  if (!isInvited(member))
    return (
      <Text size="sm" component="span">
        <Mark tone="good" /> {t('Member')}
      </Text>
    );
  return (
    <Text size="sm" component="span">
      <Mark tone="rest" /> {t('Invited')}
      {member.invitationExpiresAt !== undefined && (
        <Text span c="dimmed" size="xs">
          {' '}
          · {t('ends')} <Moment at={member.invitationExpiresAt} />
        </Text>
      )}
    </Text>
  );
}

function Actions({ row, onChange, onRemove }: { row: Row; onChange: (of: Changed) => void; onRemove: (row: Row) => void }) {
  const { member, subscription, may } = row;
  const why = may.may ? whyFixed(member, subscription) : may.why;
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <MoreButton aria-label={t('Actions of {{name}}', { name: member.name || member.email })} />
      </Menu.Target>
      <Menu.Dropdown>
        <GuardedItem why={why} onClick={() => onChange(row)}>
          {t('Change the role')}
        </GuardedItem>
        <GuardedItem why={why} color="red" onClick={() => onRemove(row)}>
          {isInvited(member) ? t('Take the invitation back') : t('Remove')}
        </GuardedItem>
      </Menu.Dropdown>
    </Menu>
  );
}

function Removal({ rows, onClose, onDone }: { rows: Row[]; onClose: () => void; onDone: () => void }) {
  const [first] = rows;
  const names = new Intl.ListFormat(undefined).format(rows.map(({ member }) => member.name || member.email));
  const areInvited = rows.length > 0 && rows.every(({ member }) => isInvited(member));
  return (
    <Confirm
      opened={first !== undefined}
      onClose={onClose}
      title={removalTitle(rows, names, areInvited)}
      action={areInvited ? t('Take it back') : t('Remove')}
      failure={rows.length === 1 ? t('Nothing has changed') : t('Not all are removed')}
      submit={async () => {
        for (const { member, subscription } of rows)
          await client.removeSubscriptionMember({
            params: { subscriptionId: subscription.id },
            body: { email: member.email, roleType: member.roleType },
          });
      }}
      onDone={() => {
        onClose();
        onDone();
      }}
    >
      <Text style={{ overflowWrap: 'anywhere' }}>
        {areInvited
          ? t('The link in the mail to {{names}} is good for nothing then. You can invite again at any time.', { names })
          : t('{{names}} sees nothing of the subscription from the next request on. What they made stays.', { names })}
      </Text>
    </Confirm>
  );
}

function removalTitle(rows: Row[], names: string, areInvited: boolean): string {
  if (areInvited)
    return rows.length === 1
      ? t('Take the invitation of {{name}} back', { name: names })
      : t('Take {{count}} invitations back', { count: rows.length });
  return rows.length === 1 ? t('Remove {{name}}', { name: names }) : t('Remove {{count}} members', { count: rows.length });
}
