/** Makes an account for a customer. */
import { Checkbox, Stack, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { NewPassword } from '../../kit/people/new-password';
import { useReadCustomersAnew } from './customers';

const EMPTY = { email: '', name: '', legalCompanyName: '', companyUrl: '', password: '' };

export function CreateCustomerForm({ onDone, onCancel }: { onDone: (userId: string) => void; onCancel: () => void }) {
  const [values, setValues] = useState(EMPTY);
  const [isVerified, setVerified] = useState(false);
  const [isTried, setTried] = useState(false);
  const readAnew = useReadCustomersAnew();
  const create = useMutation({
    mutationFn: () => {
      const { companyUrl, ...body } = values;
      return client.createConsumptionUser({
        body: { ...body, email: values.email.trim(), enableAutoVerification: isVerified, ...(companyUrl === '' ? {} : { companyUrl }) },
      });
    },
    onSuccess: async (userId) => {
      await readAnew();
      onDone(userId);
    },
  });
  const faults = fieldFaults(create.error);
  const missing: Record<string, string> = {
    ...(values.email.trim() === '' ? { email: t('Write the address of the customer.') } : {}),
    ...(values.name.trim() === '' ? { name: t('Write the name of the customer.') } : {}),
    ...(values.legalCompanyName.trim() === '' ? { legalCompanyName: t('Write the name of their organization.') } : {}),
    ...(values.password === '' ? { password: t('Write a password, or let one be made.') } : {}),
  };
  const field = (key: keyof typeof EMPTY) => ({
    value: values[key],
    onChange: (event: { currentTarget: { value: string } }) => setValues({ ...values, [key]: event.currentTarget.value }),
    error: (isTried ? missing[key] : undefined) ?? faults[key],
  });
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (Object.keys(missing).length === 0) create.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput label={t('E-mail')} type="email" {...field('email')} data-autofocus />
        <TextInput label={t('Name')} {...field('name')} />
        <TextInput label={t('Organization')} {...field('legalCompanyName')} />
        <TextInput label={t('Address of their site (optional)')} placeholder="https://acme.example" {...field('companyUrl')} />
        <NewPassword
          value={values.password}
          onChange={(password) => setValues({ ...values, password })}
          error={(isTried ? missing['password'] : undefined) ?? faults['password']}
        />
        <Checkbox
          label={t('The address is confirmed')}
          description={
            isVerified ? t('They can sign in at once.') : t('They can sign in once they have followed the link that is mailed to them.')
          }
          checked={isVerified}
          onChange={(event) => setVerified(event.currentTarget.checked)}
        />
        {create.isError && <Failure title={t('No account was made')} error={create.error} />}
        <FormButtons onCancel={onCancel} action={t('Create the customer')} isPending={create.isPending} />
      </Stack>
    </form>
  );
}
