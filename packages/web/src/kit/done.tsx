/** Says at the edge of the page what was done, with a click that takes it back where that can be done exactly. */
import { Button, Group } from '@mantine/core';
import { t } from 'i18next';
import { wordsOf } from './failure';

interface Done {
  /** "orders is protected from deletion." */
  message: string;
  /** Makes it as it was. */
  undo: () => Promise<unknown> | void;
}

/** Whoever reads slowly gets to the button, too. Milliseconds. */
const SHOWN_MS = 12_000;

/** Says what was done, and offers to undo it. What came of the undo takes the place of the notice. */
export async function sayDone({ message, undo }: Done): Promise<void> {
  const { notifications } = await import('@mantine/notifications');
  const id = notifications.show({
    message: <Undoable message={message} onUndo={() => void takeBack()} />,
    autoClose: SHOWN_MS,
    closeButtonProps: { 'aria-label': t('Close the notice') },
  });
  async function takeBack(): Promise<void> {
    notifications.hide(id);
    try {
      await undo();
      notifications.show({ message: t('Undone.'), autoClose: SHOWN_MS / 3 });
    } catch (error) {
      notifications.show({ color: 'red', title: t('It could not be undone'), message: wordsOf(error), autoClose: SHOWN_MS });
    }
  }
}

/** A name within a sentence, whatever the direction that it is written in. */
export function isolated(name: string): string {
  return `\u2068${name}\u2069`;
}

function Undoable({ message, onUndo }: { message: string; onUndo: () => void }) {
  return (
    <Group gap="sm" justify="space-between" wrap="nowrap">
      <span style={{ minWidth: 0, overflowWrap: 'anywhere' }}>{message}</span>
      <Button size="compact-sm" variant="default" onClick={onUndo} style={{ flex: 'none' }}>
        {t('Undo')}
      </Button>
    </Group>
  );
}
