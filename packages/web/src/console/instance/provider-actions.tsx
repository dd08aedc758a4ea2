/** What the provider can do with the instance as a whole; what its state or the role forbids says why. */
import { Button, Menu, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedItem } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { type Resting, whyNotBegin, whyNotDelete } from '../../kit/instances/may-begin';
import { Confirm } from '../../kit/page/confirm';
import { inWords } from '../../kit/code-words';
import { type FleetInstance, placeOf } from './fleet-instance';

const VERBS = ['start', 'stop', 'restart'] as const;
type Verb = (typeof VERBS)[number];

export function ProviderActions({ found, standing }: { found: FleetInstance; standing: Resting }) {
  const { why } = useMay('startInstance');
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  const params = placeOf(found);
  const instance = found.consumptionResourceInstanceResult;
  const again = () => queries.invalidateQueries({ queryKey: ['instances'] });
  const act = useMutation({
    mutationFn: (verb: Verb) => {
      if (verb === 'start') return client.startInstance({ params, body: {} });
      return verb === 'stop' ? client.stopInstance({ params, body: {} }) : client.restartInstance({ params, body: {} });
    },
    onSuccess: again,
  });
  const offered = (verb: Verb) => instance.supportedOperations?.some((one) => one.verb === verb.toUpperCase()) ?? false;
  const refused = (verb: Verb) => (offered(verb) ? whyNotBegin(standing, verb) : t('The plan has no such workflow.'));
  const isProtected = instance.resourceInstanceMetadata?.deletionProtection === true;
  const protection = useMutation({
    mutationFn: () => client.updateInstanceMetadata({ params, body: { deletionProtection: !isProtected } }),
    onSuccess: again,
  });
  return (
    <Stack gap="xs" align="flex-end">
      <Menu position="bottom-end">
        <Menu.Target>
          <Button variant="default" loading={act.isPending}>
            {t('Operations')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {VERBS.map((verb) => (
            <GuardedItem key={verb} why={why ?? refused(verb)} onClick={() => act.mutate(verb)}>
              {inWords(verb)}
            </GuardedItem>
          ))}
          <Menu.Divider />
          <GuardedItem why={why} onClick={() => protection.mutate()}>
            {isProtected ? t('Allow that it is deleted') : t('Protect it from being deleted')}
          </GuardedItem>
          <GuardedItem color="red" why={why ?? whyNotDelete({ status: standing.status, isProtected })} onClick={() => setDeleting(true)}>
            {t('Delete …')}
          </GuardedItem>
        </Menu.Dropdown>
      </Menu>
      {act.isError && <Failure title={t('It was not begun')} error={act.error} />}
      {protection.isError && <Failure title={t('Its protection is as it was')} error={protection.error} />}
      <Confirm
        opened={isDeleting}
        onClose={() => setDeleting(false)}
        title={t('Delete {{name}}', { name: instance.id })}
        action={t('Delete the instance')}
        keep={t('Keep it')}
        typed={instance.id}
        failure={t('It is not deleted')}
        submit={async () => {
          await client.deleteInstance({ params, body: {} });
          await again();
        }}
        onDone={() => void navigate({ to: '/console/instances' })}
      >
        <Text>
          {t(
            'Everything that it has in the cell goes, with the data of {{customer}}. A last snapshot is taken before where the plan asks for one.',
            {
              customer: found.organizationName,
            },
          )}
        </Text>
      </Confirm>
    </Stack>
  );
}
