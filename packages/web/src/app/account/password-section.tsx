/** A change of one's password. It ends all sessions, this one too. */
import { Button, Group, PasswordInput, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure, fieldFaults } from '../../kit/failure';
import { Section } from '../../kit/page/section';
import { NewPassword, SHORTEST_PASSWORD } from '../../kit/people/new-password';
import { client, session } from '../client';
import { sayAtSignIn } from '../session/farewell';

export function PasswordSection({ email }: { email: string }) {
  const [currentPassword, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => client.updatePassword({ body: { currentPassword, password } }),
    onSuccess: async () => {
      sayAtSignIn(t('The new password counts. All sessions have ended: sign in with it.'));
      await session.end();
    },
  });
  const faults = fieldFaults(change.error);
  return (
    <Section title={t('Password')} about={t('With a new password all sessions end, this one too. API keys go on.')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (password.length >= SHORTEST_PASSWORD) change.mutate();
        }}
      >
        <Stack gap="md" maw={400}>
          {change.isError && <Failure title={t('The password is not changed')} error={change.error} />}
          <input type="email" name="email" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label={t('Current password')}
            autoComplete="current-password"
            required
            value={currentPassword}
            onChange={(event) => setCurrent(event.currentTarget.value)}
            error={faults['currentPassword']}
          />
          <NewPassword label={t('New password')} value={password} onChange={setPassword} error={faults['password']} />
          <Group>
            <Button type="submit" variant="default" loading={change.isPending}>
              {t('Change the password')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Section>
  );
}
