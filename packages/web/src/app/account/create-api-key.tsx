/** A new API key: name, role, end. The key itself is shown this once. */
import { API_KEY_ROLES, PROVIDER_ROLE_PERMISSIONS, type ProviderRole, type SubscriptionRole } from '@cellplane/api/access';
import { Alert, Button, Code, CopyButton, Group, Modal, NativeSelect, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { roleName } from '../../kit/access/words';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { memberRoleSummary, roleSummary } from '../../kit/people/role-summary';
import { client } from '../client';
import type { Person } from '../session/signed-in';

interface Props {
  opened: boolean;
  onClose: () => void;
  person: Person;
  onMade: () => void;
}

export function CreateApiKey({ opened, onClose, person, onMade }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Make an API key')} centered closeOnClickOutside={false}>
      <CreateForm onClose={onClose} person={person} onMade={onMade} />
    </Modal>
  );
}

const DAY_MS = 86_400_000;
const NEVER = 'never';

/** Roles that a key of this person may have, the highest first, each with what it is for. */
function rolesFor({ kind, roleType }: Person): { role: string; summary: string }[] {
  if (kind === 'customer')
    return (['admin', 'editor', 'reader'] as const).map((role: SubscriptionRole) => ({ role, summary: memberRoleSummary(role) }));
  const own = PROVIDER_ROLE_PERMISSIONS[roleType as ProviderRole];
  return API_KEY_ROLES.filter((role) => PROVIDER_ROLE_PERMISSIONS[role].every((permission) => own.includes(permission))).map((role) => ({
    role,
    summary: roleSummary(role),
  }));
}

function CreateForm({ onClose, person, onMade }: Omit<Props, 'opened'>) {
  const roles = rolesFor(person);
  const [name, setName] = useState('');
  const [description, setDescription] = useState('');
  // What does the least harm if it gets lost.
  const [roleType, setRole] = useState(roles.find(({ role }) => role === 'reader')?.role ?? roles.at(-1)?.role ?? '');
  const [days, setDays] = useState('90');
  const make = useMutation({
    mutationFn: () =>
      client.createApiKey({
        body: {
          name,
          roleType,
          ...(description === '' ? {} : { description }),
          ...(days === NEVER ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() }),
        },
      }),
    onSuccess: onMade,
  });
  if (make.data !== undefined) return <MadeKey name={make.data.metadata.name} apiKey={make.data.key} onClose={onClose} />;
  const faults = fieldFaults(make.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack gap="md">
        {make.isError && <Failure title={t('No key is made')} error={make.error} />}
        <TextInput
          label={t('Name')}
          placeholder="ci"
          required
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faults['name']}
        />
        <TextInput
          label={t('Description')}
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          error={faults['description']}
        />
        <Radio.Group
          label={t('Role')}
          description={
            person.kind === 'customer' ? t('The most that it may do in each of your subscriptions; never more than you.') : undefined
          }
          value={roleType}
          onChange={setRole}
          error={faults['roleType']}
        >
          <Stack gap="xs" mt="xs">
            {roles.map(({ role, summary }) => (
              <Radio key={role} value={role} label={roleName(role)} description={summary} />
            ))}
          </Stack>
        </Radio.Group>
        <NativeSelect
          label={t('Ends')}
          value={days}
          onChange={(event) => setDays(event.currentTarget.value)}
          data={[
            { value: '7', label: t('in a week') },
            { value: '30', label: t('in 30 days') },
            { value: '90', label: t('in 90 days') },
            { value: '365', label: t('in a year') },
            { value: NEVER, label: t('never') },
          ]}
          error={faults['expiresAt']}
        />
        <FormButtons onCancel={onClose} action={t('Make the key')} isPending={make.isPending} />
      </Stack>
    </form>
  );
}

function MadeKey({ name, apiKey, onClose }: { name: string; apiKey: string; onClose: () => void }) {
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light" title={t('Copy {{name}} now', { name })}>
        {t('The key is not shown again. Who has it may do what its role allows.')}
      </Alert>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {apiKey}
      </Code>
      <Text size="sm" c="dimmed">
        {t('On a command line:')}
      </Text>
      <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {`cellplane login --server ${window.location.origin} --email apikey@apikeys.invalid --password-stdin < key.txt`}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={apiKey}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy}>
              {copied ? t('Copied') : t('Copy the key')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose}>{t('I have kept it')}</Button>
      </Group>
    </Stack>
  );
}
