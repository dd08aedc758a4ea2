/** Makes a budget, or changes one. */
import { Checkbox, Group, Modal, NumberInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import type { OwnSubscription } from '../own';
import type { Budget } from './budgets';

interface Props {
  /** Undefined: nothing is open. */
  of: 'new' | Budget | undefined;
  /** Those that the caller may make one of. */
  subscriptions: readonly OwnSubscription[];
  onClose: () => void;
  onDone: () => Promise<void>;
}

/** Parts of the amount that are offered, in per cent; those that a budget has beside them are, too. */
const OFFERED = [25, 50, 80, 90, 100, 120];
const FIRST = [50, 80, 100];

export function BudgetForm({ of, onClose, ...props }: Props) {
  const title = of === undefined || of === 'new' ? t('New budget') : t('Change budget {{name}}', { name: of.name });
  return (
    <Modal opened={of !== undefined} onClose={onClose} title={title} centered>
      {of !== undefined && <Form present={of === 'new' ? undefined : of} onClose={onClose} {...props} />}
    </Modal>
  );
}

function Form({ present, subscriptions, onClose, onDone }: Omit<Props, 'of'> & { present: Budget | undefined }) {
  const [name, setName] = useState(present?.name ?? '');
  const [subscriptionId, setSubscriptionId] = useState(subscriptions.length === 1 ? (subscriptions[0]?.id ?? null) : null);
  const [amount, setAmount] = useState<string | number>(present?.amount ?? '');
  const [tag, setTag] = useState({ key: '', value: '' });
  const [percents, setPercents] = useState((present?.alertPercents ?? FIRST).map(String));
  const [isExpectedTold, setExpectedTold] = useState(present?.alertExpected ?? true);
  const [isTried, setTried] = useState(false);
  const alerts = { alertPercents: percents.map(Number), alertExpected: isExpectedTold };
  const save = useMutation({
    mutationFn: () =>
      present === undefined
        ? client.createBudget({
            body: { name, subscriptionId: subscriptionId ?? '', amount: Number(amount), ...(tag.key === '' ? {} : { tag }), ...alerts },
          })
        : client.updateBudget({
            params: { id: present.id },
            body: { name, ...(Number(amount) === present.amount ? {} : { amount: Number(amount) }), ...alerts },
          }),
    onSuccess: onDone,
  });
  const missing = {
    name: name.trim() === '' ? t('Say what it is called.') : undefined,
    amount: Number(amount) > 0 ? undefined : t('Say what a month may cost.'),
    subscription: present === undefined && subscriptionId === null ? t('Choose one.') : undefined,
    tag: tag.key === '' && tag.value !== '' ? t('Say the key of the tag.') : undefined,
  };
  const isComplete = Object.values(missing).every((one) => one === undefined);
  const refused = fieldFaults(save.error);
  const faults: Partial<typeof missing> = isTried ? missing : {};
  const offered = [...new Set([...OFFERED, ...(present?.alertPercents ?? [])])].sort((one, other) => one - other);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (isComplete) save.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          required
          maxLength={64}
          data-autofocus
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={faults.name ?? refused['name']}
        />
        {present === undefined && (
          <Select
            label={t('Subscription')}
            required
            value={subscriptionId}
            onChange={setSubscriptionId}
            data={subscriptions.map((one) => ({ value: one.id, label: `${one.serviceName} · ${one.productTierName}` }))}
            error={faults.subscription}
          />
        )}
        <NumberInput
          label={t('Amount for a month')}
          description={t('In the currency of the plan’s prices. A month begins at midnight UTC.')}
          required
          min={0}
          decimalScale={6}
          thousandSeparator
          value={amount}
          onChange={setAmount}
          error={faults.amount ?? refused['amount']}
        />
        {present === undefined && (
          <Group gap="sm" grow align="flex-start">
            <TextInput
              label={t('Only with this tag')}
              placeholder={t('key, such as team')}
              value={tag.key}
              onChange={(event) => setTag({ ...tag, key: event.currentTarget.value })}
              error={faults.tag ?? refused['tag.key']}
            />
            <TextInput
              label={t('Value of the tag')}
              value={tag.value}
              onChange={(event) => setTag({ ...tag, value: event.currentTarget.value })}
              error={refused['tag.value']}
            />
          </Group>
        )}
        <Checkbox.Group
          label={t('Mail the members when this much is spent')}
          value={percents}
          onChange={setPercents}
          error={refused['alertPercents']}
        >
          <Group gap="md" mt={4}>
            {offered.map((percent) => (
              <Checkbox key={percent} value={String(percent)} label={t('{{percent}} %', { percent })} />
            ))}
          </Group>
        </Checkbox.Group>
        <Checkbox
          label={t('Also when the month is expected to cost more than the amount')}
          checked={isExpectedTold}
          onChange={(event) => setExpectedTold(event.currentTarget.checked)}
        />
        {present !== undefined && Number(amount) !== present.amount && (
          <Text size="sm" c="dimmed">
            {t('What was mailed of the former amount is mailed anew.')}
          </Text>
        )}
        {save.isError && <Failure title={t('The budget is not saved')} error={save.error} />}
        <FormButtons onCancel={onClose} action={present === undefined ? t('Create the budget') : t('Save')} isPending={save.isPending} />
      </Stack>
    </form>
  );
}
