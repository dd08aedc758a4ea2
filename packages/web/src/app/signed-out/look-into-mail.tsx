/** A mail is on its way; nothing else is to be done here. It can be sent again. */
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Failure } from '../../kit/failure';
import { Card } from './card';

interface Props {
  email: string;
  children: ReactNode;
  resend: () => Promise<unknown>;
  foot: ReactNode;
}

export function LookIntoMail({ email, children, resend, foot }: Props) {
  const again = useMutation({ mutationFn: resend });
  return (
    <Card title={t('Look into your mail')} foot={foot}>
      <Text role="status" style={{ overflowWrap: 'anywhere' }}>
        {children}
      </Text>
      <Text size="sm" c="dimmed">
        {t(
          'Nothing came? Look among the unwanted mails, and whether the address is right. For an address that is known or not invited there, the mail says so.',
        )}
      </Text>
      {again.isError && <Failure title={t('No other mail is sent')} error={again.error} />}
      <Button variant="default" loading={again.isPending} onClick={() => again.mutate()}>
        {again.isSuccess ? t('Sent again to {{email}}', { email }) : t('Send it again')}
      </Button>
    </Card>
  );
}
