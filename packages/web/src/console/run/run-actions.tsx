/** What a person may do to a run; what its state or their role forbids says why. */
import { Group, Stack } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { Confirm } from '../../kit/page/confirm';
import { refusalsOf } from './refusals';
import type { DescribedRun } from './run-query';

type Control = 'pause' | 'resume' | 'retry';

interface Props {
  run: Pick<DescribedRun['run'], 'id' | 'status' | 'serviceId' | 'environmentId' | 'endTime'>;
  /** Of the buttons. @default as at the top of a page */
  size?: 'xs';
}

export function RunActions({ run, size }: Props) {
  const role = useMay('updateWorkflow').why;
  const queries = useQueryClient();
  const [isEnding, setEnding] = useState(false);
  const { id, serviceId, environmentId } = run;
  const params = { id, serviceId, environmentId };
  const again = async () => {
    await Promise.all([queries.invalidateQueries({ queryKey: ['runs'] }), queries.invalidateQueries({ queryKey: ['instances'] })]);
  };
  const control = useMutation({
    mutationFn: (status: Control) => client.updateWorkflow({ params, body: { status } }),
    onSuccess: again,
  });
  const refused = refusalsOf(run);
  const ofSize = size === undefined ? {} : { size };
  const button = (what: Control, label: string) => (
    <GuardedButton
      {...ofSize}
      variant="default"
      why={role ?? refused[what]}
      loading={control.isPending && control.variables === what}
      onClick={() => control.mutate(what)}
    >
      {label}
    </GuardedButton>
  );
  const isOver = run.endTime !== undefined;
  return (
    <Stack gap="xs" align="flex-end">
      <Group gap="xs">
        {isOver && button('retry', t('Retry'))}
        {!isOver && (run.status === 'PAUSED' ? button('resume', t('Resume')) : button('pause', t('Pause')))}
        {!isOver && (
          <GuardedButton {...ofSize} variant="default" color="red" why={role} onClick={() => setEnding(true)}>
            {t('End …')}
          </GuardedButton>
        )}
      </Group>
      {control.isError && <Failure title={t('Nothing was done to the run')} error={control.error} />}
      <Confirm
        opened={isEnding}
        onClose={() => setEnding(false)}
        title={t('End this run')}
        action={t('End the run')}
        keep={t('Let it go on')}
        failure={t('It is not ended')}
        submit={async () => {
          await client.terminateWorkflow({ params });
          await again();
        }}
      >
        {t(
          'No new task begins, and open ones fail. What has been made in the cell stays as it is; the operation counts as failed and can be retried.',
        )}
      </Confirm>
    </Stack>
  );
}
