/** How many instances a subscription has and may have. */
import { NumberInput, Progress, Stack, Switch, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';
import { Section } from '../../kit/page/section';
import { limitOf, limitWords, usedPercent } from '../subscriptions/limit';
import { type ListedSubscription, placeOf, useReadSubscriptionsAnew } from '../subscriptions/subscriptions';

export function LimitSection({ of }: { of: ListedSubscription }) {
  const [isChanging, setChanging] = useState(false);
  const { why } = useMay('updateSubscription');
  const used = usedPercent(of);
  return (
    <Section
      title={t('Limit')}
      actions={
        !isChanging && (
          <GuardedButton size="xs" variant="default" why={why ?? whyEnded(of)} onClick={() => setChanging(true)}>
            {t('Change the limit')}
          </GuardedButton>
        )
      }
    >
      {isChanging ? (
        <LimitForm of={of} onDone={() => setChanging(false)} />
      ) : (
        <Stack gap="xs">
          <Text size="sm">
            {used === undefined
              ? t('{{count}} instances; there is no limit.', {
                  count: of.instanceCount,
                  defaultValue_one: '{{count}} instance; there is no limit.',
                })
              : t('{{used}} instances', { used: limitWords(of) })}
          </Text>
          {used !== undefined && (
            <Progress value={used} color={used >= 100 ? 'red' : used >= 80 ? 'yellow' : undefined} aria-label={t('Used of the limit')} />
          )}
          {used !== undefined && used >= 100 && (
            <Text size="sm" c="dimmed">
              {t('Nothing new can be created until one is deleted, or the limit is raised.')}
            </Text>
          )}
        </Stack>
      )}
    </Section>
  );
}

/** Why nothing of it is changed any more. */
export function whyEnded({ status }: ListedSubscription): string | undefined {
  return status === 'ACTIVE' || status === 'SUSPENDED' ? undefined : t('The subscription has ended.');
}

function LimitForm({ of, onDone }: { of: ListedSubscription; onDone: () => void }) {
  const [most, setMost] = useState<string | number>(limitOf(of) ?? '');
  const [isLimited, setLimited] = useState(limitOf(of) !== undefined);
  const readAnew = useReadSubscriptionsAnew();
  const change = useMutation({
    mutationFn: () => client.updateSubscription({ params: placeOf(of), body: { maxNumberOfInstances: isLimited ? Number(most) : -1 } }),
    onSuccess: async () => {
      await readAnew();
      onDone();
    },
  });
  const missing = isLimited && most === '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) change.mutate();
      }}
    >
      <Stack gap="sm">
        <Switch label={t('There is a limit')} checked={isLimited} onChange={(event) => setLimited(event.currentTarget.checked)} />
        {isLimited && (
          <NumberInput
            label={t('Instances at most')}
            min={0}
            allowDecimal={false}
            value={most}
            onChange={setMost}
            error={missing ? t('Write a number.') : undefined}
            description={t('Instances that are there already stay, however low it is.')}
          />
        )}
        {change.isError && <Failure title={t('The limit is as before')} error={change.error} />}
        <FormButtons onCancel={onDone} action={t('Set the limit')} isPending={change.isPending} />
      </Stack>
    </form>
  );
}
