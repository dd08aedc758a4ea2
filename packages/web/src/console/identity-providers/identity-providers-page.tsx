/** Identity providers: who may sign in with them, whether they answer, and what to register with them. */
import { Badge, Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { person as signedIn } from '../../app/session/signed-in';
import { returnAddress } from '../../app/sign-in/single-sign-on';
import { GuardedButton, GuardedItem } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Copyable } from '../../kit/copy';
import { Failure, wordsOf } from '../../kit/failure';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { type Column, DataTable } from '../../kit/table/data-table';
import { IdentityProviderForm } from './identity-provider-form';
import { type IdentityProvider, identityProviders, isForPeople, useReadIdentityProvidersAnew } from './identity-providers';

export function IdentityProvidersPage() {
  const [isAdding, setAdding] = useState(false);
  const { why } = useMay('createIdentityProvider');
  const close = () => setAdding(false);
  return (
    <Stack gap="md">
      <PageHead
        title={t('Identity providers')}
        facts={t('Your customers, or your own people, sign in with accounts that they have elsewhere.')}
      >
        <GuardedButton why={why} onClick={() => setAdding(true)}>
          {t('Add an identity provider')}
        </GuardedButton>
      </PageHead>
      <Readable operation="listIdentityProviders">
        <Section
          title={t('What to register')}
          about={t('Register a web application at the identity provider. It wants to know where people come back to:')}
        >
          <Copyable text={returnAddress()} label={t('the address to come back to')} />
        </Section>
        <List onAdd={() => setAdding(true)} whyNot={why} />
      </Readable>
      <Modal opened={isAdding} onClose={close} title={t('Add an identity provider')} size="lg" centered>
        <IdentityProviderForm onDone={close} />
      </Modal>
    </Stack>
  );
}

function List({ onAdd, whyNot }: { onAdd: () => void; whyNot: string | undefined }) {
  const all = useQuery(identityProviders);
  if (all.isError)
    return <Failure title={t('The identity providers cannot be shown')} error={all.error} retry={() => void all.refetch()} />;
  return (
    <DataTable
      label={t('Identity providers')}
      columns={columns()}
      rows={all.data}
      keyOf={({ id }) => id}
      empty={
        <Empty
          title={t('Everybody signs in with a password')}
          action={
            <GuardedButton why={whyNot} onClick={onAdd}>
              {t('Add an identity provider')}
            </GuardedButton>
          }
        >
          {t('Google, GitHub, Entra, Okta, Keycloak and any other provider of OpenID Connect can sign people in.')}
        </Empty>
      }
    />
  );
}

function columns(): Column<IdentityProvider>[] {
  return [
    {
      key: 'name',
      name: t('Name'),
      sortBy: ({ name, identityProviderName }) => name ?? identityProviderName,
      cell: ({ name, identityProviderName, issuer = '' }) => (
        <>
          <Group gap="xs">
            <Text size="sm" fw={600}>
              {name ?? identityProviderName}
            </Text>
            <Badge variant="light" color="gray" tt="none">
              {identityProviderName}
            </Badge>
          </Group>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {issuer}
          </Text>
        </>
      ),
    },
    {
      key: 'who',
      name: t('Signs in'),
      cell: ({ emailIdentifiers = '', ...one }) => (
        <>
          <Text size="sm">{isForPeople(one) ? t('your people') : t('customers')}</Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {emailIdentifiers === '' ? t('of any domain') : emailIdentifiers}
          </Text>
        </>
      ),
    },
    {
      key: 'status',
      name: t('Status'),
      sortBy: ({ status }) => status,
      cell: ({ status, disabled }) =>
        disabled === true ? <Status of="STOPPED" word={t('Disabled')} /> : <Status of={status} word={statusWords(status)} />,
    },
    { key: 'client', name: t('Client id'), cell: ({ clientId }) => <span className="mono">{clientId}</span> },
    { key: 'actions', name: t('Actions'), align: 'right', cell: (one) => <Actions of={one} /> },
  ];
}

function statusWords(status: string): string {
  const words: Record<string, string> = { READY: t('Ready'), FAILED: t('Failed'), PENDING: t('Not tried yet') };
  return words[status] ?? status;
}

function Actions({ of }: { of: IdentityProvider }) {
  const [open, setOpen] = useState<'change' | 'delete' | undefined>();
  const close = () => setOpen(undefined);
  const own = useQuery(signedIn).data;
  const may = useMay('updateIdentityProvider');
  const why = may.why ?? (isForPeople(of) && own?.roleType !== 'root' ? t('Only a root changes how your own people sign in.') : undefined);
  const readAnew = useReadIdentityProvidersAnew();
  const params = { id: of.id };
  const name = of.name ?? of.identityProviderName;
  const failed = (error: unknown) => notifications.show({ color: 'red', title: t('Nothing was changed'), message: wordsOf(error) });
  const verify = useMutation({
    mutationFn: () => client.verifyIdentityProvider({ params }),
    onSuccess: ({ status, message }) =>
      notifications.show(
        status === 'READY'
          ? { message: t('{{name}} knows the client and its secret.', { name }) }
          : { color: 'red', title: t('{{name}} refuses', { name }), message: message ?? status, autoClose: false },
      ),
    onError: failed,
    onSettled: readAnew,
  });
  const toggle = useMutation({
    mutationFn: () => client.updateIdentityProvider({ params, body: { disabled: of.disabled !== true } }),
    onError: failed,
    onSettled: readAnew,
  });
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      <GuardedButton size="compact-sm" variant="default" why={may.why} loading={verify.isPending} onClick={() => verify.mutate()}>
        {t('Test')}
      </GuardedButton>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <MoreButton aria-label={t('Actions for {{name}}', { name })} />
        </Menu.Target>
        <Menu.Dropdown>
          <GuardedItem why={why} onClick={() => setOpen('change')}>
            {t('Change')}
          </GuardedItem>
          <GuardedItem why={why} onClick={() => toggle.mutate()}>
            {of.disabled === true ? t('Enable') : t('Disable')}
          </GuardedItem>
          <Menu.Divider />
          <GuardedItem why={why} color="red" onClick={() => setOpen('delete')}>
            {t('Delete')}
          </GuardedItem>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={open === 'change'} onClose={close} title={t('Change {{name}}', { name })} size="lg" centered>
        <IdentityProviderForm of={of} onDone={close} />
      </Modal>
      <Confirm
        opened={open === 'delete'}
        onClose={close}
        title={t('Delete {{name}}', { name })}
        action={t('Delete the identity provider')}
        typed={name}
        failure={t('The identity provider is still there')}
        submit={async () => {
          await client.deleteIdentityProvider({ params });
          await readAnew();
        }}
      >
        {t('Sessions that were begun with it end now. Accounts without a password get one by a mailed reset.')}
      </Confirm>
    </Group>
  );
}
