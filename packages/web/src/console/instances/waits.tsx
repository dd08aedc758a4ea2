/** What instances wait for, one line a cause; a click shows those that do. */
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../../kit/moment';
import { Mark } from '../../kit/status';
import { joined } from '../../kit/table/table-state';
import type { Waiting } from '../overview/fleet-query';
import { waitKey, waitWords } from '../overview/words';

/** Causes that are listed; the overview has all. */
const MOST = 4;

export function Waits({ waiting }: { waiting: readonly Waiting[] }) {
  if (waiting.length === 0) return null;
  return (
    <Group gap="lg" role="group" aria-label={t('What instances wait for')}>
      {waiting.slice(0, MOST).map((wait) => (
        <Group key={waitKey(wait)} gap="xs" align="baseline" title={wait.words}>
          <Mark tone="busy" />
          <Anchor
            size="sm"
            renderRoot={(props) => <Link to="/console/instances" search={{ waitsFor: joined([waitKey(wait)]) } as never} {...props} />}
          >
            {waitWords(wait)}
          </Anchor>
          <Text size="xs" c="dimmed">
            {t('the longest since')} <Moment at={wait.since} />
          </Text>
        </Group>
      ))}
      {waiting.length > MOST && (
        <Anchor size="sm" renderRoot={(props) => <Link to="/console" {...props} />}>
          {t('and {{count}} more', { count: waiting.length - MOST })}
        </Anchor>
      )}
    </Group>
  );
}
