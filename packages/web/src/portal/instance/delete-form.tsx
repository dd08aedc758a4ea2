/** Deletes an instance; its id is typed first, since nothing brings it back. */
import { Alert, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { type Origin, type OwnInstance, pathOf } from '../own';

export function DeleteForm({ instance, origin, onDone }: { instance: OwnInstance; origin: Origin; onDone: () => void }) {
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
