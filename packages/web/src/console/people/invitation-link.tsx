/** The link that accepts an invitation, to be handed over where no mail arrives. */
import { Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { exactTime } from '../../kit/moment';
import { invitations } from './people';

export function InvitationLink({ email }: { email: string }) {
  const open = useQuery(invitations);
  if (open.isError) return <Failure title={t('The link cannot be shown')} error={open.error} retry={() => void open.refetch()} />;
  if (open.isFetching) return <Skeleton height={64} aria-label={t('Loading the link')} />;
  const found = open.data?.find((one) => one.email === email);
  if (found === undefined) return <Text size="sm">{t('The invitation was accepted or taken back, or is no longer good.')}</Text>;
  const link = `${window.location.origin}/accept-invitation?token=${encodeURIComponent(found.token)}`;
  return (
    <Stack gap="sm">
      <Text size="sm">
        {t('It stands in the mail, too. Whoever has it can accept the invitation: give it to {{email}} alone.', { email })}
      </Text>
      <Copyable text={link} label={t('the link')} whole />
      <Text size="sm" c="dimmed">
        {t('Good until {{time}}.', { time: exactTime(found.expiresAt) })}
      </Text>
    </Stack>
  );
}
