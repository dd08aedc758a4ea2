/** A new authenticator app: its QR code is scanned, and the code that it shows proves that it works. */
import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { QrCode } from '../../kit/qr-code';
import { client } from '../client';
import { faultOf, useFreshProof } from './fresh-proof';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** `recoveryCodes`: of the first factor. */
  onAdded: (recoveryCodes: string[] | undefined) => void;
}

export function AddApp({ opened, onClose, onAdded }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Add an authenticator app')} centered>
      <AddAppForm onClose={onClose} onAdded={onAdded} />
    </Modal>
  );
}

function AddAppForm({ onClose, onAdded }: Omit<Props, 'opened'>) {
  const [name, setName] = useState('');
  const [code, setCode] = useState('');
  const { withProof, dialog } = useFreshProof();
  const begin = useMutation({
    mutationFn: () => withProof((proof) => client.addFactor({ body: { kind: 'TOTP', ...(name.trim() === '' ? {} : { name }), ...proof } })),
  });
  const confirm = useMutation({
    mutationFn: (id: string) => client.confirmFactor({ params: { id }, body: { code: code.trim() } }),
    onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes),
  });
  const made = begin.data;
  if (made === undefined) {
    const fault = faultOf(begin.error);
    return (
      <form
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        <Stack gap="md">
          <Text size="sm">
            {t(
              'An app on your phone or in your password manager shows six digits that change every 30 seconds. Sign-ins ask for them after the password.',
            )}
          </Text>
          {fault !== null && <Failure title={t('No app is added')} error={fault} />}
          <TextInput
            label={t('Name')}
            description={t('So that you know it again.')}
            placeholder={t('My phone')}
            maxLength={100}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <FormButtons onCancel={onClose} action={t('Show the QR code')} isPending={begin.isPending} />
        </Stack>
        {dialog}
      </form>
    );
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        confirm.mutate(made.id);
      }}
    >
      <Stack gap="md" align="center">
        <Text size="sm">{t('Scan this with the app, then type the code that it shows.')}</Text>
        <QrCode text={made.otpauthUrl ?? ''} label={t('QR code for the authenticator app')} />
        <Text size="sm" c="dimmed" component="div" maw="100%">
          {t('Cannot scan? Type this key into the app:')} <Copyable text={made.secret ?? ''} label={t('the key')} />
        </Text>
        <TextInput
          label={t('Code')}
          w="100%"
          required
          inputMode="numeric"
          autoComplete="one-time-code"
          data-autofocus
          autoFocus
          value={code}
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {confirm.isError && <Failure title={t('The app is not confirmed')} error={confirm.error} />}
        <FormButtons onCancel={onClose} action={t('Confirm the app')} isPending={confirm.isPending} />
      </Stack>
    </form>
  );
}
