/** Gives an instance the name that people know it by: the tag `name`. */
import { Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { NAME_TAG, nameOfInstance } from '../../kit/instances/instance-head';
import { type Origin, type OwnInstance, pathOf } from '../own';

const MOST_CHARACTERS = 60;

interface Props {
  instance: OwnInstance;
  origin: Origin;
  onCancel: () => void;
  onDone: () => Promise<unknown> | void;
}

export function RenameForm({ instance, origin, onCancel, onDone }: Props) {
  const named = nameOfInstance(instance);
  const [name, setName] = useState(named === instance.id ? '' : named);
  const others = (instance.customTags ?? []).filter(({ key }) => key !== NAME_TAG);
  const save = useMutation({
    mutationFn: () =>
      client.customerUpdateInstanceMetadata({
        params: { ...pathOf(origin), id: instance.id },
        query: {},
        body: { customTags: name.trim() === '' ? others : [...others, { key: NAME_TAG, value: name.trim() }] },
      }),
    onSuccess: onDone,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          description={t('Whatever your people know it by. Programs keep to the id.')}
          value={name}
          maxLength={MOST_CHARACTERS}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          dir="auto"
        />
        <Text size="sm" c="dimmed" className="mono">
          {instance.id}
        </Text>
        {save.isError && <Failure title={t('It keeps its name')} error={save.error} />}
        <FormButtons onCancel={onCancel} action={t('Save the name')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
