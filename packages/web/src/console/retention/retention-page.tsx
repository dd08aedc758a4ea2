/** How long things are kept, what stays beyond that and why, and what was removed. */
import { Anchor, List, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Readable } from '../../kit/access/readable';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { type Fact, Facts } from '../../kit/page/facts';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { DataTable } from '../../kit/table/data-table';

export function RetentionPage() {
  return (
    <Stack gap="md">
      <PageHead title={t('Retention')} facts={t('How long things are kept here. Settings of the server decide, for everybody.')} />
      <Readable operation="describeRetention">
        <Kept />
      </Readable>
    </Stack>
  );
}

function Kept() {
  const found = useQuery({ queryKey: ['retention'], queryFn: () => client.describeRetention({}) });
  if (found.isError) return <Failure title={t('What is kept cannot be shown')} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={240} aria-label={t('Loading')} />;
  const { historyDays, historyDaysByEnvironmentType: byType, deletedDays, auditDays, oldestRunAt, round, removed } = found.data;
  const days = (count: number) => t('{{count}} days', { count, defaultValue_one: '{{count}} day' });
  const moments = (name: string, at: string | undefined): Fact[] => (at === undefined ? [] : [{ name, value: <Moment at={at} /> }]);
  return (
    <>
      <Section title={t('Kept for')}>
        <Facts
          facts={[
            { name: t('History of instances'), value: days(historyDays) },
            ...Object.entries(byType).map(([type, count]) => ({ name: t('… in {{type}}', { type }), value: days(count) })),
            { name: t('What was deleted, by its id'), value: days(deletedDays) },
            {
              name: t('Audit trail'),
              value: (
                <>
                  {days(auditDays)} ·{' '}
                  <Anchor size="sm" renderRoot={(props) => <Link to="/console/audit" {...props} />}>
                    {t('Open the audit trail')}
                  </Anchor>
                </>
              ),
            },
            { name: t('Mails, notices, deliveries'), value: days(30) },
            ...moments(t('Oldest run that is here'), oldestRunAt),
          ]}
        />
      </Section>
      <Section title={t('What stays longer, and why')}>
        <List size="sm" spacing={4}>
          <List.Item>{t('Runs and operations that go on.')}</List.Item>
          <List.Item>
            {t('The newest operation of each kind, and the newest that has succeeded: the status of an instance speaks of them.')}
          </List.Item>
          <List.Item>{t('Runs that made, changed or deleted an object in a cell last: they tell how it must look.')}</List.Item>
          <List.Item>{t('Runs that the next comparison with the cell has yet to read.')}</List.Item>
          <List.Item>{t('Deleted instances until their last snapshot is removed.')}</List.Item>
          <List.Item>{t('Deleted plans and products while there is an instance of them, deleted or not.')}</List.Item>
          <List.Item>{t('A checkpoint of the audit chain, so that what is left can be verified.')}</List.Item>
        </List>
      </Section>
      {round !== undefined && (
        <Section title={t('The round over all instances')}>
          <Facts
            facts={[
              ...moments(t('Goes on since'), round.begunAt),
              ...moments(t('Last one began'), round.lastBegunAt),
              ...moments(t('Last one ended'), round.lastEndedAt),
              { name: t('Left although over'), value: t('{{count}} runs', { count: round.leftRuns, defaultValue_one: '{{count}} run' }) },
            ]}
          />
        </Section>
      )}
      {removed !== undefined && (
        <Section title={t('Removed since the installation')}>
          <DataTable
            label={t('Removed rows')}
            rows={removed}
            keyOf={({ kind }) => kind}
            empty={
              <Text size="sm" c="dimmed">
                {t('Nothing was removed yet.')}
              </Text>
            }
            columns={[
              { key: 'kind', name: t('What'), sortBy: ({ kind }) => kind, cell: ({ kind }) => inWords(kind.replaceAll('-', ' ')) },
              {
                key: 'rows',
                name: t('Rows'),
                align: 'right',
                sortBy: ({ rows }) => rows,
                cell: ({ rows }) => new Intl.NumberFormat().format(rows),
              },
              {
                key: 'last',
                name: t('Last'),
                cell: ({ lastAt }) => (lastAt === undefined ? t('never') : <Moment at={lastAt} />),
              },
            ]}
          />
        </Section>
      )}
    </>
  );
}
