/** The provider's own people: who they are, what they may, and who is invited. */
import { Badge, Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { person as signedIn } from '../../app/session/signed-in';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { roleName } from '../../kit/access/words';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { type Column, DataTable } from '../../kit/table/data-table';
import { InviteForm } from './invite-form';
import { type Colleague, colleagues, products } from './people';
import { PersonMenu } from './person-menu';
import { RoleReach } from './role-reach';
import { SignInPolicy } from './sign-in-policy';

export function PeoplePage() {
  const [isInviting, invite] = useDisclosure();
  const { why } = useMay('inviteUser');
  const own = useQuery(signedIn).data;
  return (
    <Stack gap="md">
      <PageHead title={t('People')} facts={t('Who works for {{name}}, and what they may do.', { name: own?.orgName ?? '' })}>
        <Button variant="default" renderRoot={(props) => <Link to="/console/identity-providers" {...props} />}>
          {t('Identity providers')}
        </Button>
        <Button variant="default" renderRoot={(props) => <Link to="/account/api-keys" {...props} />}>
          {t('API keys')}
        </Button>
        <GuardedButton why={why} onClick={invite.open}>
          {t('Invite a person')}
        </GuardedButton>
      </PageHead>
      <Readable operation="listOrgUsers">
        <People />
        <SignInPolicy />
        <Section title={t('Roles')} about={t('Product roles are given for single products; the others are for all.')}>
          <RoleReach />
        </Section>
      </Readable>
      <Modal opened={isInviting} onClose={invite.close} title={t('Invite a person')} centered>
        <InviteForm ownRole={own?.roleType ?? 'reader'} onDone={invite.close} onCancel={invite.close} />
      </Modal>
    </Stack>
  );
}

function People() {
  const all = useQuery(colleagues);
  const names = useQuery(products).data ?? [];
  const own = useQuery(signedIn).data;
  if (all.isError) return <Failure title={t('The people cannot be shown')} error={all.error} retry={() => void all.refetch()} />;
  const columns: Column<Colleague>[] = [
    {
      key: 'name',
      name: t('Name'),
      sortBy: ({ name, email }) => name || email,
      cell: (one) => (
        <>
          <Group gap="xs">
            <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
              {one.name || one.email}
            </Text>
            {one.userId === own?.id && (
              <Badge variant="light" color="gray" tt="none">
                {t('you')}
              </Badge>
            )}
          </Group>
          {one.name !== '' && (
            <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
              {one.email}
            </Text>
          )}
        </>
      ),
    },
    {
      key: 'role',
      name: t('Role'),
      sortBy: ({ roleType }) => roleType,
      cell: ({ roleType, serviceIds }) => (
        <>
          <Text size="sm">{roleName(roleType)}</Text>
          {serviceIds.length > 0 && (
            <Text size="xs" c="dimmed">
              {serviceIds.map((id) => names.find((service) => service.id === id)?.name ?? id).join(', ')}
            </Text>
          )}
        </>
      ),
    },
    { key: 'status', name: t('Status'), sortBy: ({ status }) => status, cell: ({ status }) => <Status of={status} /> },
    { key: 'since', name: t('Invited'), sortBy: ({ invitedAt }) => invitedAt, cell: ({ invitedAt }) => <Moment at={invitedAt} /> },
    { key: 'actions', name: t('Actions'), align: 'right', cell: (one) => <PersonMenu of={one} /> },
  ];
  return (
    <DataTable
      label={t('People of the provider')}
      columns={columns}
      rows={all.data}
      keyOf={({ userId, status }) => `${userId} ${status}`}
      empty={null}
    />
  );
}
