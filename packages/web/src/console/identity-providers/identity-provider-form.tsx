/** Adds an identity provider, or changes one. What is added is asked at once whether it knows client and secret. */
import { PasswordInput, SegmentedControl, Select, Stack, Switch, TextInput } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { API_KEY_ROLES } from '@cellplane/api/access';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { person as signedIn } from '../../app/session/signed-in';
import { returnAddress } from '../../app/sign-in/single-sign-on';
import { roleName } from '../../kit/access/words';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { type IdentityProvider, identityProviderTypes, isForPeople, useReadIdentityProvidersAnew } from './identity-providers';

/** Those whose issuer is known beforehand. */
const WITHOUT_ISSUER = new Set(['Google', 'GitHub']);

export function IdentityProviderForm({ of, onDone }: { of?: IdentityProvider; onDone: () => void }) {
  const types = useQuery(identityProviderTypes).data ?? [];
  const isRoot = useQuery(signedIn).data?.roleType === 'root';
  const [values, setValues] = useState({
    identityProviderName: of?.identityProviderName ?? 'OIDC',
    name: of?.name ?? '',
    issuer: of?.issuer ?? '',
    clientId: of?.clientId ?? '',
    clientSecret: '',
    emailIdentifiers: of?.emailIdentifiers ?? '',
    signsIn: of !== undefined && isForPeople(of) ? 'people' : 'customers',
    createUsers: of?.createUsers ?? true,
    trustEmail: of?.trustEmail ?? false,
    defaultRole: of?.defaultRole ?? '',
  });
  const [isTried, setTried] = useState(false);
  const readAnew = useReadIdentityProvidersAnew();
  const { identityProviderName: kind, clientSecret, defaultRole, issuer, name, ...others } = values;
  const save = useMutation({
    mutationFn: async () => {
      const body = {
        ...others,
        ...(name.trim() === '' ? {} : { name: name.trim() }),
        ...(issuer.trim() === '' ? {} : { issuer: issuer.trim() }),
        ...(values.signsIn === 'people' && defaultRole !== '' ? { defaultRole } : {}),
        redirectUrls: [...new Set([...(of?.redirectUrls ?? []), returnAddress()])],
      };
      if (of !== undefined) {
        await client.updateIdentityProvider({ params: { id: of.id }, body: { ...body, ...(clientSecret === '' ? {} : { clientSecret }) } });
        return of.id;
      }
      return client.createIdentityProvider({ body: { ...body, identityProviderName: kind, clientSecret } });
    },
    onSuccess: async (id) => {
      onDone();
      const { status, message } = await client.verifyIdentityProvider({ params: { id } });
      await readAnew();
      notifications.show(
        status === 'READY'
          ? { message: t('Saved. It knows the client and its secret.') }
          : { color: 'red', title: t('Saved, but it refuses the client'), message: message ?? status, autoClose: false },
      );
    },
  });
  const faults = fieldFaults(save.error);
  const missing: Record<string, string> = {
    ...(issuer.trim() === '' && !WITHOUT_ISSUER.has(kind) ? { issuer: t('Write the issuer, as the identity provider names itself.') } : {}),
    ...(values.clientId.trim() === '' ? { clientId: t('Write the client id that you were given.') } : {}),
    ...(clientSecret === '' && of === undefined ? { clientSecret: t('Write the secret that you were given.') } : {}),
  };
  const field = (key: 'name' | 'issuer' | 'clientId' | 'clientSecret' | 'emailIdentifiers') => ({
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
        if (Object.keys(missing).length === 0) save.mutate();
      }}
    >
      <Stack gap="md">
        {of === undefined && (
          <>
            <Select
              label={t('Kind')}
              description={t('OIDC is any provider of OpenID Connect.')}
              data={types.includes('OIDC') ? types : [...types, 'OIDC']}
              value={kind}
              onChange={(value) => setValues({ ...values, identityProviderName: value ?? 'OIDC' })}
              allowDeselect={false}
            />
            <SegmentedControl
              aria-label={t('Whom it signs in')}
              data={[
                { value: 'customers', label: t('Customers') },
                { value: 'people', label: isRoot ? t('Your own people') : t('Your own people (roots only)'), disabled: !isRoot },
              ]}
              value={values.signsIn}
              onChange={(signsIn) => setValues({ ...values, signsIn })}
            />
          </>
        )}
        <TextInput label={t('Name on the button (optional)')} placeholder={t('Acme ID')} {...field('name')} />
        {!WITHOUT_ISSUER.has(kind) && <TextInput label={t('Issuer')} placeholder="https://id.example.com" {...field('issuer')} />}
        <TextInput label={t('Client id')} autoComplete="off" {...field('clientId')} />
        <PasswordInput
          label={t('Client secret')}
          description={of === undefined ? undefined : t('Empty: as it is.')}
          autoComplete="off"
          {...field('clientSecret')}
        />
        <TextInput
          label={t('Domains of addresses (optional)')}
          description={t('Separated by commas. Only people with an address of these are let in; empty: of any.')}
          placeholder={t('example.com, example.org')}
          {...field('emailIdentifiers')}
        />
        <Switch
          label={t('Make accounts for newcomers')}
          checked={values.createUsers}
          onChange={(event) => setValues({ ...values, createUsers: event.currentTarget.checked })}
        />
        <Switch
          label={t('Trust its addresses')}
          description={t('Take addresses of these domains for verified where it says nothing about that.')}
          checked={values.trustEmail}
          onChange={(event) => setValues({ ...values, trustEmail: event.currentTarget.checked })}
        />
        {values.signsIn === 'people' && (
          <Select
            label={t('Role of newcomers (optional)')}
            description={t('Without one only invited people are let in.')}
            data={API_KEY_ROLES.map((role) => ({ value: role, label: roleName(role) }))}
            value={defaultRole === '' ? null : defaultRole}
            onChange={(role) => setValues({ ...values, defaultRole: role ?? '' })}
            clearable
          />
        )}
        {save.isError && <Failure title={t('The identity provider was not saved')} error={save.error} />}
        <FormButtons onCancel={onDone} action={of === undefined ? t('Add and test') : t('Save and test')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
