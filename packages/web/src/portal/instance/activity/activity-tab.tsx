/** Operations, the audit trail and notes of an instance, as one list. */
import { Chip, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { duration, Moment } from '../../../kit/moment';
import { Empty } from '../../../kit/page/empty';
import { inWords } from '../../../kit/code-words';
import { Status } from '../../../kit/status';
import { DataTable } from '../../../kit/table/data-table';
import { entriesOf, type Entry, type Kind, KINDS } from './entries';

interface Props {
  instanceId: string;
  kind: string | undefined;
  onKind: (kind: string | undefined) => void;
}

/** Operations of one page of the history. */
const PAGE = 100;

export function ActivityTab({ instanceId, kind, onKind }: Props) {
  const history = useQuery({
    queryKey: ['instances', instanceId, 'history'],
    queryFn: () => client.listInstanceOperations({ params: { id: instanceId }, query: { pageSize: PAGE } }),
  });
  const audit = useQuery({
    queryKey: ['audit', instanceId],
    queryFn: async () => (await client.customerListInstanceAuditEvents({ params: { instanceId }, query: {} })).events,
  });
  const isPending = history.isPending || audit.isPending;
  const error = history.error ?? audit.error;
  const names: Record<Kind, string> = { operation: t('Operations'), audit: t('Who did what'), note: t('Notes') };
  return (
    <Stack gap="sm">
      <Chip.Group value={kind ?? ''} onChange={(next) => onKind(next === '' || typeof next !== 'string' ? undefined : next)}>
        <Group gap="xs">
          <Chip value="" size="xs">
            {t('Everything')}
          </Chip>
          {KINDS.map((one) => (
            <Chip key={one} value={one} size="xs">
              {names[one]}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {error !== null && (
        <Failure
          title={t('What has happened cannot be shown')}
          error={error}
          retry={() => void Promise.all([history.refetch(), audit.refetch()])}
        />
      )}
      {history.data?.historySince !== undefined && (
        <Text size="sm" c="dimmed">
          {t('What ended before')} <Moment at={history.data.historySince} /> {t('is kept no longer.')}
        </Text>
      )}
      <DataTable
        label={t('What has happened')}
        rows={isPending ? undefined : entriesOf(history.data, audit.data, kind)}
        keyOf={({ key }) => key}
        empty={
          <Empty title={t('Nothing yet')}>{t('Operations on the instance, and whoever asked for something of it, are listed here.')}</Empty>
        }
        columns={[
          {
            key: 'what',
            name: t('What'),
            cell: ({ what, kind: of }) => (
              <>
                <Text fw={600} size="sm">
                  {inWords(what.replaceAll('-', ' '))}
                </Text>
                <Text size="xs" c="dimmed">
                  {names[of]}
                </Text>
              </>
            ),
          },
          {
            key: 'status',
            name: t('Outcome'),
            cell: ({ status }) => (status === undefined ? null : <Status of={outcome(status)} word={inWords(status)} />),
          },
          { key: 'who', name: t('Who'), cell: ({ who }) => who ?? '' },
          { key: 'when', name: t('When'), cell: (entry) => <When entry={entry} /> },
          {
            key: 'message',
            name: t('Message'),
            cell: ({ message }) => (
              <Text size="sm" maw={480} style={{ overflowWrap: 'anywhere' }}>
                {message}
              </Text>
            ),
          },
        ]}
      />
    </Stack>
  );
}

/** Words of the audit trail as marks know them. */
function outcome(status: string): string {
  if (status === 'succeeded') return 'Succeeded';
  return status === 'refused' || status === 'failed' ? 'Failed' : status;
}

function When({ entry: { at, endedAt } }: { entry: Entry }) {
  return (
    <>
      <Moment at={at} />
      {endedAt !== undefined && (
        <Text size="xs" c="dimmed">
          {duration(Date.parse(endedAt) - Date.parse(at))}
        </Text>
      )}
    </>
  );
}
