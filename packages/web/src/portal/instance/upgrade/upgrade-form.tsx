/** A newer version of the plan: what it changes here, and when it comes. */
import { Alert, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { GuardedButton } from '../../../kit/access/guarded';
import { Failure } from '../../../kit/failure';
import { ChangePreview } from '../../../kit/instances/change-preview';
import { Moment } from '../../../kit/moment';
import { inWords } from '../../../kit/code-words';
import type { OwnInstance } from '../../own';
import type { Newer } from './newer';

interface Props {
  instance: OwnInstance;
  newer: Newer | undefined;
  whyNot: string | undefined;
  onWindow: () => void;
  onDone: () => Promise<unknown> | void;
}

export function UpgradeForm({ instance, newer, whyNot, onWindow, onDone }: Props) {
  const [removeDropped, setRemoveDropped] = useState(false);
  const target = newer?.version ?? instance.maintenanceTasks?.upgrade_paths[0]?.target_version ?? '';
  const body = { targetVersion: target, ...(removeDropped ? { removeDropped } : {}) };
  const isYours = newer?.isYours === true;
  const look = useQuery({
    queryKey: ['instances', instance.id, 'upgrade', target, removeDropped],
    queryFn: () => client.previewInstanceChange({ params: { id: instance.id }, body }),
    // The server tells it to those alone who may choose the version.
    enabled: target !== '' && isYours,
    retry: false,
  });
  const upgrade = useMutation({
    mutationFn: () => client.customerUpgradeInstance({ params: { id: instance.id }, body }),
    onSuccess: onDone,
  });
  const drops = look.data?.problems.some(({ code }) => code === 'dropped-with-data') === true || removeDropped;
  if (target === '')
    return (
      <Stack gap="md">
        <Text>
          {t('It has version {{present}} of its plan, the one that your provider prefers. Nothing newer is there.', {
            present: instance.tierVersion ?? '',
          })}
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={onWindow} data-autofocus>
            {t('Maintenance window')}
          </Button>
        </Group>
      </Stack>
    );
  return (
    <Stack gap="md">
      <Text tabIndex={-1} data-autofocus style={{ outline: 'none' }}>
        {t('From {{present}} to {{target}}.', { present: instance.tierVersion ?? '', target })}
      </Text>
      {instance.maintenanceTasks?.upgrade_paths.map((path) => (
        <Alert key={path.upgrade_path_id} color="blue" variant="light" title={t('Planned by your provider')}>
          {inWords(path.upgrade_instance_status)}
          {path.upgrade_path_scheduled_at !== '' && (
            <>
              {' · '}
              <Moment at={path.upgrade_path_scheduled_at} />
            </>
          )}
          {path.status_description !== undefined && <Text size="sm">{path.status_description}</Text>}
        </Alert>
      ))}
      {look.isFetching && <Text c="dimmed">{t('Looking at what would change …')}</Text>}
      {look.isError && <Failure title={t('What would change cannot be told')} error={look.error} retry={() => void look.refetch()} />}
      {look.data !== undefined && <ChangePreview preview={look.data} />}
      {drops && (
        <Checkbox
          label={t('What the version has no more may go, with its data')}
          checked={removeDropped}
          onChange={(event) => setRemoveDropped(event.currentTarget.checked)}
        />
      )}
      {upgrade.isError && <Failure title={t('It is not upgraded')} error={upgrade.error} />}
      {!isYours && <Text>{t('Your provider chooses when. It is done for you, within your maintenance window where you have one.')}</Text>}
      {isYours && whyNot !== undefined && (
        <Text size="sm" c="dimmed">
          {whyNot}
        </Text>
      )}
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onWindow}>
          {t('Maintenance window')}
        </Button>
        {isYours && (
          <GuardedButton why={whyNot} loading={upgrade.isPending} onClick={() => upgrade.mutate()}>
            {t('Upgrade now')}
          </GuardedButton>
        )}
      </Group>
    </Stack>
  );
}
