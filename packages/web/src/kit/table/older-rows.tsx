/** Below a list of which only the newest rows have been loaded: a button for the ones before them. */
import { Button, Group } from '@mantine/core';
import type { MoreRows } from './column';

export function OlderRows({ more, label }: { more: MoreRows; label: string }) {
  if (!more.hasMore) return null;
  return (
    <Group justify="center">
      <Button variant="default" loading={more.isLoading} onClick={more.load}>
        {label}
      </Button>
    </Group>
  );
}
