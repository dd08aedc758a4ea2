/** Invites people: several addresses, into several subscriptions, with one role. What was refused is told for each. */
import type { SubscriptionRole } from '@cellplane/api/access';
import { Alert, Checkbox, List, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { wordsOf } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import type { OwnSubscription } from '../own';
import { RoleChoice } from './role-choice';
import { addressesIn, whyNotGiven } from './rules';

interface Props {
  opened: boolean;
  onClose: () => void;
  /** Those that the caller may invite into. */
  subscriptions: readonly OwnSubscription[];
  /** Chosen from the beginning. */
  chosen: readonly string[];
}

export function Invite({ opened, onClose, ...props }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Invite people')} centered size="lg">
      <InviteForm onClose={onClose} {...props} />
    </Modal>
  );
}

interface Refused {
  email: string;
  plan: string;
  why: string;
}

function InviteForm({ onClose, subscriptions, chosen }: Omit<Props, 'opened'>) {
  const queries = useQueryClient();
  const [text, setText] = useState('');
  const [into, setInto] = useState<string[]>(
    chosen.length > 0 || subscriptions.length > 1 ? [...chosen] : subscriptions.map(({ id }) => id),
  );
  const [role, setRole] = useState<SubscriptionRole>('reader');
  const [isTried, setTried] = useState(false);
  const emails = addressesIn(text);
  const wrong = emails.find((one) => !/^[^\s@]+@[^\s@]+$/.test(one));
  const faults = {
    emails:
      emails.length === 0
        ? t('Write at least one address.')
        : wrong === undefined
          ? undefined
          : t('{{address}} is not an address.', { address: wrong }),
    into: into.length === 0 ? t('Choose at least one.') : undefined,
  };
  const invite = useMutation({
    mutationFn: async () => {
      const refused: Refused[] = [];
      for (const id of into)
        for (const email of emails)
          await client
            .inviteSubscriptionMember({ params: { subscriptionId: id }, body: { email, roleType: role } })
            .catch((error: unknown) => {
              refused.push({ email, plan: planOf(subscriptions, id), why: wordsOf(error) });
            });
      return { refused, invited: into.length * emails.length - refused.length };
    },
    onSuccess: async ({ refused }) => {
      await queries.invalidateQueries({ queryKey: ['people'] });
      if (refused.length === 0) onClose();
    },
  });
  const isRootRefused = subscriptions
    .filter(({ id }) => into.includes(id))
    .find(({ roleType }) => whyNotGiven('root', roleType) !== undefined);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (faults.emails === undefined && faults.into === undefined) invite.mutate();
      }}
    >
      <Stack gap="md">
        {invite.data !== undefined && invite.data.refused.length > 0 && (
          <Alert
            color="red"
            variant="light"
            role="alert"
            title={t('{{count}} were not invited', { count: invite.data.refused.length, defaultValue_one: '{{count}} was not invited' })}
          >
            <List size="sm">
              {invite.data.refused.map(({ email, plan, why }) => (
                <List.Item key={`${email} ${plan}`}>
                  {email}, {plan}: {why}
                </List.Item>
              ))}
            </List>
            {invite.data.invited > 0 && <Text size="sm">{t('The others are invited.')}</Text>}
          </Alert>
        )}
        <Textarea
          label={t('E-mail addresses')}
          description={t('Several, separated by commas or lines. Each gets a mail; the invitation can be accepted for 14 days.')}
          required
          autosize
          minRows={2}
          data-autofocus
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={isTried ? faults.emails : undefined}
        />
        <Checkbox.Group label={t('Subscriptions')} value={into} onChange={setInto} error={isTried ? faults.into : undefined} required>
          <Stack gap="xs" mt={4}>
            {subscriptions.map((one) => (
              <Checkbox
                key={one.id}
                value={one.id}
                label={`${one.serviceName} · ${one.productTierName}`}
                description={one.rootUserOrgName}
              />
            ))}
          </Stack>
        </Checkbox.Group>
        <RoleChoice
          label={t('Role')}
          value={role}
          onChange={setRole}
          whyNot={(one) => (one === 'root' && isRootRefused !== undefined ? whyNotGiven(one, isRootRefused.roleType) : undefined)}
        />
        <FormButtons
          onCancel={onClose}
          action={emails.length > 1 ? t('Invite {{count}} people', { count: emails.length }) : t('Invite')}
          isPending={invite.isPending}
        />
      </Stack>
    </form>
  );
}

function planOf(subscriptions: readonly OwnSubscription[], id: string): string {
  const found = subscriptions.find((one) => one.id === id);
  return found === undefined ? id : found.productTierName;
}
