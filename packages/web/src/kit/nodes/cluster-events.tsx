/** What Kubernetes has said of an instance's objects lately. */
import { Group, SegmentedControl, Stack, Text, VisuallyHidden } from '@mantine/core';
import type { ClusterEvent } from '@cellplane/api';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../failure';
import { Moment } from '../moment';
import { Section } from '../page/section';
import { Mark } from '../status';
import { DataTable } from '../table/data-table';
import { useClusterEvents } from './queries';
import { ReadAgain } from './read-again';

export function ClusterEvents({ instanceId }: { instanceId: string }) {
  const found = useClusterEvents(instanceId);
  const [kind, setKind] = useState<'all' | 'Warning'>('all');
  const events = found.data?.events;
  const shown = events?.filter(({ type }) => kind === 'all' || type === kind);
  return (
    <Section
      isBare
      title={t('Events')}
      about={t('What Kubernetes has said of its objects, the newest first. A cluster keeps them for about an hour.')}
      actions={
        <>
          <SegmentedControl
            size="xs"
            aria-label={t('Which events')}
            value={kind}
            onChange={(value) => setKind(value === 'Warning' ? 'Warning' : 'all')}
            data={[
              { value: 'all', label: t('All') },
              { value: 'Warning', label: t('Warnings') },
            ]}
          />
          <ReadAgain query={found} at={found.data?.readAt} />
        </>
      }
    >
      <Stack gap="sm">
        {found.isError && <Failure title={t('The events cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
        {(events !== undefined || !found.isError) && (
          <DataTable
            label={t('Events')}
            rows={shown}
            keyOf={(event) => [event.object, event.reason, event.at, event.message].join(' ')}
            empty={
              <Text c="dimmed">
                {kind === 'all' || events?.length === 0 ? t('There are no events now.') : t('None of the events is a warning.')}
              </Text>
            }
            columns={[
              { key: 'at', name: t('Last'), width: 140, sortBy: ({ at }) => at, cell: ({ at }) => <Moment at={at} /> },
              { key: 'reason', name: t('Reason'), width: 190, sortBy: ({ reason }) => reason, cell: (event) => <Reason event={event} /> },
              {
                key: 'object',
                name: t('Object'),
                width: 240,
                sortBy: ({ object }) => object,
                cell: ({ object }) => (
                  <span className="mono" style={{ overflowWrap: 'anywhere' }}>
                    {object}
                  </span>
                ),
              },
              {
                key: 'message',
                name: t('Message'),
                cell: ({ message, source }) => (
                  <>
                    <Text size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'normal' }}>
                      {message}
                    </Text>
                    {source !== '' && (
                      <Text size="xs" c="dimmed">
                        {source}
                      </Text>
                    )}
                  </>
                ),
              },
            ]}
          />
        )}
      </Stack>
    </Section>
  );
}

function Reason({ event: { type, reason, count } }: { event: ClusterEvent }) {
  return (
    <Group gap={6} wrap="nowrap">
      <Mark tone={type === 'Warning' ? 'bad' : 'rest'} />
      <span>
        {reason}
        {count > 1 && (
          <Text component="span" size="xs" c="dimmed">
            {' '}
            {t('{{count}} times', { count })}
          </Text>
        )}
        {type === 'Warning' && <VisuallyHidden>{t(', a warning')}</VisuallyHidden>}
      </span>
    </Group>
  );
}
