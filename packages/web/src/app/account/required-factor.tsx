/** An organization may require second factors of its people: whoever has none can add one, and do nothing else. */
import { Anchor, Center, Stack, Text, Title } from '@mantine/core';
import { t } from 'i18next';
import { session } from '../client';
import type { Person } from '../session/signed-in';
import { FactorsSection } from './factors-section';

export default function RequiredFactor({ person }: { person: Person }) {
  return (
    <Center mih="100vh" p="md">
      <Stack component="main" w="100%" maw={640} gap="md">
        <Title order={1} size="h2">
          {t('Add a second factor')}
        </Title>
        <Text>
          {t('{{organization}} requires one of its people. Everything else opens once you have it.', { organization: person.orgName })}
        </Text>
        <FactorsSection email={person.email} />
        <Text size="sm">
          <Anchor component="button" type="button" size="sm" onClick={() => void session.end()}>
            {t('Sign out')}
          </Anchor>
        </Text>
      </Stack>
    </Center>
  );
}
