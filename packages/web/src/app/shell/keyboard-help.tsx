/** What the keyboard does on every page. */
import { Kbd, Modal, Table } from '@mantine/core';
import { t } from 'i18next';
import { useEffect } from 'react';
import { commandKey } from './header';

export function KeyboardHelp({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const keys: [string[], string][] = [
    [[commandKey(), 'K'], t('Search for anything, or do something')],
    [['/'], t('Search in the list on this page')],
    [['?'], t('This list')],
    [['Tab'], t('To the next control; the first one skips the menu')],
    [['Enter'], t('Open, or do what the button says')],
    [['Esc'], t('Close what is open, without a change')],
  ];
  return (
    <Modal opened={opened} onClose={onClose} title={t('Keyboard')} centered closeOnClickOutside>
      <Table>
        <Table.Tbody>
          {keys.map(([names, words]) => (
            <Table.Tr key={words}>
              <Table.Th scope="row" fw={400} w={120}>
                {names.map((name) => (
                  <Kbd key={name} me={4}>
                    {name}
                  </Kbd>
                ))}
              </Table.Th>
              <Table.Td>{words}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}

/** The keys of every page: those that a person types into a field are theirs. */
export function usePageKeys({ onKeys, onSearch }: { onKeys: () => void; onSearch: () => void }): void {
  useEffect(() => {
    const act = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === 'k' && (event.metaKey || event.ctrlKey) && !event.altKey && !event.shiftKey) {
        event.preventDefault();
        onSearch();
        return;
      }
      if (event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target)) return;
      if (event.key === '?') onKeys();
      if (event.key === '/') {
        const search = document.querySelector<HTMLInputElement>('main input[type="search"]');
        if (search === null) return;
        event.preventDefault();
        search.focus();
      }
    };
    document.addEventListener('keydown', act);
    return () => document.removeEventListener('keydown', act);
  }, [onKeys, onSearch]);
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
