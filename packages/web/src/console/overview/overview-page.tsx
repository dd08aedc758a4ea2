/** The home of the console: is the fleet well, what is happening, and where. */
import { Button, Group, SimpleGrid, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { useScope } from '../../app/use-scope';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { EmptyInScope } from '../scope/empty-in-scope';
import { Alarms } from './alarms';
import { Decisions } from './decisions';
import { placeOf } from './find';
import { cells, fleet } from './fleet-query';
import { Groups } from './groups';
import { UnderWay } from './under-way';
import { quietWords } from './words';
import { WaitingList } from './waiting-list';

export function OverviewPage() {
  const scope = useScope();
  const found = useQuery(fleet(scope));
  const places = useQuery(cells);
  const { data } = found;
  const cellIds = new Set(data?.groups.map(({ cellId }) => cellId));
  // Of one product, only the cells that its instances are in.
  const away = (places.data ?? []).filter(({ id, status }) => status !== 'RUNNING' && (scope.serviceId === undefined || cellIds.has(id)));
  const quiet = data === undefined ? '' : quietWords(data, away.length);
  const total = (data?.groups ?? []).reduce((sum, group) => sum + group.total, 0);
  return (
    <Stack gap="md">
      <PageHead
        title={t('Fleet')}
        facts={
          data !== undefined &&
          [
            t('{{count}} instances', { count: total, defaultValue_one: '{{count}} instance' }),
            t('{{count}} plan versions', {
              count: new Set(data.groups.map(({ planId, version }) => `${planId} ${version}`)).size,
              defaultValue_one: '{{count}} plan version',
            }),
            ...(places.data === undefined
              ? []
              : [
                  t('{{count}} cells', {
                    count: scope.serviceId === undefined ? places.data.length : cellIds.size,
                    defaultValue_one: '{{count}} cell',
                  }),
                ]),
          ].join(' · ')
        }
      >
        <Find />
      </PageHead>
      {found.isError && <Failure title={t('The fleet cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={320} aria-label={t('Loading the fleet')} />}
      {data !== undefined && (
        <>
          {quiet !== '' && <Text c="dimmed">{quiet}</Text>}
          <Alarms fleet={data} away={away} />
          <Decisions />
          {(data.waiting.length > 0 || data.underWay.count > 0) && (
            <SimpleGrid cols={{ base: 1, xl: data.waiting.length > 0 && data.underWay.count > 0 ? 2 : 1 }}>
              <WaitingList waiting={data.waiting} names={data.instanceNames} />
              <UnderWay fleet={data} />
            </SimpleGrid>
          )}
          {total === 0 ? (
            <EmptyInScope>
              <Empty
                title={t('No customer has an instance yet')}
                action={<Button renderRoot={(props) => <Link to="/console/plans" {...props} />}>{t('Open products and plans')}</Button>}
              >
                {t('Instances appear here by plan version and deployment cell as soon as a released plan has subscribers who create one.')}
              </Empty>
            </EmptyInScope>
          ) : (
            <Section title={t('Plan versions and cells')} about={t('A status leads to the list of those instances.')}>
              <Groups groups={data.groups} />
            </Section>
          )}
        </>
      )}
    </Stack>
  );
}

function Find() {
  const [text, setText] = useState('');
  const navigate = useNavigate();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() !== '') void navigate(placeOf(text));
      }}
    >
      <Group gap="xs" wrap="nowrap">
        <TextInput
          aria-label={t('Find by id')}
          placeholder={t('Id of anything')}
          title={t('Id of an instance, run, upgrade, cell …')}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          autoComplete="off"
          flex="0 1 280px"
          miw={0}
        />
        <Button type="submit" variant="default" flex="none">
          {t('Find')}
        </Button>
      </Group>
    </form>
  );
}
