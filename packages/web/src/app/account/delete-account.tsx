/** The end of a customer's account: what goes with it is said before, and the address is typed. */
import { Button, List, Text } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { Confirm } from '../../kit/page/confirm';
import { Section } from '../../kit/page/section';
import { client, session } from '../client';
import { sayAtSignIn } from '../session/farewell';
import type { Person } from '../session/signed-in';

export function DeleteAccount({ person }: { person: Person }) {
  const [isOpen, setOpen] = useState(false);
  const mayNot = person.roleType === 'root' ? undefined : t('You are signed in with an API key. Sign in yourself to delete the account.');
  return (
    <Section
      title={t('Delete the account')}
      about={mayNot ?? t('Name, address and all ways to sign in go for good. Instances have to be deleted before.')}
    >
      <Button color="red" variant="light" disabled={mayNot !== undefined} onClick={() => setOpen(true)}>
        {t('Delete the account')}
      </Button>
      <Confirm
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('Delete the account of {{email}}', { email: person.email })}
        action={t('Delete the account')}
        typed={person.email}
        failure={t('The account is not deleted')}
        submit={() => client.customerDeleteUser({})}
        onDone={() => {
          sayAtSignIn(t('The account of {{email}} is deleted.', { email: person.email }));
          void session.end();
        }}
      >
        <Text mb="xs">{t('With the account of {{name}} go:', { name: person.orgName })}</Text>
        <List size="sm">
          <List.Item>{t('all subscriptions of the organization, and the access of everybody who was invited to them;')}</List.Item>
          <List.Item>{t('your access to subscriptions of others, and your requests that wait for an answer;')}</List.Item>
          <List.Item>{t('your API keys, second factors and open sessions.')}</List.Item>
        </List>
        <Text mt="xs">
          {t('It is refused while there are instances or snapshots. What you have done stays in audit logs, without your name.')}
        </Text>
      </Confirm>
    </Section>
  );
}
