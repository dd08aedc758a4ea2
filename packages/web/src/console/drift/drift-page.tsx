/** Instances whose objects others have changed since a workflow set them. */
import { Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { useScope } from '../../app/use-scope';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Status } from '../../kit/status';
import { DataTable } from '../../kit/table/data-table';
import { InstanceCell } from '../instance-link';
import { EmptyInScope } from '../scope/empty-in-scope';

export function DriftPage() {
  const scope = useScope();
  const found = useQuery({
    queryKey: ['instances', 'drift', scope],
    queryFn: async () => (await client.listDrift({ query: { ...scope } })).instances,
  });
  return (
    <Stack gap="md">
      <PageHead title={t('Drift')} facts={t('Fields of instances’ objects that somebody else has changed since a workflow set them.')} />
      {found.isError && <Failure title={t('Drift cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
      {!found.isError && (
        <DataTable
          label={t('Drifted instances')}
          rows={found.data}
          keyOf={({ instanceId }) => instanceId}
          empty={
            <EmptyInScope>
              <Empty title={t('Nothing has drifted')}>
                {t(
                  'All objects are as the workflows of their instances left them. They are looked at every few minutes; the page of an instance looks at once.',
                )}
              </Empty>
            </EmptyInScope>
          }
          columns={[
            {
              key: 'instance',
              name: t('Instance'),
              sortBy: ({ instanceId, instanceName }) => instanceName ?? instanceId,
              cell: ({ instanceId, instanceName, orgName }) => (
                <InstanceCell id={instanceId} name={instanceName} owner={orgName} tab="drift" />
              ),
            },
            {
              key: 'open',
              name: t('Fields'),
              sortBy: ({ open }) => open,
              cell: ({ open, accepted }) => (
                <>
                  <Status of={open > 0 ? 'Failed' : 'Succeeded'} word={t('{{count}} to decide on', { count: open })} />
                  {accepted > 0 && (
                    <Text size="xs" c="dimmed">
                      {t('{{count}} accepted', { count: accepted })}
                    </Text>
                  )}
                </>
              ),
            },
            { key: 'managers', name: t('Changed by'), cell: ({ managers }) => <span className="mono">{managers.join(', ') || '–'}</span> },
            {
              key: 'since',
              name: t('Since'),
              sortBy: ({ firstSeen }) => Date.parse(firstSeen),
              cell: ({ firstSeen }) => <Moment at={firstSeen} />,
            },
          ]}
        />
      )}
    </Stack>
  );
}
