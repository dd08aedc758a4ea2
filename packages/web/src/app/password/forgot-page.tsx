/** A forgotten password: a link to set a new one is mailed. */
import { Button, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure, fieldFaults } from '../../kit/failure';
import { client } from '../client';
import { Card } from '../signed-out/card';
import { FootLink } from '../signed-out/foot-link';
import { LookIntoMail } from '../signed-out/look-into-mail';

export function ForgotPage() {
  const { email: given = '' } = useSearch({ from: '/reset-password' });
  const [email, setEmail] = useState(given);
  const ask = useMutation({ mutationFn: () => client.resetPassword({ body: { email } }) });
  const foot = (
    <FootLink to="/sign-in" search={email === '' ? {} : { email }}>
      {t('Back to the sign-in')}
    </FootLink>
  );
  if (ask.isSuccess)
    return (
      <LookIntoMail email={email} resend={() => client.resetPassword({ body: { email } })} foot={foot}>
        {t('If {{email}} has an account here, a mail is on its way. Its link sets a new password, once, within an hour.', { email })}
      </LookIntoMail>
    );
  return (
    <Card
      title={t('Set a new password')}
      about={t('You get a mail with a link. The old password works until you set the new one.')}
      foot={foot}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate();
        }}
      >
        <Stack gap="md">
          {ask.isError && <Failure title={t('No mail is sent')} error={ask.error} />}
          <TextInput
            label={t('E-mail')}
            type="email"
            autoComplete="username"
            required
            autoFocus
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={fieldFaults(ask.error)['email']}
          />
          <Button type="submit" loading={ask.isPending}>
            {t('Mail me a link')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
