/** Sets the secret that a webhook is signed with. It is shown here, and never again. */
import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { strongPassword } from '../../kit/parameters/password';

export function SigningSecretForm({ channelId, onDone }: { channelId: string; onDone: () => void }) {
  const [secret, setSecret] = useState(strongPassword);
  const save = useMutation({
    mutationFn: () => client.setSigningSecret({ params: { id: channelId }, body: { signingSecret: secret } }),
  });
  if (save.isSuccess)
    return (
      <Stack gap="md">
        <Text size="sm">{t('Give it to the receiver now: it is not shown again. A former secret signs too, for 24 hours.')}</Text>
        <Copyable text={secret} label={t('the signing secret')} />
        <Group justify="flex-end">
          <Button onClick={onDone}>{t('Close')}</Button>
        </Group>
      </Stack>
    );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (secret.trim() !== '') save.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Signing secret')}
          description={t('Each request carries the HMAC of its body with this secret, in the header Cellplane-Signature.')}
          value={secret}
          onChange={(event) => setSecret(event.currentTarget.value)}
          error={secret.trim() === '' ? t('Write a secret.') : undefined}
          autoComplete="off"
        />
        {save.isError && <Failure title={t('The secret is as before')} error={save.error} />}
        <FormButtons onCancel={onDone} action={t('Set the secret')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
