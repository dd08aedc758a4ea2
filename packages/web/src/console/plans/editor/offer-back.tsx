/** Says that a draft was thrown away, and brings it back on a click. */
import { Button, Group, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { t } from 'i18next';

/** How long it can be brought back. Milliseconds. */
const OFFERED_MS = 20_000;

export function offerBack(bring: () => void): void {
  const id = notifications.show({
    autoClose: OFFERED_MS,
    message: (
      <Group justify="space-between" gap="sm" wrap="nowrap">
        <Text size="sm">{t('The draft was thrown away.')}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id);
            bring();
          }}
        >
          {t('Bring it back')}
        </Button>
      </Group>
    ),
  });
}
