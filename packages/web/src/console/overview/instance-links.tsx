/** The first of several instances, each a way to its page. */
import { Group, Text } from '@mantine/core';
import { t } from 'i18next';
import { InstanceLink } from '../instance-link';

interface Props {
  ids: readonly string[];
  /** Names that people gave them, by the id. */
  names: Record<string, string>;
  count: number;
  most?: number;
}

export function InstanceLinks({ ids, names, count, most = 4 }: Props) {
  const shown = ids.slice(0, most);
  return (
    <Group gap="xs">
      {shown.map((id) => (
        <InstanceLink key={id} id={id} name={names[id]} />
      ))}
      {count > shown.length && (
        <Text size="sm" c="dimmed">
          {t('and {{count}} more', { count: count - shown.length })}
        </Text>
      )}
    </Group>
  );
}
