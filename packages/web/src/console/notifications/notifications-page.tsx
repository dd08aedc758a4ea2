/** Channels that carry notices to the provider's people. */
import { Anchor, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { type Column, DataTable } from '../../kit/table/data-table';
import { ChannelForm } from './channel-form';
import { type Channel, channels, kindWords, targetOf } from './channels';
import { takenWords } from './taken';

export function NotificationsPage() {
  const [isMaking, making] = useDisclosure();
  const { why } = useMay('createNotificationChannel');
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <PageHead
        title={t('Notifications')}
        facts={t('Channels tell your people what happens: a failed backup, a new request, a halted upgrade.')}
      >
        <GuardedButton why={why} onClick={making.open}>
          {t('Create a channel')}
        </GuardedButton>
      </PageHead>
      <Readable operation="listNotificationChannels">
        <Channels onCreate={making.open} whyNot={why} />
      </Readable>
      <Modal opened={isMaking} onClose={making.close} title={t('Create a channel')} centered>
        <ChannelForm
          onCancel={making.close}
          onDone={(channelId) => void navigate({ to: '/console/notifications/$channelId', params: { channelId } })}
        />
      </Modal>
    </Stack>
  );
}

function Channels({ onCreate, whyNot }: { onCreate: () => void; whyNot: string | undefined }) {
  const all = useQuery(channels);
  if (all.isError) return <Failure title={t('The channels cannot be shown')} error={all.error} retry={() => void all.refetch()} />;
  return (
    <DataTable
      label={t('Notification channels')}
      columns={columns()}
      rows={all.data}
      keyOf={({ id }) => id}
      empty={
        <Empty
          title={t('Nobody is told yet')}
          action={
            <GuardedButton why={whyNot} onClick={onCreate}>
              {t('Create a channel')}
            </GuardedButton>
          }
        >
          {t('A channel carries events to a webhook, Slack, PagerDuty or an e-mail address. Begin with one that takes all alarms.')}
        </Empty>
      }
    />
  );
}

function columns(): Column<Channel>[] {
  return [
    {
      key: 'name',
      name: t('Channel'),
      sortBy: ({ name }) => name,
      cell: ({ id, name }) => (
        <Anchor
          size="sm"
          fw={600}
          style={{ overflowWrap: 'anywhere' }}
          renderRoot={(props) => <Link to="/console/notifications/$channelId" params={{ channelId: id }} {...props} />}
        >
          {name}
        </Anchor>
      ),
    },
    { key: 'kind', name: t('Kind'), sortBy: ({ channelType }) => channelType, cell: ({ channelType }) => kindWords(channelType) },
    {
      key: 'target',
      name: t('Goes to'),
      cell: (channel) => (
        <Text size="sm" className="mono" style={{ overflowWrap: 'anywhere' }}>
          {targetOf(channel)}
        </Text>
      ),
    },
    { key: 'takes', name: t('Takes'), cell: ({ subscription }) => takenWords(subscription) },
    {
      key: 'made',
      name: t('Made'),
      sortBy: ({ createdAt = '' }) => createdAt,
      cell: ({ createdAt }) => (createdAt === undefined ? '' : <Moment at={createdAt} />),
    },
  ];
}
