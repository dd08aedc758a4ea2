/** One notification channel: what it takes, a test, and what it has carried. */
import { Group, Menu, Modal, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton, GuardedItem } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { wordsOf } from '../../kit/failure';
import { MoreButton } from '../../kit/more';
import { Confirm } from '../../kit/page/confirm';
import { Facts } from '../../kit/page/facts';
import { PageHead } from '../../kit/page/page-head';
import { PageLoading } from '../../kit/page/page-loading';
import { Section } from '../../kit/page/section';
import { ChannelForm } from '../notifications/channel-form';
import { type Channel, kindWords, targetOf, useReadChannelsAnew } from '../notifications/channels';
import { takenWords } from '../notifications/taken';
import { Deliveries } from './deliveries';
import { SigningSecretForm } from './signing-secret-form';
import { NotShown } from '../../kit/page/not-shown';

export function ChannelPage() {
  return (
    <Readable operation="describeNotificationChannel">
      <Found />
    </Readable>
  );
}

function Found() {
  const { channelId } = useParams({ from: '/shell/console/notifications/$channelId' });
  const found = useQuery({
    queryKey: ['notifications', 'channels', channelId],
    queryFn: () => client.describeNotificationChannel({ params: { id: channelId } }),
  });
  if (found.isError)
    return <NotShown title={t('The channel cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <PageLoading label={t('Loading the channel')} />;
  return <ChannelView of={found.data} />;
}

function ChannelView({ of }: { of: Channel }) {
  return (
    <Stack gap="md">
      <PageHead title={of.name} above={above()} facts={kindWords(of.channelType)}>
        <Actions of={of} />
      </PageHead>
      <Section title={t('Channel')}>
        <Facts
          facts={[
            { name: t('Goes to'), value: <span className="mono">{targetOf(of)}</span> },
            { name: t('Takes'), value: takenWords(of.subscription) },
          ]}
        />
        <Text size="xs" c="dimmed" mt="xs">
          {t('What is secret in it shows as ***.')}
        </Text>
      </Section>
      <Deliveries channelId={of.id} />
    </Stack>
  );
}

function Actions({ of }: { of: Channel }) {
  const [open, setOpen] = useState<'change' | 'sign' | 'delete' | undefined>();
  const close = () => setOpen(undefined);
  const { why } = useMay('updateNotificationChannel');
  const readAnew = useReadChannelsAnew();
  const navigate = useNavigate();
  const params = { id: of.id };
  const test = useMutation({
    mutationFn: () => client.testNotificationChannel({ params }),
    onSuccess: () => notifications.show({ message: t('A test is on its way. What comes of it stands below.') }),
    onError: (error) => notifications.show({ color: 'red', title: t('No test was sent'), message: wordsOf(error) }),
    onSettled: readAnew,
  });
  return (
    <Group gap="xs">
      <GuardedButton why={why} loading={test.isPending} onClick={() => test.mutate()}>
        {t('Send a test')}
      </GuardedButton>
      <GuardedButton variant="default" why={why} onClick={() => setOpen('change')}>
        {t('Change')}
      </GuardedButton>
      <Menu position="bottom-end" width={260}>
        <Menu.Target>
          <MoreButton isInHead aria-label={t('More actions for {{name}}', { name: of.name })} />
        </Menu.Target>
        <Menu.Dropdown>
          <GuardedItem
            why={why ?? (of.channelType === 'webhook' ? undefined : t('Only webhooks are signed.'))}
            onClick={() => setOpen('sign')}
          >
            {t('Set the signing secret')}
          </GuardedItem>
          <GuardedItem why={why} color="red" onClick={() => setOpen('delete')}>
            {t('Delete the channel')}
          </GuardedItem>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={open === 'change'} onClose={close} title={t('Change {{name}}', { name: of.name })} centered>
        <ChannelForm of={of} onDone={close} onCancel={close} />
      </Modal>
      <Modal opened={open === 'sign'} onClose={close} title={t('Signing secret of {{name}}', { name: of.name })} centered>
        <SigningSecretForm channelId={of.id} onDone={close} />
      </Modal>
      <Confirm
        opened={open === 'delete'}
        onClose={close}
        title={t('Delete {{name}}', { name: of.name })}
        action={t('Delete the channel')}
        failure={t('The channel is still there')}
        submit={() => client.deleteNotificationChannel({ params })}
        onDone={() => {
          void navigate({ to: '/console/notifications' });
          void readAnew();
        }}
      >
        {t('Its history goes, too. What waits to be sent with it is not sent.')}
      </Confirm>
    </Group>
  );
}

function above() {
  return [{ label: t('Notifications'), link: { to: '/console/notifications' } }] as const;
}
