/** The end of a form in a dialog: leave it as it is, or send it. */
import { Button, Group } from '@mantine/core';
import { t } from 'i18next';

interface Props {
  /** @default the dialog is left by its own close button alone */
  onCancel?: () => void;
  /** The verb: "Give the role". */
  action: string;
  isPending: boolean;
  /** What it does may take something away. @default false */
  isDangerous?: boolean;
}

export function FormButtons({ onCancel, action, isPending, isDangerous = false }: Props) {
  return (
    <Group justify="flex-end" gap="xs" w="100%">
      {onCancel !== undefined && (
        <Button variant="default" onClick={onCancel}>
          {t('Cancel')}
        </Button>
      )}
      <Button type="submit" loading={isPending} {...(isDangerous ? { color: 'red' } : {})}>
        {action}
      </Button>
    </Group>
  );
}
