/** Asks before a plan is deleted, and says what goes with it. */
import { Checkbox, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { Confirm } from '../../../kit/page/confirm';
import type { PlanPlace, Version } from '../services';

interface Props {
  place: PlanPlace;
  name: string;
  versions: Version[];
  opened: boolean;
  onClose: () => void;
}

export function DeletePlan({ place, name, versions, opened, onClose }: Props) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const [deleteSnapshots, setDeleteSnapshots] = useState(false);
  const instances = versions.reduce((sum, { instanceCount = 0 }) => sum + instanceCount, 0);
  return (
    <Confirm
      opened={opened}
      onClose={onClose}
      title={t('Delete the plan {{name}}', { name })}
      action={t('Delete the plan')}
      typed={name}
      failure={t('It is not deleted')}
      submit={() => client.deleteProductTier({ params: { serviceId: place.serviceId, id: place.planId }, query: { deleteSnapshots } })}
      onDone={() => {
        void queries.invalidateQueries({ queryKey: ['services'] });
        void navigate({ to: '/console/plans/$serviceId', params: { serviceId: place.serviceId } });
      }}
    >
      <Stack gap="sm">
        <Text size="sm">
          {t('{{count}} versions and all subscriptions go with it.', {
            count: versions.length,
            defaultValue_one: '{{count}} version and all subscriptions go with it.',
          })}{' '}
          {instances === 0
            ? t('It has no instances.')
            : t('It has {{count}} instances, and is refused until they are deleted.', {
                count: instances,
                defaultValue_one: 'It has {{count}} instance, and is refused until that is deleted.',
              })}
        </Text>
        <Checkbox
          label={t('Delete the snapshots that deleted instances have left, too')}
          description={t('Without this the delete is refused while there are any.')}
          checked={deleteSnapshots}
          onChange={(event) => setDeleteSnapshots(event.currentTarget.checked)}
        />
      </Stack>
    </Confirm>
  );
}
