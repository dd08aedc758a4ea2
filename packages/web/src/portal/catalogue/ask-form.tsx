/** Asks the provider for a plan that needs approval. */
import { Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import type { Offered, Offering } from '../own';

/** As the server bounds it. Characters. */
const LONGEST = 1_000;

interface Props {
  opened: boolean;
  onClose: () => void;
  service: Offered;
  offering: Offering;
}

export function AskForPlan({ opened, onClose, service, offering }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Ask for {{plan}}', { plan: offering.productTierName })} centered>
      <AskForm onClose={onClose} service={service} offering={offering} />
    </Modal>
  );
}

function AskForm({ onClose, service, offering }: Omit<Props, 'opened'>) {
  const queries = useQueryClient();
  const [message, setMessage] = useState('');
  const ask = useMutation({
    mutationFn: () =>
      client.customerRequestSubscription({
        body: { serviceId: service.serviceId, productTierId: offering.productTierID, ...(message.trim() === '' ? {} : { message }) },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['subscriptions'] });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          {t('{{provider}} decides, and you get a mail with the answer.', { provider: service.serviceProviderName || t('The provider') })}
        </Text>
        {ask.isError && <Failure title={t('Nothing was asked')} error={ask.error} />}
        <Textarea
          label={t('Message')}
          description={t('What it is for, if that helps to decide.')}
          autosize
          minRows={3}
          maxLength={LONGEST}
          data-autofocus
          value={message}
          onChange={(event) => setMessage(event.currentTarget.value)}
        />
        <FormButtons onCancel={onClose} action={t('Ask for it')} isPending={ask.isPending} />
      </Stack>
    </form>
  );
}
