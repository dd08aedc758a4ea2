/** Subscribes a customer to a plan on their behalf: private plans too, without approval. */
import { NumberInput, Select, Stack, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure, fieldFaults } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { planChoices, type PlanChoice } from './plan-choices';
import { useReadSubscriptionsAnew } from './subscriptions';

interface Props {
  /** Of whom. @default asked for */
  customer?: { userId: string; email: string };
  onDone: () => void;
  onCancel: () => void;
}

export function SubscribeForm({ customer, onDone, onCancel }: Props) {
  const plans = useQuery(planChoices);
  const [email, setEmail] = useState(customer?.email ?? '');
  const [planId, setPlanId] = useState<string | null>(null);
  const [most, setMost] = useState<string | number>('');
  const [isTried, setTried] = useState(false);
  const readAnew = useReadSubscriptionsAnew();
  const plan = plans.data?.find((one) => one.planId === planId);
  const subscribe = useMutation({
    mutationFn: ({ serviceId, environmentId, planId: productTierId }: PlanChoice) =>
      client.createSubscription({
        params: { serviceId, environmentId },
        body: {
          productTierId,
          ...(customer === undefined ? { onBehalfOfCustomerEmail: email.trim() } : { onBehalfOfCustomerUserId: customer.userId }),
          ...(most === '' ? {} : { maxNumberOfInstances: Number(most) }),
        },
      }),
    onSuccess: async () => {
      await readAnew();
      onDone();
    },
  });
  const faults = fieldFaults(subscribe.error);
  const noEmail = email.trim() === '' ? t('Write the address of the customer.') : undefined;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (plan !== undefined && noEmail === undefined) subscribe.mutate(plan);
      }}
    >
      <Stack gap="md">
        {plans.isError && <Failure title={t('The plans cannot be shown')} error={plans.error} retry={() => void plans.refetch()} />}
        {customer === undefined && (
          <TextInput
            label={t('Customer')}
            type="email"
            placeholder="ada@example.com"
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
            error={(isTried ? noEmail : undefined) ?? faults['onBehalfOfCustomerEmail']}
            data-autofocus
          />
        )}
        <Select
          label={t('Plan')}
          placeholder={t('Choose a plan')}
          searchable
          data={(plans.data ?? []).map((one) => ({ value: one.planId, label: `${one.product} · ${one.plan} · ${one.environment}` }))}
          value={planId}
          onChange={setPlanId}
          nothingFoundMessage={t('No plan is like that.')}
          error={isTried && plan === undefined ? t('Choose a plan.') : undefined}
        />
        <NumberInput
          label={t('Limit of instances (optional)')}
          description={t('Empty: the limit of the plan.')}
          min={0}
          allowDecimal={false}
          value={most}
          onChange={setMost}
          error={faults['maxNumberOfInstances']}
        />
        {subscribe.isError && <Failure title={t('They are not subscribed')} error={subscribe.error} />}
        <FormButtons onCancel={onCancel} action={t('Subscribe the customer')} isPending={subscribe.isPending} />
      </Stack>
    </form>
  );
}
