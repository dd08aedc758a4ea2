/** The form that the address asks for, over the page. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { type ReactNode, useState } from 'react';
import { client } from '../../app/client';
import { nameOfInstance } from '../../kit/instances/instance-head';
import { modifiable, rotatable } from '../../kit/parameters/modifiable';
import { ParameterForm } from '../../kit/parameters/parameter-form';
import { type Origin, type OwnInstance, pathOf, subscriptions } from '../own';
import type { Snapshot } from '../../kit/snapshots/kind';
import { ownDoor } from '../snapshots/door';
import { customOf, type Offered, type Standing, whyNot, whyNotForm, whyReadOnly } from './actions';
import { RestoreDialog } from '../../kit/snapshots/restore-dialog';
import { ChangeForm } from './change-form';
import { CapacityForm } from './capacity-form';
import { DeleteForm } from './delete-form';
import { FailoverForm } from './failover-form';
import type { InstanceSearch } from './instance-search';
import { RenameForm } from './rename-form';
import { RotateForm } from './rotate-form';
import type { Newer } from './upgrade/newer';
import { UpgradeForm } from './upgrade/upgrade-form';
import { WindowForm } from './upgrade/window-form';

export interface FormProps {
  instance: OwnInstance;
  origin: Origin;
  standing: Standing;
  /** Undefined while they are loaded. */
  snapshots: readonly Snapshot[] | undefined;
  newer: Newer | undefined;
  search: InstanceSearch;
  /** Changes the address. */
  onSearch: (changes: InstanceSearch) => void;
  onTake: () => void;
  /** Closes the form after it has changed something. */
  onDone: () => Promise<unknown>;
}

export function FormDialog(props: FormProps) {
  const { instance, search, standing, onSearch } = props;
  const name = nameOfInstance(instance);
  const custom = customOf(standing).find(({ verb }) => verb === search.do);
  const titles: Record<string, string> = {
    modify: t('Modify {{name}}', { name }),
    rotate: t('Rotate a secret of {{name}}', { name }),
    delete: t('Delete {{name}}', { name }),
    rename: t('Name and tags of {{name}}', { name }),
    capacity: t('Scale {{name}}', { name }),
    failover: t('Fail over {{name}}', { name }),
    restore: t('Restore'),
    upgrade: t('Upgrade {{name}}', { name }),
    window: t('Maintenance window'),
  };
  const title = custom?.name ?? titles[search.do ?? ''];
  return (
    <Modal opened={title !== undefined} onClose={() => onSearch({ do: '', of: '' })} title={title} centered size="lg">
      {title !== undefined && <Body key={search.do} {...props} custom={custom} />}
    </Modal>
  );
}

function Body(props: FormProps & { custom: Offered | undefined }): ReactNode {
  const { instance, origin, standing, snapshots, newer, search, onSearch, onTake, onDone, custom } = props;
  const close = () => onSearch({ do: '', of: '' });
  const of = { instance, origin, onDone };
  const secret = rotatable(instance).find(({ key }) => key === search.of);
  const own = useQuery(subscriptions).data?.find(({ id }) => id === instance.subscriptionId);
  // What begins while the form is open takes nothing away that was typed: the server refuses it if it is in the way.
  const [whyNotAtFirst] = useState(() => whyNotForm(standing, search.do ?? '', custom !== undefined));
  const why = isForAll(search.do) ? undefined : (whyReadOnly(standing) ?? whyNotAtFirst);
  if (why !== undefined) return <Refused why={why} onClose={close} />;
  if (custom !== undefined) return <WorkflowForm {...props} operation={custom} />;
  switch (search.do) {
    case 'modify':
      return <ModifyForm {...props} />;
    case 'rotate':
      return secret === undefined ? (
        <Refused why={t('The plan has no such secret that may be changed.')} onClose={close} />
      ) : (
        <RotateForm {...of} parameter={secret} onCancel={close} />
      );
    case 'delete':
      return <DeleteForm {...of} onCancel={close} />;
    case 'rename':
      return <RenameForm {...of} onCancel={close} />;
    case 'capacity':
      return <CapacityForm {...of} onCancel={close} />;
    case 'failover':
      return <FailoverForm {...of} onCancel={close} />;
    case 'restore':
      return (
        <RestoreDialog
          door={ownDoor}
          instance={instance}
          restoreTo={async (at) => {
            const params = { ...pathOf(origin), id: instance.id };
            const body = { targetRestoreTime: at.toISOString(), subscriptionId: instance.subscriptionId };
            return (await client.customerRestoreToTime({ params, body })).id;
          }}
          snapshots={snapshots}
          chosen={search.of}
          whyNotTake={whyNot(standing, 'backup')}
          onTake={() => {
            onTake();
            close();
          }}
          onDone={close}
        />
      );
    case 'upgrade':
      return (
        <UpgradeForm
          instance={instance}
          newer={newer}
          whyNot={whyNot(standing, 'modify')}
          onWindow={() => onSearch({ do: 'window' })}
          onDone={onDone}
        />
      );
    case 'window':
      return (
        <WindowForm
          subscriptionId={instance.subscriptionId}
          whyNot={
            own === undefined || own.roleType.toLowerCase() === 'root'
              ? whyReadOnly(standing)
              : t('Only a root of the subscription sets its window; you are {{role}}.', { role: own.roleType.toLowerCase() })
          }
          onDone={close}
        />
      );
    default:
      return null;
  }
}

/** Whoever may only look may open these, too: they say themselves what is whose to decide. */
function isForAll(form: string | undefined): boolean {
  return form === 'upgrade' || form === 'window';
}

function Refused({ why, onClose }: { why: string; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Text>{why}</Text>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {t('Close')}
        </Button>
      </Group>
    </Stack>
  );
}

function ModifyForm({ instance, origin, onSearch, onDone }: FormProps) {
  return (
    <ChangeForm
      instance={instance}
      origin={origin}
      parameters={modifiable(instance)}
      present={{ ...(instance.result_params as object | undefined), ...instance.requestedChange?.requestParams }}
      action={t('Apply the change')}
      onCancel={() => onSearch({ do: '' })}
      onDone={onDone}
      onlyChanges
    />
  );
}

function WorkflowForm({ instance, origin, operation, onSearch }: FormProps & { operation: Offered }) {
  const params = { ...pathOf(origin), id: instance.id, workflowId: operation.id ?? '' };
  return (
    <>
      {operation.description !== undefined && operation.description !== '' && <Text mb="md">{operation.description}</Text>}
      <ParameterForm
        parameters={operation.apiParameters ?? []}
        present={{}}
        action={t('Run it')}
        failure={t('It was not begun')}
        submit={(requestParams) => client.executeCustomerWorkflow({ params, query: {}, body: { requestParams } })}
        onDone={(started) => onSearch(started === undefined ? { do: '' } : { do: '', tab: 'operations', run: started.workflowExecutionId })}
      />
    </>
  );
}
