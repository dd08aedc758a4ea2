/** The first of several instances, each a way to its page. */
import { Anchor, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';

export function InstanceLinks({ ids, count, most = 4 }: { ids: readonly string[]; count: number; most?: number }) {
  const shown = ids.slice(0, most);
  return (
    <Group gap="xs">
      {shown.map((instanceId) => (
        <Anchor
          key={instanceId}
          size="sm"
          className="mono"
          renderRoot={(props) => <Link to="/console/instances/$instanceId" params={{ instanceId }} {...props} />}
        >
          {instanceId}
        </Anchor>
      ))}
      {count > shown.length && (
        <Text size="sm" c="dimmed">
          {t('and {{count}} more', { count: count - shown.length })}
        </Text>
      )}
    </Group>
  );
}
