/** One of the provider's people accepts an invitation, and is signed in. */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure, fieldFaults } from '../../kit/failure';
import { NewPassword, SHORTEST_PASSWORD } from '../../kit/people/new-password';
import { client, session } from '../client';
import { Card } from '../signed-out/card';
import { FootLink } from '../signed-out/foot-link';

export function AcceptPage() {
  const { token: given = '' } = useSearch({ from: '/accept-invitation' });
  const navigate = useNavigate();
  const [token, setToken] = useState(given);
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const accept = useMutation({
    mutationFn: async () => {
      const { email } = await client.acceptInvitation({ body: { token: token.trim(), name, password } });
      await session.begin((await client.signin({ body: { email, password } })).refreshToken);
    },
    onSuccess: () => navigate({ to: '/', replace: true }),
  });
  const faults = fieldFaults(accept.error);
  return (
    <Card
      title={t('Accept the invitation')}
      about={t('You become one of the people of this installation’s provider.')}
      foot={<FootLink to="/sign-in">{t('I have an account: sign in')}</FootLink>}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (password.length >= SHORTEST_PASSWORD) accept.mutate();
        }}
      >
        <Stack gap="md">
          {accept.isError && (
            <>
              <Failure title={t('The invitation is not accepted')} error={accept.error} />
              <Text size="sm">{t('An invitation works once, for 7 days. Whoever invited you can do it again.')}</Text>
            </>
          )}
          {given === '' && (
            <TextInput
              label={t('Token')}
              description={t('It is in the mail, or with whoever invited you.')}
              required
              autoComplete="off"
              value={token}
              onChange={(event) => setToken(event.currentTarget.value)}
            />
          )}
          <TextInput
            label={t('Name')}
            autoComplete="name"
            required
            autoFocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faults['name']}
          />
          <NewPassword value={password} onChange={setPassword} error={faults['password']} />
          <Button type="submit" loading={accept.isPending}>
            {t('Accept and sign in')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
