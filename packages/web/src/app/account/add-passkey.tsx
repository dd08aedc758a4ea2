/** A new passkey: named here, made by the browser or a security key. */
import { Modal, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { client } from '../client';
import { makePasskey, passkeyFault } from '../passkeys/passkeys';
import { faultOf, useFreshProof } from './fresh-proof';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** `recoveryCodes`: of the first factor. */
  onAdded: (recoveryCodes: string[] | undefined) => void;
}

export function AddPasskey({ opened, onClose, onAdded }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Add a passkey')} centered>
      <AddPasskeyForm onClose={onClose} onAdded={onAdded} />
    </Modal>
  );
}

function AddPasskeyForm({ onClose, onAdded }: Omit<Props, 'opened'>) {
  const [name, setName] = useState('');
  const { withProof, dialog } = useFreshProof();
  const add = useMutation({
    mutationFn: async () => {
      const made = await withProof((proof) =>
        client.addFactor({ body: { kind: 'PASSKEY', ...(name.trim() === '' ? {} : { name }), ...proof } }),
      );
      const passkey = await makePasskey(made).catch((error: unknown) => {
        throw passkeyFault(error);
      });
      const { challenge = '' } = made;
      return client.confirmFactor({ params: { id: made.id }, body: { challenge, passkey } });
    },
    onSuccess: ({ recoveryCodes }) => onAdded(recoveryCodes),
  });
  const fault = faultOf(add.error);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          {t(
            'Your phone, computer or security key signs for you, after a look at your finger, face or PIN. A passkey signs in without a password, too.',
          )}
        </Text>
        {fault !== null && <Failure title={t('No passkey is added')} error={fault} />}
        <TextInput
          label={t('Name')}
          description={t('So that you know it again.')}
          placeholder={t('My laptop')}
          maxLength={100}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <FormButtons onCancel={onClose} action={t('Make the passkey')} isPending={add.isPending} />
      </Stack>
      {dialog}
    </form>
  );
}
