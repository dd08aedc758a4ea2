/** The provider's secrets, by type of environment. A value is written and never shown again. */
import { Group, Modal, PasswordInput, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { ENVIRONMENT_TYPES } from '@cellplane/api/environment-types';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { type FormEvent, useState } from 'react';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { FormButtons } from '../../../kit/page/form-buttons';
import { GuardedButton } from '../../../kit/access/guarded';
import { Confirm } from '../../../kit/page/confirm';
import { Empty } from '../../../kit/page/empty';
import { PageHead } from '../../../kit/page/page-head';
import { DataTable } from '../../../kit/table/data-table';
import { useMay } from '../../../kit/access/use-may';

export function SecretsPage() {
  const { type = 'DEV', set } = useSearch({ from: '/shell/console/secrets' });
  const navigate = useNavigate({ from: '/console/secrets' });
  const queries = useQueryClient();
  const { may: isReadable, why: unreadable } = useMay('listSecrets');
  const forbidden = useMay('setSecret').why;
  const [deleting, setDeleting] = useState<string>();
  const secrets = useQuery({
    queryKey: ['secrets', type],
    enabled: isReadable,
    queryFn: async () => (await client.listSecrets({ params: { environmentType: type } })).secrets,
  });
  const open = (name: string | undefined) =>
    void navigate({ search: { type, ...(name === undefined ? {} : { set: name }) }, replace: true });
  const again = () => Promise.all(['secrets', 'services'].map((noun) => queries.invalidateQueries({ queryKey: [noun] })));
  return (
    <Stack gap="md">
      <PageHead title={t('Secrets')} facts={t('Values that plans read as $secret.NAME. They are encrypted, and never shown again.')}>
        <GuardedButton why={forbidden} onClick={() => open('')}>
          {t('Set a secret')}
        </GuardedButton>
      </PageHead>
      {unreadable === undefined && (
        <>
          <Select
            hiddenFrom="sm"
            label={t('Environment type')}
            data={[...ENVIRONMENT_TYPES]}
            value={type}
            allowDeselect={false}
            onChange={(next) => next !== null && void navigate({ search: { type: next }, replace: true })}
          />
          <SegmentedControl
            visibleFrom="sm"
            aria-label={t('Environment type')}
            style={{ alignSelf: 'start' }}
            data={[...ENVIRONMENT_TYPES]}
            value={type}
            onChange={(next) => void navigate({ search: { type: next }, replace: true })}
          />
        </>
      )}
      {unreadable !== undefined && <Empty title={t('Not for your role')}>{unreadable}</Empty>}
      {secrets.isError && <Failure title={t('The secrets cannot be shown')} error={secrets.error} retry={() => void secrets.refetch()} />}
      {unreadable === undefined && !secrets.isError && (
        <DataTable
          label={t('Secrets of {{type}}', { type })}
          rows={secrets.data}
          keyOf={({ name }) => name}
          empty={
            <Empty
              title={t('{{type}} has no secrets', { type })}
              action={
                <GuardedButton why={forbidden} onClick={() => open('')}>
                  {t('Set a secret')}
                </GuardedButton>
              }
            >
              {t('Keys of an object store, passwords of a registry: what a plan needs and its spec must not hold.')}
            </Empty>
          }
          columns={[
            { key: 'name', name: t('Name'), sortBy: ({ name }) => name, cell: ({ name }) => <span className="mono">{name}</span> },
            { key: 'value', name: t('Value'), cell: ({ value }) => <span className="mono muted">{value}</span> },
            {
              key: 'actions',
              name: t('Actions'),
              cell: ({ name }) => (
                <Group gap="xs">
                  <GuardedButton size="compact-sm" variant="default" why={forbidden} onClick={() => open(name)}>
                    {t('Set anew')}
                  </GuardedButton>
                  <GuardedButton size="compact-sm" variant="subtle" color="red" why={forbidden} onClick={() => setDeleting(name)}>
                    {t('Delete')}
                  </GuardedButton>
                </Group>
              ),
            },
          ]}
        />
      )}
      <Modal
        opened={set !== undefined && forbidden === undefined}
        onClose={() => open(undefined)}
        title={t('Set a secret of {{type}}', { type })}
        centered
      >
        <SecretForm
          type={type}
          name={set ?? ''}
          onCancel={() => open(undefined)}
          onDone={async () => {
            await again();
            open(undefined);
          }}
        />
      </Modal>
      <Confirm
        opened={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={t('Delete the secret {{name}}', { name: deleting })}
        action={t('Delete the secret')}
        {...(deleting === undefined ? {} : { typed: deleting })}
        failure={t('It is not deleted')}
        submit={() => client.deleteSecret({ params: { environmentType: type, name: deleting ?? '' } })}
        onDone={() => {
          setDeleting(undefined);
          void again();
        }}
      >
        {t('Operations of plans that read it fail from then on. Its value is not kept anywhere.')}
      </Confirm>
    </Stack>
  );
}

interface FormProps {
  type: string;
  name: string;
  onDone: () => Promise<void>;
  onCancel: () => void;
}

function SecretForm({ type, name: given, onDone, onCancel }: FormProps) {
  const [name, setName] = useState(given);
  const [value, setValue] = useState('');
  const save = useMutation({
    mutationFn: () => client.setSecret({ params: { environmentType: type, name: name.trim() }, body: { value } }),
    onSuccess: onDone,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          description={t('As in $secret.NAME of the spec.')}
          required
          className="mono"
          value={name}
          readOnly={given !== ''}
          onChange={(event) => setName(event.currentTarget.value)}
          autoComplete="off"
          {...(given === '' ? { 'data-autofocus': true } : {})}
        />
        <PasswordInput
          label={t('Value')}
          required
          autoComplete="new-password"
          value={value}
          onChange={(event) => setValue(event.currentTarget.value)}
          {...(given === '' ? {} : { 'data-autofocus': true })}
        />
        {save.isError && <Failure title={t('It is not set')} error={save.error} />}
        <FormButtons onCancel={onCancel} action={t('Set the secret')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
