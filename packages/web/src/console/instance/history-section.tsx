/** What was done to the instance, newest first, each with its runs. */
import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { OF_ALL_PRODUCTS } from '../../app/scope';
import { Failure, isNotFound } from '../../kit/failure';
import { duration, Moment } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { Mark, Status } from '../../kit/status';
import { runStatus } from '../runs/run-status';

interface Props {
  instanceId: string;
  /** The instance is not there: nothing is shown where nothing is known of it. @default false */
  isGone?: boolean;
}

export function HistorySection({ instanceId, isGone = false }: Props) {
  const found = useInfiniteQuery({
    queryKey: ['instances', 'history', instanceId],
    queryFn: ({ pageParam }) =>
      client.listInstanceOperations({
        params: { id: instanceId },
        query: { pageSize: 20, ...(pageParam === '' ? {} : { nextPageToken: pageParam }) },
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextPageToken }) => nextPageToken,
  });
  if (isGone && isNotFound(found.error)) return null;
  const operations = found.data?.pages.flatMap((page) => page.operations) ?? [];
  const [first] = found.data?.pages ?? [];
  return (
    <>
      <Section
        title={t('History')}
        actions={
          <Anchor size="sm" renderRoot={(props) => <Link to="/console/runs" search={{ ...OF_ALL_PRODUCTS, instanceId }} {...props} />}>
            {t('All runs')}
          </Anchor>
        }
      >
        {found.isError && <Failure title={t('The history cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
        {found.isPending && <Skeleton height={120} aria-label={t('Loading the history')} />}
        <Stack gap="sm">
          {operations.map(({ id, kind, verb, status, requestedByName, startTime, endTime, message, fromVersion, toVersion, runs }) => (
            <div key={id}>
              <Group gap="sm">
                <Status of={statusOf(status)} word={inWords(verb ?? kind)} />
                {toVersion !== undefined && (
                  <span className="mono">
                    {fromVersion} → {toVersion}
                  </span>
                )}
                <Text size="sm" c="dimmed">
                  {inWords(status)} · {t('by {{name}}', { name: requestedByName })} · <Moment at={startTime} />
                  {endTime !== undefined && ` · ${duration(Date.parse(endTime) - Date.parse(startTime))}`}
                </Text>
                {runs.map((run) => (
                  <Anchor
                    key={run.id}
                    size="sm"
                    renderRoot={(props) => <Link to="/console/runs/$runId" params={{ runId: run.id }} {...props} />}
                  >
                    {runs.length > 1
                      ? t('Run of {{verb}} ({{status}})', { verb: run.verb, status: runStatus(run.status).word.toLowerCase() })
                      : t('Show the run')}
                  </Anchor>
                ))}
              </Group>
              {message !== undefined && message !== '' && (
                <Text size="sm" ps={16} style={{ overflowWrap: 'anywhere' }}>
                  {message}
                </Text>
              )}
            </div>
          ))}
        </Stack>
        {found.hasNextPage && (
          <Button mt="sm" size="xs" variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('Show older ones')}
          </Button>
        )}
      </Section>
      {(first?.events ?? []).length > 0 && (
        <Section title={t('Noted beside its operations')}>
          <Stack gap={4}>
            {first?.events?.map(({ time, type, message }) => (
              <Group key={`${time} ${type}`} gap="sm" align="baseline">
                <Mark tone={['GoodBackup', 'CellAgrees'].includes(type) ? 'good' : 'busy'} />
                <Text size="sm" flex="1 1 320px">
                  {message}
                </Text>
                <Text size="sm" c="dimmed">
                  <Moment at={time} />
                </Text>
              </Group>
            ))}
          </Stack>
        </Section>
      )}
    </>
  );
}

function statusOf(status: string): string {
  switch (status) {
    case 'SUCCEEDED':
      return 'Succeeded';
    case 'FAILED':
      return 'Failed';
    case 'CANCELLED':
      return 'Terminated';
    default:
      return 'Running';
  }
}
