/** The second step of a sign-in: a code of an app, a passkey, or a recovery code. */
import { Anchor, Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { hasPasskeys } from '../passkeys/passkeys';
import type { useSignIn } from './use-sign-in';

type Way = 'TOTP' | 'RECOVERY_CODE';

export function SecondStepForm({ signIn }: { signIn: ReturnType<typeof useSignIn> }) {
  const methods = signIn.secondStep?.methods ?? [];
  const mayPasskey = methods.includes('PASSKEY') && hasPasskeys();
  const [way, setWay] = useState<Way>(methods.includes('TOTP') ? 'TOTP' : 'RECOVERY_CODE');
  const [code, setCode] = useState('');
  const isCode = methods.includes(way);
  const failure = signIn.byCode.error ?? signIn.byPasskey.error;
  const other: Way = way === 'TOTP' ? 'RECOVERY_CODE' : 'TOTP';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        signIn.byPasskey.reset();
        signIn.byCode.mutate(code);
      }}
    >
      <Stack gap="md">
        {failure !== null && <Failure title={t('You are not signed in')} error={failure} />}
        {mayPasskey && (
          <Button
            type="button"
            variant={methods.includes('TOTP') ? 'default' : 'filled'}
            loading={signIn.byPasskey.isPending}
            onClick={() => {
              signIn.byCode.reset();
              signIn.byPasskey.mutate();
            }}
          >
            {t('Use a passkey')}
          </Button>
        )}
        {isCode && (
          <>
            <TextInput
              label={way === 'TOTP' ? t('Code') : t('Recovery code')}
              description={
                way === 'TOTP'
                  ? t('The six digits that your authenticator app shows now.')
                  : t('One of the codes that you kept. Each works once.')
              }
              autoComplete={way === 'TOTP' ? 'one-time-code' : 'off'}
              inputMode={way === 'TOTP' ? 'numeric' : 'text'}
              autoFocus
              required
              classNames={{ input: 'mono' }}
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
            <Button type="submit" loading={signIn.byCode.isPending}>
              {t('Sign in')}
            </Button>
          </>
        )}
        <Group justify="space-between" gap="sm">
          {methods.includes(other) ? (
            <Anchor component="button" type="button" size="sm" onClick={() => (setWay(other), setCode(''))}>
              {other === 'TOTP' ? t('Use the authenticator app') : t('Use a recovery code')}
            </Anchor>
          ) : (
            <span />
          )}
          <Anchor component="button" type="button" size="sm" onClick={signIn.again}>
            {t('Back to the password')}
          </Anchor>
        </Group>
        {!isCode && !mayPasskey && (
          <Text size="sm">
            {t('This browser has no passkeys. Sign in with a browser or device that has yours, or ask an administrator.')}
          </Text>
        )}
      </Stack>
    </form>
  );
}
