/** "● 2 running": what is under way anywhere that the person may see, wherever they are; so that a page can be left without worry. */
import { Anchor, Button, Popover, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { useMay } from '../../kit/access/use-may';
import { Moment } from '../../kit/moment';
import { inWords } from '../../kit/code-words';
import { Mark } from '../../kit/status';
import { client } from '../client';
import { OF_ALL_PRODUCTS } from '../scope';
import { person as personQuery } from '../session/signed-in';

/** Operations that the list names. */
const NAMED = 20;

const underWay = {
  queryKey: ['instances', 'under-way'],
  queryFn: () => client.listSeenInstances({ query: { state: 'underWay', pageSize: NAMED } }),
};

/** For the bar over every page. Nothing is shown while nothing is under way. */
export function RunningOperations() {
  const { may } = useMay('listSeenInstances');
  const person = useQuery(personQuery).data;
  const { data } = useQuery({ ...underWay, enabled: may });
  const [opened, setOpened] = useState(false);
  const count = data?.total ?? 0;
  if (data === undefined || count === 0) return null;
  const [one, all] =
    person?.kind === 'provider'
      ? (['/console/instances/$instanceId', '/console/instances'] as const)
      : (['/instances/$instanceId', '/instances'] as const);
  const close = () => setOpened(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" withinPortal shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="subtle" color="gray" size="compact-sm" leftSection={<Mark tone="busy" />} onClick={() => setOpened((is) => !is)}>
          {t('{{count}} running', { count })}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm" w={320} role="dialog" aria-label={t('Operations under way')}>
        <Stack gap="xs" mah={360} style={{ overflowY: 'auto' }}>
          {data.instances.map(({ id, name, operation }) => (
            <div key={id}>
              <Anchor size="sm" fw={600} renderRoot={(props) => <Link to={one} params={{ instanceId: id }} onClick={close} {...props} />}>
                <bdi>{name === '' ? id : name}</bdi>
              </Anchor>
              {operation !== undefined && (
                <Text size="xs" c="dimmed">
                  {inWords(operation.kind)} · {operation.paused ? t('paused') : operation.waits ? t('waits') : t('goes on')} ·{' '}
                  <Moment at={operation.startedAt} />
                </Text>
              )}
            </div>
          ))}
          {count > data.instances.length && (
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link to={all} search={{ ...OF_ALL_PRODUCTS, state: 'underWay' } as never} onClick={close} {...props} />
              )}
            >
              {t('Show all {{count}}', { count })}
            </Anchor>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
