/** Sign-in in two steps: the address first, then what fits it; a second factor where the person has one. */
import { Alert, Button, Divider, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { Failure } from '../../kit/failure';
import { client, session } from '../client';
import { usePasskeyAutofill } from '../passkeys/use-passkey-autofill';
import { takeFarewell } from '../session/farewell';
import { placeAfter } from '../session/place-after';
import { Card } from '../signed-out/card';
import { FootLink } from '../signed-out/foot-link';
import { installation } from '../signed-out/installation';
import { IdentityProviders } from './identity-providers';
import { SecondStepForm } from './second-step';
import { useSignIn } from './use-sign-in';

export function SignInPage() {
  const { to, email: given = '' } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const { data: house } = useQuery(installation);
  const [email, setEmail] = useState(given);
  const [asked, setAsked] = useState<string>();
  const [farewell] = useState(takeFarewell);
  const signIn = useSignIn(() => navigate({ href: placeAfter(to) }));
  if (signIn.secondStep !== undefined)
    return (
      <Card title={t('Second step')} about={t('The password of {{email}} is right. Show once more that it is you.', { email })}>
        <SecondStepForm signIn={signIn} />
      </Card>
    );
  return (
    <Card
      title={t('Sign in')}
      foot={
        <>
          <FootLink to="/reset-password" search={email === '' ? {} : { email }}>
            {t('Forgot your password?')}
          </FootLink>
          {house !== undefined && house.signUp !== 'closed' && (
            <FootLink to="/signup" search={email === '' ? {} : { email }}>
              {t('Make an account')}
            </FootLink>
          )}
        </>
      }
    >
      {farewell !== undefined && (
        <Alert color="gray" variant="light" role="status">
          {farewell}
        </Alert>
      )}
      <PasswordForm signIn={signIn} email={email} onEmail={setEmail} asked={asked} onAsk={setAsked} />
      <OtherWays signIn={signIn} email={asked ?? ''} to={to} onDone={() => navigate({ href: placeAfter(to) })} />
    </Card>
  );
}

interface FormProps {
  signIn: ReturnType<typeof useSignIn>;
  email: string;
  onEmail: (email: string) => void;
  /** The address that the first step was taken with. */
  asked: string | undefined;
  onAsk: (email: string) => void;
}

function PasswordForm({ signIn, email, onEmail, asked, onAsk }: FormProps) {
  const [password, setPassword] = useState('');
  const field = useRef<HTMLInputElement>(null);
  const isAsked = asked !== undefined;
  useEffect(() => {
    if (isAsked) field.current?.focus();
  }, [isAsked]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onAsk(email);
    // A password manager may have filled both before the first step.
    if (isAsked || password !== '') signIn.byPassword.mutate({ email, password });
  };
  const failure = signIn.byPassword.error ?? signIn.byCode.error;
  return (
    <form onSubmit={submit}>
      <Stack gap="md">
        {failure !== null && <Failure title={t('You are not signed in')} error={failure} />}
        <TextInput
          label={t('E-mail')}
          type="email"
          name="email"
          autoComplete="username webauthn"
          required
          value={email}
          onChange={(event) => onEmail(event.currentTarget.value)}
          onBlur={() => isAsked && onAsk(email)}
          autoFocus={!isAsked}
        />
        {isAsked && (
          <PasswordInput
            label={t('Password')}
            name="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            ref={field}
          />
        )}
        <Button type="submit" loading={signIn.byPassword.isPending}>
          {isAsked ? t('Sign in') : t('Continue')}
        </Button>
      </Stack>
    </form>
  );
}

interface WaysProps {
  signIn: ReturnType<typeof useSignIn>;
  email: string;
  to: string | undefined;
  onDone: () => unknown;
}

/** Ways that need no password. */
function OtherWays({ signIn, email, to, onDone }: WaysProps) {
  const place = usePasskeyAutofill(async (answer) => {
    await session.begin((await client.finishSignIn({ body: answer })).refreshToken);
    await onDone();
  });
  return (
    <>
      <Divider label={t('or')} />
      <Stack gap="xs">
        <IdentityProviders email={email} to={to} />
        {(signIn.byPasskey.error ?? place.fault) !== null && (
          <Failure title={t('You are not signed in')} error={signIn.byPasskey.error ?? place.fault} />
        )}
        <Button
          variant="default"
          disabled={!place.isOffered || place.elsewhere !== undefined}
          loading={signIn.byPasskey.isPending}
          onClick={() => signIn.byPasskey.mutate()}
          aria-describedby="passkey-place"
        >
          {t('Use a passkey')}
        </Button>
        <Text size="xs" c="dimmed" id="passkey-place">
          {!place.isOffered && t('This browser has no passkeys.')}
          {place.elsewhere !== undefined && t('Passkeys work at {{domain}}; this page is at another address.', { domain: place.elsewhere })}
        </Text>
      </Stack>
    </>
  );
}
