/** What can be done with the instance now; what cannot says why. */
import { Alert, Button, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { inWords } from '../../kit/status';
import { type Origin, type OwnInstance, pathOf } from '../own';

interface Props {
  instance: OwnInstance;
  /** As the stream says it: newer than the instance's own. */
  status: string;
  origin: Origin;
}

type Verb = 'start' | 'stop' | 'restart';

/** Statuses in which a verb may begin; in all others it says which one it needs. */
const NEEDS: Record<Verb, string[]> = { start: ['STOPPED'], stop: ['RUNNING'], restart: ['RUNNING'] };

export function Operations({ instance, status, origin }: Props) {
  const [isDeleting, { open, close }] = useDisclosure();
  const queries = useQueryClient();
  const run = useMutation({
    mutationFn: (verb: Verb) => {
      const input = { params: { ...pathOf(origin), id: instance.id }, query: {} };
      if (verb === 'start') return client.customerStartInstance(input);
      return verb === 'stop' ? client.customerStopInstance(input) : client.customerRestartInstance(input);
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['instances'] }),
  });
  const offered = new Set((instance.supportedOperations ?? []).map(({ verb }) => verb));
  const isOffered = (verb: Verb) => offered.size === 0 || offered.has(verb.toUpperCase());
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">Operations</Button>
          </Menu.Target>
          <Menu.Dropdown>
            {(Object.keys(NEEDS) as Verb[]).filter(isOffered).map((verb) => (
              <Menu.Item key={verb} disabled={!NEEDS[verb].includes(status)} onClick={() => run.mutate(verb)}>
                {inWords(verb)}
                {!NEEDS[verb].includes(status) && (
                  <Text size="xs" c="dimmed">
                    only while it is {inWords(NEEDS[verb].join(' or ')).toLowerCase()}
                  </Text>
                )}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item color="red" onClick={open} disabled={status === 'DELETING'}>
              Delete …
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {run.isError && <Failure title="It was not begun" error={run.error} />}
      <Modal opened={isDeleting} onClose={close} title={`Delete ${instance.id}`} centered>
        <DeleteForm instance={instance} origin={origin} onDone={close} />
      </Modal>
    </Stack>
  );
}

function DeleteForm({ instance, origin, onDone }: Omit<Props, 'status'> & { onDone: () => void }) {
  const [typed, setTyped] = useState('');
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => client.customerDeleteInstance({ params: { ...pathOf(origin), id: instance.id }, query: {} }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      onDone();
    },
  });
  const isProtected = instance.resourceInstanceMetadata?.deletionProtection === true;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === instance.id) remove.mutate();
      }}
    >
      <Stack gap="md">
        <Text>
          Everything that the instance has in its cell is deleted.{' '}
          {instance.snapshotBeforeDeletionEnabled === true ? 'A last snapshot is taken first.' : 'No last snapshot is taken.'}
        </Text>
        {isProtected && <Alert color="yellow">It is protected against deletion: take the protection away first.</Alert>}
        <TextInput
          label={`Type ${instance.id} to delete it`}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        {remove.isError && <Failure title="It is not deleted" error={remove.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            Keep it
          </Button>
          <Button type="submit" color="red" loading={remove.isPending} disabled={typed !== instance.id}>
            Delete the instance
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
