/** What a channel has carried, and what came of each. */
import { Code, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure, wordsOf } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { type Column, DataTable } from '../../kit/table/data-table';
import { usePages } from '../../kit/use-pages';
import { type Delivery, useReadChannelsAnew } from '../notifications/channels';
import { answerWords, eventOf } from './delivery';

export function Deliveries({ channelId }: { channelId: string }) {
  const history = usePages(['notifications', 'history', channelId], async (page) => {
    const { events, nextPageToken } = await client.listChannelEvents({ params: { id: channelId }, query: { pageSize: 50, ...page } });
    return { rows: events, nextPageToken };
  });
  return (
    <Section title={t('Deliveries')} about={t('Kept for 30 days. A failed attempt is tried again with growing pauses, ten times at most.')}>
      {history.error === null ? (
        <DataTable
          label={t('Deliveries')}
          columns={columns()}
          rows={history.rows}
          keyOf={({ id }) => id}
          sortedBy={[]}
          more={history.more}
          empty={
            <Text size="sm" c="dimmed">
              {t('Nothing was carried yet. Send a test to see whether it arrives.')}
            </Text>
          }
        />
      ) : (
        <Failure title={t('The deliveries cannot be shown')} error={history.error} retry={history.retry} />
      )}
    </Section>
  );
}

function columns(): Column<Delivery>[] {
  return [
    {
      key: 'event',
      name: t('Event'),
      cell: (delivery) => (
        <>
          <Text size="sm">{inWords(eventOf(delivery))}</Text>
          <Text size="xs" c="dimmed" className="mono">
            {delivery.id}
            {delivery.replayOf !== undefined && ` ${t('again')}`}
          </Text>
        </>
      ),
    },
    { key: 'status', name: t('Status'), cell: ({ publicationStatus }) => <Status of={publicationStatus} /> },
    {
      key: 'answer',
      name: t('What came back'),
      cell: ({ channelResponse }) => (
        <>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {answerWords(channelResponse)}
          </Text>
          {channelResponse?.body !== undefined && channelResponse.body !== '' && (
            <Code block mah={80} style={{ overflow: 'auto' }} tabIndex={0}>
              {channelResponse.body}
            </Code>
          )}
          {channelResponse?.nextAttemptAt !== undefined && (
            <Text size="xs" c="dimmed">
              {t('next attempt')} <Moment at={channelResponse.nextAttemptAt} />
            </Text>
          )}
        </>
      ),
    },
    { key: 'when', name: t('When'), cell: ({ timestamp }) => <Moment at={timestamp} /> },
    { key: 'actions', name: t('Actions'), align: 'right', cell: (delivery) => <SendAgain of={delivery} /> },
  ];
}

function SendAgain({ of }: { of: Delivery }) {
  const { why } = useMay('replayNotificationEvent');
  const readAnew = useReadChannelsAnew();
  const again = useMutation({
    mutationFn: () => client.replayNotificationEvent({ params: { id: of.id } }),
    onSuccess: () => notifications.show({ message: t('It is sent again.') }),
    onError: (error) => notifications.show({ color: 'red', title: t('It is not sent again'), message: wordsOf(error) }),
    onSettled: readAnew,
  });
  return (
    <GuardedButton
      size="compact-sm"
      variant="default"
      why={why ?? (of.publicationStatus === 'PENDING' ? t('It is on its way.') : undefined)}
      loading={again.isPending}
      onClick={() => again.mutate()}
    >
      {t('Send again')}
    </GuardedButton>
  );
}
