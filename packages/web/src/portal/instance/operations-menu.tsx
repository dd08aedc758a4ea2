/** Buttons of the page's head. What cannot be done now says why. */
import { Button, Group, Menu, Text } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { customOf, isOffered, type Standing, type Verb, whyNot, whyReadOnly } from './actions';
import type { OneClick } from './use-actions';

interface Props {
  standing: Standing;
  isProtected: boolean;
  isPending: boolean;
  onAct: (what: OneClick) => void;
  onOpen: (form: string) => void;
}

export function OperationsMenu({ standing, isProtected, isPending, onAct, onOpen }: Props) {
  const readOnly = whyReadOnly(standing);
  const entry = (verb: Verb, label: string, act: () => void) => (
    <Entry key={verb} label={label} why={whyNot(standing, verb)} onClick={act} />
  );
  const scale = (['addCapacity', 'removeCapacity'] as const).filter((verb) => isOffered(standing, verb));
  const stopped = standing.status === 'STOPPED';
  return (
    <Group gap="xs">
      {stopped ? (
        <Why why={whyNot(standing, 'start')} loading={isPending} onClick={() => onAct('start')} label={t('Start')} primary />
      ) : (
        <Button variant="default" component="a" href="#connect">
          {t('Connect')}
        </Button>
      )}
      <Why why={whyNot(standing, 'modify')} onClick={() => onOpen('modify')} label={t('Modify')} />
      <Menu position="bottom-end" width={300} withinPortal>
        <Menu.Target>
          <Button variant="default" loading={isPending && !stopped}>
            {t('⋯ Operations')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown mah="70vh" style={{ overflowY: 'auto' }}>
          {entry('start', t('Start'), () => onAct('start'))}
          {entry('stop', t('Stop'), () => onAct('stop'))}
          {entry('restart', t('Restart'), () => onAct('restart'))}
          {scale.length > 0 && <Entry label={t('Scale …')} why={whyNot(standing, scale[0] as Verb)} onClick={() => onOpen('capacity')} />}
          {isOffered(standing, 'failover') && entry('failover', t('Fail over …'), () => onOpen('failover'))}
          <Menu.Divider />
          {entry('backup', t('Take a snapshot'), () => onAct('backup'))}
          {entry('restore', t('Restore to a new instance …'), () => onOpen('restore'))}
          {customOf(standing).length > 0 && <Menu.Divider />}
          {customOf(standing).map((operation) => (
            <Entry
              key={operation.verb}
              label={`${operation.name} …`}
              why={whyNot(standing, 'custom')}
              onClick={() => onOpen(operation.verb)}
            />
          ))}
          <Menu.Divider />
          <Entry label={t('Name it …')} why={readOnly} onClick={() => onOpen('rename')} />
          <Entry
            label={isProtected ? t('Allow deletion') : t('Protect from deletion')}
            why={readOnly}
            onClick={() => onAct(isProtected ? 'unprotect' : 'protect')}
          />
          <Entry label={t('Delete …')} why={whyNot(standing, 'delete')} onClick={() => onOpen('delete')} danger />
        </Menu.Dropdown>
      </Menu>
    </Group>
  );
}

function Entry({ label, why, onClick, danger }: { label: string; why: string | undefined; onClick: () => void; danger?: boolean }) {
  return (
    <Menu.Item disabled={why !== undefined} onClick={onClick} {...(danger === true && why === undefined ? { color: 'red' } : {})}>
      {label}
      {why !== undefined && (
        <Text size="xs" c="dimmed" component="div">
          {why}
        </Text>
      )}
    </Menu.Item>
  );
}

/** A button that stays in the tab order where it can do nothing, so that its reason is found. */
function Why({
  label,
  why,
  onClick,
  primary = false,
  loading = false,
}: {
  label: ReactNode;
  why: string | undefined;
  onClick: () => void;
  primary?: boolean;
  loading?: boolean;
}) {
  return (
    <Button
      variant={primary ? 'filled' : 'default'}
      loading={loading}
      title={why}
      data-disabled={why !== undefined || undefined}
      aria-disabled={why !== undefined || undefined}
      aria-description={why}
      onClick={() => why === undefined && onClick()}
    >
      {label}
    </Button>
  );
}
