/** The form that the address asks for, over the page. */
import { Modal, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { client } from '../../app/client';
import { ChangePreview } from '../../kit/instances/change-preview';
import { nameOfInstance } from '../../kit/instances/instance-head';
import { ParameterForm } from '../../kit/parameters/parameter-form';
import { type Origin, type OwnInstance, pathOf, subscriptions } from '../own';
import type { Snapshot } from '../snapshots/kind';
import { customOf, type Offered, type Standing, whyNot, whyReadOnly } from './actions';
import { RestoreDialog } from './backups/restore-dialog';
import { CapacityForm } from './capacity-form';
import { DeleteForm } from './delete-form';
import { FailoverForm } from './failover-form';
import type { InstanceSearch } from './instance-search';
import { RenameForm } from './rename-form';
import type { Newer } from './upgrade/newer';
import { UpgradeForm } from './upgrade/upgrade-form';
import { WindowForm } from './upgrade/window-form';

export interface FormProps {
  instance: OwnInstance;
  origin: Origin;
  standing: Standing;
  snapshots: readonly Snapshot[];
  newer: Newer | undefined;
  search: InstanceSearch;
  /** Changes the address. */
  onSearch: (changes: InstanceSearch) => void;
  /** Closes the form after it has changed something. */
  onDone: () => Promise<unknown>;
}

export function FormDialog(props: FormProps) {
  const { instance, search, standing, onSearch } = props;
  const name = nameOfInstance(instance);
  const custom = customOf(standing).find(({ verb }) => verb === search.do);
  const titles: Record<string, string> = {
    modify: t('Modify {{name}}', { name }),
    delete: t('Delete {{name}}', { name }),
    rename: t('Name of the instance'),
    capacity: t('Scale {{name}}', { name }),
    failover: t('Fail over {{name}}', { name }),
    restore: t('Restore'),
    upgrade: t('Upgrade {{name}}', { name }),
    window: t('Maintenance window'),
  };
  const title = custom?.name ?? titles[search.do ?? ''];
  return (
    <Modal opened={title !== undefined} onClose={() => onSearch({ do: '', of: '' })} title={title} centered size="lg">
      {title !== undefined && <Body {...props} custom={custom} />}
    </Modal>
  );
}

function Body(props: FormProps & { custom: Offered | undefined }): ReactNode {
  const { instance, origin, standing, snapshots, newer, search, onSearch, onDone, custom } = props;
  const close = () => onSearch({ do: '', of: '' });
  const of = { instance, origin, onDone };
  const own = useQuery(subscriptions).data?.find(({ id }) => id === instance.subscriptionId);
  if (custom !== undefined) return <WorkflowForm {...props} operation={custom} />;
  switch (search.do) {
    case 'modify':
      return <ModifyForm {...props} />;
    case 'delete':
      return <DeleteForm {...of} />;
    case 'rename':
      return <RenameForm {...of} />;
    case 'capacity':
      return <CapacityForm {...of} />;
    case 'failover':
      return <FailoverForm {...of} />;
    case 'restore':
      return <RestoreDialog instance={instance} origin={origin} snapshots={snapshots} chosen={search.of} onDone={close} />;
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

function ModifyForm({ instance, origin, standing, onSearch, onDone }: FormProps) {
  const modify = (standing.instance.supportedOperations ?? []).find(({ verb }) => verb === 'MODIFY');
  const why = whyNot(standing, 'modify');
  const params = { ...pathOf(origin), id: instance.id };
  if (why !== undefined) return <Text>{why}</Text>;
  return (
    <ParameterForm
      parameters={modify?.apiParameters ?? []}
      present={{ ...(instance.result_params as object | undefined), ...instance.requestedChange?.requestParams }}
      action={t('Apply the change')}
      failure={t('Nothing was changed')}
      submit={(requestParams) => client.customerModifyInstance({ params, query: {}, body: { requestParams } })}
      look={(requestParams) => client.previewInstanceChange({ params: { id: instance.id }, body: { requestParams } })}
      drawLook={(preview) => <ChangePreview preview={preview} />}
      onDone={(answer) => (answer === undefined ? onSearch({ do: '' }) : void onDone())}
      onlyChanges
    />
  );
}

function WorkflowForm({ instance, origin, operation, standing, onSearch }: FormProps & { operation: Offered }) {
  const params = { ...pathOf(origin), id: instance.id, workflowId: operation.id ?? '' };
  const why = whyNot(standing, 'custom');
  return (
    <>
      {operation.description !== undefined && operation.description !== '' && <Text mb="md">{operation.description}</Text>}
      {why === undefined ? (
        <ParameterForm
          parameters={operation.apiParameters ?? []}
          present={{}}
          action={t('Run it')}
          failure={t('It was not begun')}
          submit={(requestParams) => client.executeCustomerWorkflow({ params, query: {}, body: { requestParams } })}
          onDone={(started) =>
            onSearch(started === undefined ? { do: '' } : { do: '', tab: 'operations', run: started.workflowExecutionId })
          }
        />
      ) : (
        <Text>{why}</Text>
      )}
    </>
  );
}
