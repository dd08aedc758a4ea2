/** Asks before a page is left on which something was typed and not saved. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useBlocker } from '@tanstack/react-router';
import { t } from 'i18next';

interface Props {
  /** Something was typed that is kept nowhere. */
  isChanged: boolean;
  /** Where in the address the form stands: another value of it is another form. @default the path alone */
  searchKey?: string;
}

export function Unsaved({ isChanged, searchKey }: Props) {
  const leaving = useBlocker({
    // Whoever signs out, or is signed out, has to go.
    shouldBlockFn: ({ current, next }) => next.pathname !== '/sign-in' && isElsewhere(current, next, searchKey),
    enableBeforeUnload: isChanged,
    disabled: !isChanged,
    withResolver: true,
  });
  return (
    <Modal
      opened={leaving.status === 'blocked'}
      onClose={() => leaving.reset?.()}
      title={t('What you have typed is not saved')}
      centered
      closeOnClickOutside
    >
      <Stack gap="md">
        <Text>{t('It is lost if you leave this form now.')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => leaving.proceed?.()}>
            {t('Leave without saving')}
          </Button>
          <Button onClick={() => leaving.reset?.()} data-autofocus>
            {t('Stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

interface Place {
  pathname: string;
  search: object;
}

function isElsewhere(current: Place, next: Place, searchKey: string | undefined): boolean {
  if (current.pathname !== next.pathname) return true;
  return searchKey !== undefined && valueOf(current, searchKey) !== valueOf(next, searchKey);
}

const valueOf = ({ search }: Place, key: string) => (search as Record<string, unknown>)[key];
