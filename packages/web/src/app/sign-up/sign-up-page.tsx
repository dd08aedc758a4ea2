/** Making an account as a customer. An invitation's link fills the address in, and locks it. */
import { Button, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure, fieldFaults } from '../../kit/failure';
import { NewPassword, SHORTEST_PASSWORD } from '../../kit/people/new-password';
import { client } from '../client';
import { Card } from '../signed-out/card';
import { FootLink } from '../signed-out/foot-link';
import { installation } from '../signed-out/installation';
import { LookIntoMail } from '../signed-out/look-into-mail';

const NOTHING = { name: '', email: '', legalCompanyName: '', companyUrl: '', password: '' };

export function SignUpPage() {
  const { email: given = '' } = useSearch({ from: '/signup' });
  const house = useQuery(installation);
  const [fields, setFields] = useState({ ...NOTHING, email: given });
  const ask = useMutation({ mutationFn: () => client.signUpHere({ body: fields }) });
  const foot = <FootLink to="/sign-in">{t('I have an account: sign in')}</FootLink>;
  if (ask.isSuccess)
    return (
      <LookIntoMail email={fields.email} resend={() => client.signUpHere({ body: fields })} foot={foot}>
        {t('A mail is on its way to {{email}}. Open its link within 24 hours: the account counts from then on.', { email: fields.email })}
      </LookIntoMail>
    );
  if (house.data?.signUp === 'closed')
    return (
      <Card title={t('Sign-up is closed')} foot={foot}>
        <Text>{t('{{name}} makes the accounts itself. Ask there for one.', { name: house.data.providerName })}</Text>
        <Button renderRoot={(props) => <Link to="/sign-in" {...props} />}>{t('Go to the sign-in')}</Button>
      </Card>
    );
  const faults = fieldFaults(ask.error);
  const field = (name: keyof typeof NOTHING) => ({
    value: fields[name],
    onChange: (event: { currentTarget: { value: string } }) => {
      const { value } = event.currentTarget;
      setFields((present) => ({ ...present, [name]: value }));
    },
    error: faults[name] === undefined ? undefined : t('This {{fault}}.', { fault: faults[name] }),
  });
  return (
    <Card
      title={t('Make an account')}
      about={
        house.data?.signUp === 'invited'
          ? t('Accounts are made by invitation: use the address that was invited.')
          : t('You confirm the address by a mail.')
      }
      foot={foot}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (fields.password.length >= SHORTEST_PASSWORD) ask.mutate();
        }}
      >
        <Stack gap="md">
          {ask.isError && <Failure title={t('No account was asked for')} error={ask.error} />}
          <TextInput label={t('Name')} autoComplete="name" required autoFocus {...field('name')} />
          <TextInput
            label={t('E-mail')}
            type="email"
            autoComplete="email"
            required
            {...field('email')}
            readOnly={given !== ''}
            {...(given === '' ? {} : { description: t('The address that was invited.') })}
          />
          <TextInput
            label={t('Company')}
            autoComplete="organization"
            {...field('legalCompanyName')}
            description={t('Left empty, it is your name.')}
          />
          <TextInput label={t('Company’s web address')} autoComplete="url" placeholder="https://example.com" {...field('companyUrl')} />
          <NewPassword
            value={fields.password}
            onChange={(password) => setFields((present) => ({ ...present, password }))}
            error={faults['password']}
          />
          <Button type="submit" loading={ask.isPending}>
            {t('Make the account')}
          </Button>
        </Stack>
      </form>
    </Card>
  );
}
