/** What can be done with the instance now; what cannot says why. */
import { Button, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { ParameterForm } from '../../kit/parameters/parameter-form';
import { inWords } from '../../kit/status';
import { type Origin, type OwnInstance, pathOf } from '../own';
import { DeleteForm } from './delete-form';

interface Props {
  instance: OwnInstance;
  /** As the stream says it: newer than the instance's own. */
  status: string;
  origin: Origin;
}

type Offered = NonNullable<OwnInstance['supportedOperations']>[number];
type Verb = 'start' | 'stop' | 'restart';

/** Statuses in which a verb may begin; in all others it says which one it needs. */
const NEEDS: Record<Verb, string[]> = { start: ['STOPPED'], stop: ['RUNNING'], restart: ['RUNNING'] };
/** Statuses in which a change may begin. */
const CHANGEABLE = ['RUNNING', 'FAILED'];

/** What a form is open for. */
type Open = 'modify' | 'delete' | Offered;

export function Operations({ instance, status, origin }: Props) {
  const [open, setOpen] = useState<Open>();
  const queries = useQueryClient();
  const params = { ...pathOf(origin), id: instance.id };
  const run = useMutation({
    mutationFn: (verb: Verb) => {
      if (verb === 'start') return client.customerStartInstance({ params, query: {} });
      return verb === 'stop' ? client.customerStopInstance({ params, query: {} }) : client.customerRestartInstance({ params, query: {} });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['instances'] }),
  });
  const offered = instance.supportedOperations ?? [];
  const modify = offered.find(({ verb }) => verb === 'MODIFY');
  const close = () => setOpen(undefined);
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        {modify !== undefined && (
          <Button variant="default" disabled={!CHANGEABLE.includes(status)} onClick={() => setOpen('modify')}>
            Modify
          </Button>
        )}
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">Operations</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(NEEDS) as Verb[])
              .filter((verb) => offered.some((one) => one.verb === verb.toUpperCase()))
              .map((verb) => (
                <Menu.Item key={verb} disabled={!NEEDS[verb].includes(status)} onClick={() => run.mutate(verb)}>
                  {inWords(verb)}
                  <Needed of={NEEDS[verb]} status={status} />
                </Menu.Item>
              ))}
            {offered.filter(isCustom).map((operation) => (
              <Menu.Item key={operation.verb} disabled={status !== 'RUNNING'} onClick={() => setOpen(operation)}>
                {operation.name} …
                <Needed of={['RUNNING']} status={status} />
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item color="red" onClick={() => setOpen('delete')} disabled={status === 'DELETING'}>
              Delete …
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {run.isError && <Failure title="It was not begun" error={run.error} />}
      <Modal opened={open === 'delete'} onClose={close} title={`Delete ${instance.id}`} centered>
        <DeleteForm instance={instance} origin={origin} onDone={close} />
      </Modal>
      <Modal opened={open === 'modify'} onClose={close} title={`Modify ${instance.id}`} centered size="lg">
        <ParameterForm
          parameters={modify?.apiParameters ?? []}
          present={(instance.result_params ?? {}) as Record<string, unknown>}
          action="Apply the change"
          failure="Nothing was changed"
          submit={(requestParams) => client.customerModifyInstance({ params, query: {}, body: { requestParams } })}
          onDone={close}
          onlyChanges
        />
      </Modal>
      {typeof open === 'object' && (
        <Modal opened onClose={close} title={open.name} centered size="lg">
          {open.description !== undefined && open.description !== '' && <Text mb="md">{open.description}</Text>}
          <ParameterForm
            parameters={open.apiParameters ?? []}
            present={{}}
            action="Run it"
            failure="It was not begun"
            submit={(requestParams) =>
              client.executeCustomerWorkflow({ params: { ...params, workflowId: open.id ?? '' }, query: {}, body: { requestParams } })
            }
            onDone={close}
          />
        </Modal>
      )}
    </Stack>
  );
}

function isCustom({ source, id }: Offered): boolean {
  return source === 'CUSTOM_WORKFLOW' && id !== undefined;
}

function Needed({ of: needed, status }: { of: string[]; status: string }) {
  if (needed.includes(status)) return null;
  return (
    <Text size="xs" c="dimmed">
      only while it is {inWords(needed.join(' or ')).toLowerCase()}
    </Text>
  );
}
