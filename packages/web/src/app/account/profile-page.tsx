/** Who one is, and what one's organization says of itself. */
import { Button, Group, SimpleGrid, Stack, Text, TextInput, Textarea } from '@mantine/core';
import { useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { roleName } from '../../kit/access/words';
import { Copyable } from '../../kit/copy';
import { Failure, fieldFaults } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { client } from '../client';
import { person as personQuery, type Person } from '../session/signed-in';
import { DeleteAccount } from './delete-account';

export function ProfilePage() {
  const { data: person } = useSuspenseQuery(personQuery);
  return (
    <>
      <Section title={t('You')} about={<Copyable text={person.id} label={t('your id')} />}>
        <ProfileForm person={person} fields={['name']} />
        <Text size="sm" c="dimmed" mt="sm" style={{ overflowWrap: 'anywhere' }}>
          {t('{{email}} is the address that you sign in with.', { email: person.email })} {t('Account made')}{' '}
          <Moment at={person.createdAt} />.
        </Text>
      </Section>
      <Section title={t('Organization')} about={<Copyable text={person.orgId} label={t('the organization’s id')} />}>
        <ProfileForm person={person} fields={['orgName', 'orgURL', 'orgDescription']} why={whyNotOrganization(person)} />
      </Section>
      {person.kind === 'customer' && <DeleteAccount person={person} />}
    </>
  );
}

type Field = 'name' | 'orgName' | 'orgURL' | 'orgDescription';

const LABELS = (): Record<Field, string> => ({
  name: t('Name'),
  orgName: t('Name of the organization'),
  orgURL: t('Web address'),
  orgDescription: t('Description'),
});

/** Why the caller may not change the organization; undefined: they may. */
function whyNotOrganization({ kind, roleType }: Person): string | undefined {
  const may = kind === 'customer' ? roleType === 'root' : roleType === 'root' || roleType === 'admin';
  return may ? undefined : t('Your role {{role}} does not change the organization; an administrator does.', { role: roleName(roleType) });
}

function ProfileForm({ person, fields, why }: { person: Person; fields: readonly Field[]; why?: string | undefined }) {
  const queries = useQueryClient();
  const [changed, setChanged] = useState<Partial<Record<Field, string>>>({});
  const save = useMutation({
    mutationFn: () => client.updateUser({ params: { id: person.id }, body: changed }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['person'] });
      setChanged({});
    },
  });
  const faults = fieldFaults(save.error);
  const isChanged = fields.some((field) => changed[field] !== undefined && changed[field] !== (person[field] ?? ''));
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged) save.mutate();
      }}
    >
      <Stack gap="md">
        {save.isError && <Failure title={t('Nothing is saved')} error={save.error} />}
        <SimpleGrid cols={{ base: 1, sm: fields.length > 1 ? 2 : 1 }}>
          {fields.map((field) => {
            const Input = field === 'orgDescription' ? Textarea : TextInput;
            return (
              <Input
                key={field}
                label={LABELS()[field]}
                maw={480}
                value={changed[field] ?? person[field] ?? ''}
                onChange={(event: { currentTarget: { value: string } }) => {
                  const { value } = event.currentTarget;
                  setChanged((present) => ({ ...present, [field]: value }));
                }}
                required={field !== 'orgURL' && field !== 'orgDescription'}
                readOnly={why !== undefined}
                error={faults[field]}
              />
            );
          })}
        </SimpleGrid>
        {why === undefined ? (
          <Group>
            <Button type="submit" variant="default" loading={save.isPending} disabled={!isChanged}>
              {t('Save')}
            </Button>
            <Text size="sm" c="dimmed" role="status">
              {isChanged ? t('Not saved yet.') : save.isSuccess ? t('Saved.') : t('Nothing is changed.')}
            </Text>
          </Group>
        ) : (
          <Text size="sm" c="dimmed">
            {why}
          </Text>
        )}
      </Stack>
    </form>
  );
}
