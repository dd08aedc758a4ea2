/** Buttons of the page's head. What cannot be done now says why. */
import { Button, Group, Menu } from '@mantine/core';
import { t } from 'i18next';
import { GuardedButton, GuardedItem } from '../../kit/access/guarded';
import { customOf, isOffered, type Standing, type Verb, whyNot, whyReadOnly } from './actions';
import type { OneClick } from './use-actions';

interface Props {
  standing: Standing;
  /** Why there is nothing to connect to; undefined: there is. */
  whyNotConnect: string | undefined;
  /** Why there is nothing to restore; undefined: there is. */
  whyNotRestore: string | undefined;
  isProtected: boolean;
  isPending: boolean;
  onAct: (what: OneClick) => void;
  onOpen: (form: string) => void;
  onConnect: () => void;
}

export function OperationsMenu({ standing, whyNotConnect, whyNotRestore, isProtected, isPending, onAct, onOpen, onConnect }: Props) {
  const readOnly = whyReadOnly(standing);
  // A role that forbids everything is told once.
  const isToldAbove = readOnly !== undefined;
  const entry = (verb: Verb, label: string, act: () => void, otherwise?: string) => (
    <GuardedItem key={verb} why={whyNot(standing, verb) ?? otherwise} isToldAbove={isToldAbove} onClick={act}>
      {label}
    </GuardedItem>
  );
  const scale = (['addCapacity', 'removeCapacity'] as const).filter((verb) => isOffered(standing, verb));
  const stopped = standing.status === 'STOPPED';
  return (
    <Group gap="xs">
      {stopped ? (
        <GuardedButton why={whyNot(standing, 'start')} loading={isPending} onClick={() => onAct('start')}>
          {t('Start')}
        </GuardedButton>
      ) : (
        <GuardedButton variant="default" why={whyNotConnect} onClick={onConnect}>
          {t('Connect')}
        </GuardedButton>
      )}
      <GuardedButton variant="default" why={whyNot(standing, 'modify')} onClick={() => onOpen('modify')}>
        {t('Modify')}
      </GuardedButton>
      <Menu position="bottom-end" width={300} withinPortal>
        <Menu.Target>
          <Button variant="default" loading={isPending && !stopped}>
            {t('⋯ Operations')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
          {readOnly !== undefined && <Menu.Label>{readOnly}</Menu.Label>}
          {entry('start', t('Start'), () => onAct('start'))}
          {entry('stop', t('Stop'), () => onAct('stop'))}
          {entry('restart', t('Restart'), () => onAct('restart'))}
          {scale.length > 0 && (
            <GuardedItem why={whyNot(standing, scale[0] as Verb)} isToldAbove={isToldAbove} onClick={() => onOpen('capacity')}>
              {t('Scale …')}
            </GuardedItem>
          )}
          {isOffered(standing, 'failover') && entry('failover', t('Fail over …'), () => onOpen('failover'))}
          <Menu.Divider />
          {entry('backup', t('Take a snapshot'), () => onAct('backup'))}
          {entry('restore', t('Restore to a new instance …'), () => onOpen('restore'), whyNotRestore)}
          {customOf(standing).length > 0 && <Menu.Divider />}
          {customOf(standing).map((operation) => (
            <GuardedItem
              key={operation.verb}
              why={whyNot(standing, 'custom')}
              isToldAbove={isToldAbove}
              onClick={() => onOpen(operation.verb)}
            >{`${operation.name} …`}</GuardedItem>
          ))}
          <Menu.Divider />
          <GuardedItem why={readOnly} isToldAbove={isToldAbove} onClick={() => onOpen('rename')}>
            {t('Name and tags …')}
          </GuardedItem>
          <GuardedItem why={readOnly} isToldAbove={isToldAbove} onClick={() => onAct(isProtected ? 'unprotect' : 'protect')}>
            {isProtected ? t('Allow deletion') : t('Protect from deletion')}
          </GuardedItem>
          <GuardedItem why={whyNot(standing, 'delete')} isToldAbove={isToldAbove} onClick={() => onOpen('delete')} color="red">
            {t('Delete …')}
          </GuardedItem>
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}
