/** Over a page whose session has ended: whoever it was signs in again, and nothing that was typed is lost. */
import { Anchor, Button, Group, Modal, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { SecondStepForm } from '../sign-in/second-step';
import { useSignIn } from '../sign-in/use-sign-in';

/** Over whatever dialog the page has open. */
const ABOVE_ALL = 5_000;

export default function SignInAgain({ email }: { email: string }) {
  const signIn = useSignIn(() => {});
  return (
    <Modal
      opened
      onClose={() => {}}
      title={t('Sign in again to go on')}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={ABOVE_ALL}
      centered
    >
      <Stack gap="md">
        <Text>{t('Your session has ended. This page stays as it is, with all that you have typed.')}</Text>
        {signIn.secondStep === undefined ? <PasswordStep signIn={signIn} email={email} /> : <SecondStepForm signIn={signIn} />}
        <Group justify="space-between" gap="sm">
          <Anchor size="sm" href={`/sign-in?email=${encodeURIComponent(email)}`} target="_blank" rel="noreferrer">
            {t('Sign in another way, in a new tab')}
          </Anchor>
          <Anchor size="sm" href="/sign-in">
            {t('Leave this page')}
          </Anchor>
        </Group>
      </Stack>
    </Modal>
  );
}

function PasswordStep({ signIn, email }: { signIn: ReturnType<typeof useSignIn>; email: string }) {
  const [password, setPassword] = useState('');
  const failure = signIn.byPassword.error ?? signIn.byCode.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.byPassword.mutate({ email, password });
      }}
    >
      <Stack gap="md">
        {failure !== null && <Failure title={t('You are not signed in')} error={failure} />}
        <TextInput label={t('E-mail')} type="email" name="email" autoComplete="username" value={email} readOnly />
        <PasswordInput
          label={t('Password')}
          name="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          data-autofocus
        />
        <Button type="submit" loading={signIn.byPassword.isPending}>
          {t('Sign in')}
        </Button>
      </Stack>
    </form>
  );
}
