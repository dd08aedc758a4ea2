/** The plan's own operations of an instance, called by the provider, and what came of each call. */
import { Drawer, Modal, Text } from '@mantine/core';
import { t } from 'i18next';
import { client } from '../../app/client';
import { useMay } from '../../kit/access/use-may';
import { Execution } from '../../kit/executions/execution';
import { ExecutionsTab } from '../../kit/executions/executions-tab';
import { ownOperations } from '../../kit/executions/own-operations';
import { type Resting, whyNotBegin } from '../../kit/instances/may-begin';
import { ParameterForm } from '../../kit/parameters/parameter-form';
import { type FleetInstance, placeOf } from './fleet-instance';
import type { InstanceView } from './instance-view';

interface Props {
  found: FleetInstance;
  standing: Resting;
  view: Pick<InstanceView, 'form' | 'call'>;
  /** Opens a form or a call; nothing: closes what is open. */
  onView: (view: Pick<InstanceView, 'form' | 'call'>) => void;
}

export function InstanceOperations({ found, standing, view: { form, call }, onView }: Props) {
  const instance = found.consumptionResourceInstanceResult;
  const offered = ownOperations(instance);
  const role = useMay('executeCustomWorkflow').why;
  const operation = offered.find(({ verb }) => verb === form);
  return (
    <>
      <ExecutionsTab
        instanceId={instance.id}
        offered={offered}
        whyNot={role ?? whyNotBegin(standing, 'custom')}
        onOpen={(verb) => onView({ form: verb })}
        onRun={(id) => onView({ call: id })}
      />
      <Modal opened={operation !== undefined && role === undefined} onClose={() => onView({})} title={operation?.name} centered size="lg">
        {operation !== undefined && (
          <>
            {(operation.description ?? '') !== '' && <Text mb="md">{operation.description}</Text>}
            <ParameterForm
              parameters={operation.apiParameters ?? []}
              present={{}}
              action={t('Run it')}
              failure={t('It was not begun')}
              submit={(requestParams) =>
                client.executeCustomWorkflow({
                  params: { ...placeOf(found), workflowId: operation.id ?? '' },
                  body: { requestParams },
                })
              }
              onDone={(started) => onView(started === undefined ? {} : { call: started.workflowExecutionId })}
            />
          </>
        )}
      </Modal>
      <Drawer opened={call !== undefined} onClose={() => onView({})} title={t('Call of an operation')} position="right" size="lg">
        {call !== undefined && <Execution instanceId={instance.id} executionId={call} />}
      </Drawer>
    </>
  );
}
