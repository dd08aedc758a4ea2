/** Restores an instance, as it was at a moment, to a new one. The moment cannot leave the window. */
import { Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../failure';
import { FormButtons } from '../page/form-buttons';
import { Moment } from '../moment';
import type { ShownInstance } from '../instances/endpoints';
import type { SnapshotDoor } from './door';
import type { Snapshot } from './kind';
import { asLocal, baseOf, fromLocal } from './timeline';

interface Props {
  instance: Pick<ShownInstance, 'id'>;
  instancePage: SnapshotDoor['instancePage'];
  /** Begins it. Answers the id of the new instance. */
  restoreTo: (at: Date) => Promise<string>;
  snapshots: readonly Snapshot[];
  /** The begin of the window; its end is now. */
  since: string;
  onDone: () => void;
}

export function PointInTimeForm({ instance, instancePage, restoreTo, snapshots, since, onDone }: Props) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [opened] = useState(() => new Date());
  const least = new Date(Math.ceil(Date.parse(since) / 1000) * 1000);
  const [text, setText] = useState(asLocal(opened));
  const moment = fromLocal(text);
  const fault =
    moment === undefined
      ? t('This is no time.')
      : moment < least
        ? t('This is before the window.')
        : moment.getTime() > Date.now()
          ? t('This has yet to come.')
          : undefined;
  const base = moment === undefined || fault !== undefined ? undefined : baseOf(snapshots, moment);
  const restore = useMutation({
    mutationFn: restoreTo,
    onSuccess: async (id) => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      onDone();
      await navigate({ to: instancePage, params: { instanceId: id }, search: {} });
    },
  });
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (moment !== undefined && fault === undefined) restore.mutate(moment);
        else document.getElementById('moment')?.focus();
      }}
    >
      <Stack gap="md">
        <TextInput
          id="moment"
          type="datetime-local"
          step={1}
          label={t('Moment')}
          description={t('In your time zone, {{zone}}. From {{from}} until now.', { zone, from: least.toLocaleString() })}
          min={asLocal(least)}
          max={asLocal(opened)}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={fault}
        />
        {moment !== undefined && (
          <Text size="sm" c="dimmed">
            {t('UTC')} <span className="mono">{moment.toISOString().replace('.000', '')}</span>
          </Text>
        )}
        {base !== undefined && (
          <Text>
            {t('It begins with the backup of')} <Moment at={base.createdTime} />
            {t(', and goes on to that moment with the logs that the plan has kept.')} {t('What came after the moment is not in it.')}{' '}
            {t('{{id}} stays as it is.', { id: instance.id })}
          </Text>
        )}
        {restore.isError && <Failure title={t('Nothing is restored')} error={restore.error} />}
        <FormButtons onCancel={onDone} action={t('Restore to a new instance')} isPending={restore.isPending} />
      </Stack>
    </form>
  );
}
