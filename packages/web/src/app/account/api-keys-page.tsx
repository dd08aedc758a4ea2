/** API keys: programs sign in with them. */
import { Button, Menu, Stack, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { useQuery, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { roleName } from '../../kit/access/words';
import { GuardedItem } from '../../kit/access/guarded';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { Empty } from '../../kit/page/empty';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { type Column, DataTable } from '../../kit/table/data-table';
import { client } from '../client';
import { person as personQuery } from '../session/signed-in';
import { CreateApiKey } from './create-api-key';

type ApiKey = Awaited<ReturnType<Client['listApiKeys']>>['apiKeys'][number];
type Ending = { of: ApiKey; how: 'revoke' | 'delete' };

export function ApiKeysPage() {
  const { data: person } = useSuspenseQuery(personQuery);
  const queries = useQueryClient();
  const list = useQuery({ queryKey: ['api-keys'], queryFn: async () => (await client.listApiKeys({})).apiKeys });
  const [isCreating, setCreating] = useState(false);
  const [ending, setEnding] = useState<Ending>();
  const readAnew = () => void queries.invalidateQueries({ queryKey: ['api-keys'] });
  const columns: Column<ApiKey>[] = [
    {
      key: 'name',
      name: t('Name'),
      sortBy: ({ name }) => name,
      cell: ({ name, prefix, description }) => (
        <div>
          <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
            <bdi>{name}</bdi>
          </Text>
          <Text size="xs" c="dimmed" component="div">
            <span className="mono">{prefix}…</span> {description}
          </Text>
        </div>
      ),
    },
    { key: 'role', name: t('Role'), cell: ({ roleType }) => roleName(roleType), sortBy: ({ roleType }) => roleType },
    { key: 'status', name: t('Status'), cell: ({ status }) => <Status of={status} />, sortBy: ({ status }) => status },
    {
      key: 'by',
      name: t('Made by'),
      cell: ({ createdByUserId, createdByUserName }) => (createdByUserId === person.id ? t('you') : (createdByUserName ?? createdByUserId)),
      isHidden: (list.data ?? []).every(({ createdByUserId }) => createdByUserId === person.id),
    },
    {
      key: 'used',
      name: t('Last use'),
      cell: ({ lastUsedAt }) =>
        lastUsedAt === undefined ? (
          <Text size="sm" c="dimmed">
            {t('never')}
          </Text>
        ) : (
          <Moment at={lastUsedAt} />
        ),
      sortBy: ({ lastUsedAt }) => lastUsedAt ?? '',
    },
    {
      key: 'ends',
      name: t('Ends'),
      cell: ({ expiresAt }) =>
        expiresAt === undefined ? (
          <Text size="sm" c="dimmed">
            {t('never')}
          </Text>
        ) : (
          <Moment at={expiresAt} />
        ),
      sortBy: ({ expiresAt }) => expiresAt ?? '9',
    },
    {
      key: 'actions',
      name: t('Actions'),
      align: 'right',
      cell: (key) => (
        <Menu position="bottom-end" withinPortal>
          <Menu.Target>
            <MoreButton aria-label={t('Actions of {{name}}', { name: key.name })} />
          </Menu.Target>
          <Menu.Dropdown>
            <GuardedItem
              why={key.status === 'ACTIVE' ? undefined : t('It is good for nothing already.')}
              onClick={() => setEnding({ of: key, how: 'revoke' })}
            >
              {t('Revoke')}
            </GuardedItem>
            <Menu.Item color="red" onClick={() => setEnding({ of: key, how: 'delete' })}>
              {t('Delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      ),
    },
  ];
  const create = <Button onClick={() => setCreating(true)}>{t('Make an API key')}</Button>;
  return (
    <>
      <Section
        isBare
        title={t('API keys')}
        about={t('Programs sign in with the address apikey@apikeys.invalid and a key as the password. No second factor is asked.')}
        actions={list.data !== undefined && list.data.length > 0 && create}
      >
        <Stack gap="sm">
          {list.isError ? (
            <Failure title={t('API keys cannot be shown')} error={list.error} retry={() => void list.refetch()} />
          ) : (
            <DataTable
              label={t('API keys')}
              columns={columns}
              rows={list.data}
              keyOf={({ id }) => id}
              empty={
                <Empty title={t('There are no API keys')} action={create}>
                  {t('Make one for a script or a pipeline. It may do what its role allows, and never more than you.')}
                </Empty>
              }
            />
          )}
        </Stack>
      </Section>
      <CreateApiKey opened={isCreating} onClose={() => setCreating(false)} person={person} onMade={readAnew} />
      <Confirm
        opened={ending !== undefined}
        onClose={() => setEnding(undefined)}
        title={
          ending?.how === 'revoke' ? t('Revoke {{name}}', { name: ending.of.name }) : t('Delete {{name}}', { name: ending?.of.name ?? '' })
        }
        action={ending?.how === 'revoke' ? t('Revoke the key') : t('Delete the key')}
        failure={t('The key is as it was')}
        submit={() => {
          const params = { id: ending?.of.id ?? '' };
          return ending?.how === 'revoke' ? client.revokeApiKey({ params }) : client.deleteApiKey({ params });
        }}
        onDone={() => {
          setEnding(undefined);
          readAnew();
        }}
      >
        <Text>
          {ending?.how === 'revoke'
            ? t('Programs that use it are signed out at once, and cannot sign in again. It stays in this list.')
            : t('Programs that use it are signed out at once, and cannot sign in again. It leaves this list, too.')}
        </Text>
      </Confirm>
    </>
  );
}
