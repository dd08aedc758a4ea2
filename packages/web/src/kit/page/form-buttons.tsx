/** The end of a form in a dialog: leave it as it is, or send it. */
import { Button, Group } from '@mantine/core';
import { t } from 'i18next';

interface Props {
  /** @default the dialog is left by its own close button alone */
  onCancel?: () => void;
  /** The verb: "Give the role". */
  action: string;
  isPending: boolean;
}

export function FormButtons({ onCancel, action, isPending }: Props) {
  return (
    <Group justify="flex-end" w="100%">
      {onCancel !== undefined && (
        <Button variant="default" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      )}
      <Button type="submit" loading={isPending}>
        {action}
      </Button>
    </Group>
  );
}
