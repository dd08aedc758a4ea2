/** Gives an instance the name that people know it by (the tag `name`), and its other tags. */
import { Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { sayDone } from '../../kit/done';
import { Failure } from '../../kit/failure';
import { isNameTag, NAME_TAG } from '@cellplane/api/name-tag';
import { nameOfInstance } from '../../kit/instances/instance-head';
import { FormButtons } from '../../kit/page/form-buttons';
import { tagOf } from '../create/places';
import { firstNoTag, TagsField } from '../create/tags-field';
import { type Origin, type OwnInstance, pathOf } from '../own';

const MOST_CHARACTERS = 60;

interface Props {
  instance: OwnInstance;
  origin: Origin;
  onCancel: () => void;
  onDone: () => Promise<unknown> | void;
}

export function RenameForm({ instance, origin, onCancel, onDone }: Props) {
  const queries = useQueryClient();
  const named = nameOfInstance(instance);
  const [name, setName] = useState(named === instance.id ? '' : named);
  const [tags, setTags] = useState(() =>
    (instance.customTags ?? []).filter((tag) => !isNameTag(tag)).map(({ key, value }) => `${key}=${value}`),
  );
  const noTag = firstNoTag(tags);
  const others = tags.flatMap((text) => tagOf(text) ?? []);
  const write = (customTags: { key: string; value: string }[]) =>
    client.customerUpdateInstanceMetadata({ params: { ...pathOf(origin), id: instance.id }, query: {}, body: { customTags } });
  const save = useMutation({
    mutationFn: () => write(name.trim() === '' ? others : [...others, { key: NAME_TAG, value: name.trim() }]),
    onSuccess: async () => {
      const before = instance.customTags ?? [];
      void sayDone({
        message: t('Name and tags are saved.'),
        undo: async () => {
          await write(before);
          await queries.invalidateQueries({ queryKey: ['instances'] });
        },
      });
      await onDone();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (noTag === undefined) save.mutate();
        else document.getElementById('tags')?.focus();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          description={t('Whatever your people know it by. Programs keep to the id.')}
          placeholder={instance.id}
          value={name}
          maxLength={MOST_CHARACTERS}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
          dir="auto"
        />
        <TagsField tags={tags} onChange={setTags} />
        {save.isError && <Failure title={t('Name and tags stay as they were')} error={save.error} />}
        <FormButtons onCancel={onCancel} action={t('Save')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
