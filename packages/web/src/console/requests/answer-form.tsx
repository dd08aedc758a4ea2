/** Approves or denies requests, with words for whoever has asked. */
import { Button, Group, List, Stack, Text, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { useReadSubscriptionsAnew } from '../subscriptions/subscriptions';
import { answer, type ListedRequest } from './requests';

/** As the server takes. Characters. */
const MOST_WORDS = 2_000;

interface Props {
  requests: readonly ListedRequest[];
  isApproval: boolean;
  onDone: () => void;
}

export function AnswerForm({ requests, isApproval, onDone }: Props) {
  const [words, setWords] = useState('');
  const readAnew = useReadSubscriptionsAnew();
  const act = useMutation({
    // One after the other: what was answered stays answered if a later one is refused.
    mutationFn: async () => {
      for (const request of requests) await answer(request, isApproval, words);
    },
    onSuccess: onDone,
    onSettled: readAnew,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">
          {isApproval
            ? t('They have the plan at once, and can create instances.')
            : t('They are told that you do not give it to them. They may ask again.')}
        </Text>
        <List size="sm">
          {requests.map(({ id, rootUserOrgName, rootUserEmail, serviceName, productTierName }) => (
            <List.Item key={id}>
              <bdi>{rootUserOrgName}</bdi> ({rootUserEmail}): {serviceName} · {productTierName}
            </List.Item>
          ))}
        </List>
        <Textarea
          label={isApproval ? t('Words for the customer (optional)') : t('Reason, for the customer (optional)')}
          description={t('It stands in the mail that they get.')}
          autosize
          minRows={3}
          maxLength={MOST_WORDS}
          value={words}
          onChange={(event) => setWords(event.currentTarget.value)}
          data-autofocus
        />
        {act.isError && <Failure title={t('Not all of them were answered')} error={act.error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onDone}>
            {t('Cancel')}
          </Button>
          <Button type="submit" color={isApproval ? undefined : 'red'} loading={act.isPending}>
            {isApproval
              ? t('Approve {{count}} requests', { count: requests.length, defaultValue_one: 'Approve the request' })
              : t('Deny {{count}} requests', { count: requests.length, defaultValue_one: 'Deny the request' })}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
