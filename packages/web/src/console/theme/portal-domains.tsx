/** Domains of the customers' portals, with what DNS says of each. */
import { Group, Modal, Select, Skeleton, Stack, Table, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type Client, ENVIRONMENT_TYPES } from '@cellplane/api/client';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Copyable } from '../../kit/copy';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { Moment } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';

type PortalDomain = Awaited<ReturnType<Client['listPortalDomains']>>['customDomains'][number];
const QUERY_KEY = ['portal-domains'];

function useReadAnew(): () => Promise<void> {
  const queries = useQueryClient();
  return () => queries.invalidateQueries({ queryKey: QUERY_KEY });
}

export function PortalDomains() {
  const all = useQuery({ queryKey: QUERY_KEY, queryFn: async () => (await client.listPortalDomains({})).customDomains });
  const { why } = useMay('createPortalDomain');
  const [isAdding, setAdding] = useState(false);
  return (
    <Section
      title={t('Portal domains')}
      about={t('Where your customers find the portal: one domain for each type of environment.')}
      actions={
        <GuardedButton size="xs" variant="default" why={why} onClick={() => setAdding(true)}>
          {t('Add a domain')}
        </GuardedButton>
      }
    >
      {all.isError && <Failure title={t('The domains cannot be shown')} error={all.error} retry={() => void all.refetch()} />}
      {all.isPending && <Skeleton height={48} aria-label={t('Loading the domains')} />}
      {all.data?.length === 0 && (
        <Text size="sm" c="dimmed">
          {t('No domain yet: the portal is at the address of this server.')}
        </Text>
      )}
      <Stack gap="md">
        {all.data?.map((domain) => (
          <Domain key={domain.environmentType} of={domain} />
        ))}
      </Stack>
      <Modal opened={isAdding} onClose={() => setAdding(false)} title={t('Add a domain')} centered>
        <DomainForm taken={(all.data ?? []).map(({ environmentType }) => environmentType)} onDone={() => setAdding(false)} />
      </Modal>
    </Section>
  );
}

function Domain({ of }: { of: PortalDomain }) {
  const { why } = useMay('checkPortalDomain');
  const [isForgetting, setForgetting] = useState(false);
  const readAnew = useReadAnew();
  const params = { environmentType: of.environmentType };
  const check = useMutation({ mutationFn: () => client.checkPortalDomain({ params }), onSettled: readAnew });
  return (
    <div>
      <Group justify="space-between" gap="sm">
        <div style={{ minWidth: 0 }}>
          <Group gap="sm">
            <Copyable text={of.customDomain} label={t('the domain')} />
            <Status of={of.status} />
            <Text size="sm" c="dimmed">
              {of.environmentType}
            </Text>
          </Group>
          <Text size="sm" c="dimmed">
            {of.statusMessage}
            {of.checkedAt !== undefined && (
              <>
                {' · '}
                <Moment at={of.checkedAt} />
              </>
            )}
          </Text>
        </div>
        <Group gap="xs">
          <GuardedButton size="compact-sm" variant="default" why={why} loading={check.isPending} onClick={() => check.mutate()}>
            {t('Look it up now')}
          </GuardedButton>
          <GuardedButton size="compact-sm" variant="default" c="red" why={why} onClick={() => setForgetting(true)}>
            {t('Remove')}
          </GuardedButton>
        </Group>
      </Group>
      {check.isError && <Failure title={t('The domain was not looked up')} error={check.error} />}
      {of.records.length > 0 && of.status !== 'READY' && (
        <Table.ScrollContainer minWidth={420} aria-label={t('DNS records to set')}>
          <Table fz="sm" mt="xs">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('Record')}</Table.Th>
                <Table.Th scope="col">{t('Name')}</Table.Th>
                <Table.Th scope="col">{t('Value')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {of.records.map(({ type, name, value }) => (
                <Table.Tr key={`${type} ${name} ${value}`}>
                  <Table.Td>{type}</Table.Td>
                  <Table.Td>
                    <Copyable text={name} label={t('the name')} />
                  </Table.Td>
                  <Table.Td>
                    <Copyable text={value} label={t('the value')} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      <Confirm
        opened={isForgetting}
        onClose={() => setForgetting(false)}
        title={t('Remove {{name}}', { name: of.customDomain })}
        action={t('Remove the domain')}
        failure={t('The domain is still there')}
        submit={async () => {
          await client.deletePortalDomain({ params });
          await readAnew();
        }}
      >
        {t('Links in mails lead to the address of the portal again. DNS records are yours to remove.')}
      </Confirm>
    </div>
  );
}

function DomainForm({ taken, onDone }: { taken: readonly string[]; onDone: () => void }) {
  const free = ENVIRONMENT_TYPES.filter((type) => !taken.includes(type));
  const [customDomain, setDomain] = useState('');
  const [environmentType, setType] = useState<string>(free.includes('PROD') ? 'PROD' : (free[0] ?? ''));
  const [isTried, setTried] = useState(false);
  const readAnew = useReadAnew();
  const add = useMutation({
    mutationFn: () =>
      client.createPortalDomain({ body: { customDomain: customDomain.trim(), environmentType, name: 'portal', description: '' } }),
    onSuccess: async () => {
      await readAnew();
      onDone();
    },
  });
  const missing = customDomain.trim() === '' ? t('Write the domain.') : undefined;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (missing === undefined) add.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Domain')}
          placeholder="portal.example.com"
          value={customDomain}
          onChange={(event) => setDomain(event.currentTarget.value)}
          error={(isTried ? missing : undefined) ?? fieldFaults(add.error)['customDomain']}
          data-autofocus
        />
        <Select
          label={t('Environment type')}
          data={free}
          value={environmentType}
          onChange={(type) => setType(type ?? '')}
          allowDeselect={false}
        />
        {add.isError && <Failure title={t('The domain was not added')} error={add.error} />}
        <FormButtons onCancel={onDone} action={t('Add the domain')} isPending={add.isPending} />
      </Stack>
    </form>
  );
}
