/** Says quietly that what is shown may be old: the server does not answer, and is asked again. Opens the stream of this tab. */
import { Group, Text } from '@mantine/core';
import { t } from 'i18next';
import { useEffect, useSyncExternalStore } from 'react';
import { connection, goLive } from './live';

export function ConnectionNotice() {
  useEffect(goLive, []);
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  return (
    <div role="status" aria-live="polite">
      {state === 'lost' && (
        <Group gap={6} wrap="nowrap" px="xs">
          <svg width="8" height="8" viewBox="0 0 8 8" aria-hidden="true" style={{ flex: 'none' }}>
            <circle cx="4" cy="4" r="3" fill="none" stroke="currentColor" strokeWidth="1.5" strokeDasharray="3 2" />
          </svg>
          <Text size="xs" c="dimmed" visibleFrom="sm">
            {t('Connection lost; trying again')}
          </Text>
          <Text size="xs" c="dimmed" hiddenFrom="sm">
            {t('Connection lost')}
          </Text>
        </Group>
      )}
    </div>
  );
}
