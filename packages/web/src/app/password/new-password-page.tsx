/** Where the link of a reset's mail leads. */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure, fieldFaults } from '../../kit/failure';
import { NewPassword, SHORTEST_PASSWORD } from '../../kit/people/new-password';
import { client } from '../client';
import { Card } from '../signed-out/card';
import { FootLink } from '../signed-out/foot-link';

export function NewPasswordPage() {
  const { email = '', token = '' } = useSearch({ from: '/change-password' });
  const [password, setPassword] = useState('');
  const change = useMutation({ mutationFn: () => client.changePassword({ body: { email, token, password } }) });
  const foot = (
    <FootLink to="/reset-password" search={{ email }}>
      {t('Ask for another link')}
    </FootLink>
  );
  if (change.isSuccess)
    return (
      <Card title={t('The new password counts')} about={email}>
        <Text>{t('All sessions of the account have ended. Sign in with the new password.')}</Text>
        <Button renderRoot={(props) => <Link to="/sign-in" search={{ email }} {...props} />}>{t('Go to the sign-in')}</Button>
      </Card>
    );
  if (email === '' || token === '')
    return (
      <Card title={t('The link is not whole')} foot={foot}>
        <Text>{t('Copy the whole address from the mail; it may be broken over two lines there.')}</Text>
      </Card>
    );
  const faults = fieldFaults(change.error);
  return (
    <Card title={t('Set a new password')} about={t('With it, all sessions of the account end.')} foot={foot}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (password.length >= SHORTEST_PASSWORD) change.mutate();
        }}
      >
        <Stack gap="md">
          {change.isError && (
            <>
              <Failure title={t('The password is not changed')} error={change.error} />
              <Text size="sm">{t('A link works once, for an hour. Ask for another one below.')}</Text>
            </>
          )}
          <TextInput label={t('E-mail')} type="email" autoComplete="username" value={email} readOnly />
          <NewPassword label={t('New password')} value={password} onChange={setPassword} error={faults['password']} />
          <Button type="submit" loading={change.isPending}>
            {t('Set the password')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
