/** What can be said of an environment, a new one and one that is there: its name, who sees it, whose plans it takes, and who approves. */
import { Radio, Select, Stack, Switch, TextInput } from '@mantine/core';
import { ENVIRONMENT_TYPES } from '@cellplane/api/environment-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../../kit/failure';
import { FormButtons } from '../../../kit/page/form-buttons';
import type { Environment } from '../services';

export interface EnvironmentDraft {
  name: string;
  type: string;
  /** The id of the environment that it takes plans from; null: none. */
  source: string | null;
  isPublic: boolean;
  /** Subscriptions begin at once. */
  approves: boolean;
}

interface Props {
  begin: EnvironmentDraft;
  /** Of the same product. */
  others: readonly Environment[];
  /** Its type is chosen once, and it begins without a source, if wanted; neither is taken back later. */
  isNew: boolean;
  /** The verb on the button. */
  action: string;
  failure: string;
  save: (draft: EnvironmentDraft) => Promise<unknown>;
  onClose: () => void;
}

export function EnvironmentForm({ begin, others, isNew, action, failure, save, onClose }: Props) {
  const queries = useQueryClient();
  const [draft, setDraft] = useState(begin);
  const [isTried, setTried] = useState(!isNew);
  const change = (changes: Partial<EnvironmentDraft>) => setDraft((present) => ({ ...present, ...changes }));
  const name = draft.name.trim();
  const sent = useMutation({
    mutationFn: () => save({ ...draft, name }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['services'] });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (name !== '') sent.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          value={draft.name}
          onChange={(event) => change({ name: event.currentTarget.value })}
          error={isTried && name === '' ? t('Write a name.') : undefined}
          withAsterisk
          aria-required
          data-autofocus
        />
        {isNew && (
          <Select
            label={t('Type')}
            description={t('Secrets and the portal belong to a type.')}
            data={[...ENVIRONMENT_TYPES]}
            value={draft.type}
            onChange={(type) => type !== null && change({ type })}
            allowDeselect={false}
          />
        )}
        <Radio.Group
          label={t('Subscriptions of customers')}
          value={draft.approves ? 'at once' : 'asked'}
          onChange={(next) => change({ approves: next === 'at once' })}
        >
          <Stack gap="xs" mt={4}>
            <Radio value="at once" label={t('Begin at once')} />
            <Radio
              value="asked"
              label={t('Wait for your approval')}
              description={t('What they ask for stands in Requests, and you are mailed.')}
            />
          </Stack>
        </Radio.Group>
        <Select
          label={t('Takes plans from')}
          description={t('A promotion of that environment brings its preferred versions here.')}
          placeholder={t('no other environment')}
          clearable={isNew}
          allowDeselect={isNew}
          data={others.map((other) => ({ value: other.id, label: other.name }))}
          value={draft.source}
          onChange={(source) => change({ source })}
        />
        <Switch
          label={t('Customers see it')}
          checked={draft.isPublic}
          onChange={(event) => change({ isPublic: event.currentTarget.checked })}
        />
        {sent.isError && <Failure title={failure} error={sent.error} />}
        <FormButtons onCancel={onClose} action={action} isPending={sent.isPending} />
      </Stack>
    </form>
  );
}
