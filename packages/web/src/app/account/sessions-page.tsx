/** Where one is signed in; one session, or all others, can be ended. */
import { Badge, Button, Group, Stack, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import { Section } from '../../kit/page/section';
import { deviceName } from '../../kit/people/device-name';
import { methodInWords } from '../../kit/people/method-words';
import { type Column, DataTable } from '../../kit/table/data-table';
import { usePages } from '../../kit/use-pages';
import { client } from '../client';

type OwnSession = Awaited<ReturnType<Client['listSessions']>>['sessions'][number];

export function SessionsPage() {
  const queries = useQueryClient();
  const [isEndingOthers, setEndingOthers] = useState(false);
  const list = usePages(['person', 'sessions'], async (page) => {
    const { sessions, nextPageToken } = await client.listSessions({ query: { pageSize: 50, ...page } });
    return { rows: sessions, nextPageToken };
  });
  const readAnew = () => queries.invalidateQueries({ queryKey: ['person', 'sessions'] });
  const end = useMutation({ mutationFn: (id: string) => client.endSession({ params: { id } }), onSuccess: readAnew });
  const columns: Column<OwnSession>[] = [
    { key: 'device', name: t('Device'), cell: (one) => <Device session={one} />, sortBy: (one) => deviceName(one.userAgent) },
    {
      key: 'address',
      name: t('Address'),
      cell: ({ address }) => <span className="mono">{address}</span>,
      sortBy: ({ address }) => address,
    },
    {
      key: 'method',
      name: t('Signed in by'),
      cell: ({ method, identityProviderName, apiKeyName }) => identityProviderName ?? [methodInWords(method), apiKeyName].join(' '),
      sortBy: ({ method }) => method,
    },
    { key: 'used', name: t('Last use'), cell: ({ lastUsedAt }) => <Moment at={lastUsedAt} />, sortBy: ({ lastUsedAt }) => lastUsedAt },
    { key: 'begun', name: t('Begun'), cell: ({ createdAt }) => <Moment at={createdAt} />, sortBy: ({ createdAt }) => createdAt },
    {
      key: 'actions',
      name: t('Actions'),
      align: 'right',
      cell: (one) =>
        one.current ? (
          <Badge variant="light" color="gray" tt="none">
            {t('this one')}
          </Badge>
        ) : (
          <Button
            size="xs"
            variant="default"
            loading={end.isPending && end.variables === one.id}
            onClick={() => end.mutate(one.id)}
            aria-label={t('End the session of {{device}}', { device: deviceName(one.userAgent) || one.address })}
          >
            {t('End')}
          </Button>
        ),
    },
  ];
  const others = (list.rows ?? []).filter(({ current }) => !current).length;
  return (
    <>
      <Section
        isBare
        title={t('Sessions')}
        about={t('Each browser or program that is signed in as you. Times of use are right to five minutes.')}
        actions={
          others > 0 && (
            <Button variant="default" onClick={() => setEndingOthers(true)}>
              {t('End all others')}
            </Button>
          )
        }
      >
        <Stack gap="sm">
          {list.error !== null && <Failure title={t('Your sessions cannot be shown')} error={list.error} retry={list.retry} />}
          {end.isError && <Failure title={t('The session is not ended')} error={end.error} />}
          {list.error === null && (
            <DataTable
              label={t('Your sessions')}
              columns={columns}
              rows={list.rows}
              keyOf={({ id }) => id}
              empty={<Text c="dimmed">{t('There are none.')}</Text>}
              more={list.more}
            />
          )}
        </Stack>
      </Section>
      <Confirm
        opened={isEndingOthers}
        onClose={() => setEndingOthers(false)}
        title={t('End all other sessions')}
        action={t('End them')}
        failure={t('They are not ended')}
        submit={() => client.endSessions({ query: { others: true } })}
        onDone={() => {
          setEndingOthers(false);
          void readAnew();
        }}
      >
        <Text>
          {t('Every other browser and program that is signed in as you has to sign in again; programs with API keys do so by themselves.')}
        </Text>
      </Confirm>
    </>
  );
}

function Device({ session }: { session: OwnSession }) {
  return (
    <Group gap={4} wrap="nowrap">
      <Text fw={600} title={session.userAgent} style={{ overflowWrap: 'anywhere' }}>
        {deviceName(session.userAgent) || t('Unknown program')}
      </Text>
    </Group>
  );
}
