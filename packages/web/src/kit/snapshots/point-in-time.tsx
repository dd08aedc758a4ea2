/** Restores an instance, as it was at a moment, to a new one. The moment cannot leave the window. */
import { Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../failure';
import { FormButtons } from '../page/form-buttons';
import { exactTime, Moment } from '../moment';
import type { SnapshotDoor } from './door';
import type { Snapshot } from './kind';
import { asLocal, baseOf, fromLocal } from './timeline';

interface Props {
  instancePage: SnapshotDoor['instancePage'];
  /** Begins it. Answers the id of the new instance. */
  restoreTo: (at: Date) => Promise<string>;
  snapshots: readonly Snapshot[];
  /** The begin of the window; its end is now. */
  since: string;
  onDone: () => void;
}

const inUtc = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });

export function PointInTimeForm({ instancePage, restoreTo, snapshots, since, onDone }: Props) {
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
          data-autofocus
          type="datetime-local"
          step={1}
          label={t('Moment')}
          description={t('In your time zone, {{zone}}. From {{from}} until now.', { zone, from: exactTime(least.toISOString()) })}
          min={asLocal(least)}
          max={asLocal(opened)}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={fault}
        />
        {moment !== undefined && zone !== 'UTC' && (
          <Text size="sm" c="dimmed">
            {t('In UTC: {{moment}}', { moment: inUtc.format(moment) })}
          </Text>
        )}
        {base !== undefined && (
          <Text>
            {t('It begins with the backup of')} <Moment at={base.createdTime} />
            {t(', and goes on to that moment with the logs that the plan has kept.')} {t('What came after the moment is not in it.')}{' '}
            {t('The present instance stays as it is.')}
          </Text>
        )}
        {restore.isError && <Failure title={t('Nothing is restored')} error={restore.error} />}
        <FormButtons onCancel={onDone} action={t('Restore to a new instance')} isPending={restore.isPending} />
      </Stack>
    </form>
  );
}
