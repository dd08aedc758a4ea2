/** Deletes an instance: its name is typed first, and whether a last snapshot is taken is chosen. */
import { Button, Checkbox, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { nameOfInstance } from '../../kit/instances/instance-head';
import { type Origin, type OwnInstance, pathOf } from '../own';

interface Props {
  instance: OwnInstance;
  origin: Origin;
  onCancel: () => void;
  onDone: () => Promise<unknown> | void;
}

export function DeleteForm({ instance, origin, onCancel, onDone }: Props) {
  const [typed, setTyped] = useState('');
  const takesOne = instance.snapshotBeforeDeletionEnabled === true;
  const [withSnapshot, setWithSnapshot] = useState(takesOne);
  const name = nameOfInstance(instance);
  const days = instance.backupStatus?.backupRetentionInDays;
  const remove = useMutation({
    mutationFn: () =>
      client.customerDeleteInstance({
        params: { ...pathOf(origin), id: instance.id },
        query: takesOne && !withSnapshot ? { skipFinalSnapshot: true } : {},
      }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typed === name) remove.mutate();
      }}
    >
      <Stack gap="md">
        <Text>
          {t('Everything that the instance has in its cell is deleted, its periodic backups too. Snapshots that were taken by hand stay.')}
        </Text>
        {takesOne ? (
          <Checkbox
            label={t('Take a last snapshot first')}
            description={
              withSnapshot
                ? t('It is kept for {{count}} days; restore it from Snapshots.', {
                    count: days ?? 0,
                    defaultValue_one: 'It is kept for {{count}} day; restore it from Snapshots.',
                  })
                : t('Then nothing brings back what came after the newest snapshot taken by hand.')
            }
            checked={withSnapshot}
            onChange={(event) => setWithSnapshot(event.currentTarget.checked)}
          />
        ) : (
          <Text>{t('The plan takes no last snapshot. Nothing brings the data back.')}</Text>
        )}
        <TextInput
          label={t('Type {{name}} to delete it', { name })}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
        {remove.isError && <Failure title={t('It is not deleted')} error={remove.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onCancel}>
            {t('Keep it')}
          </Button>
          <Button type="submit" color="red" loading={remove.isPending} disabled={typed !== name}>
            {t('Delete the instance')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
