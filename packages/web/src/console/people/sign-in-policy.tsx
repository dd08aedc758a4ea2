/** Whether the organization's own people need a second factor. */
import { Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { faultOf, useFreshProof } from '../../app/account/fresh-proof';
import { client } from '../../app/client';
import { GuardedButton } from '../../kit/access/guarded';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';

const QUERY_KEY = ['people', 'sign-in-policy'];

export function SignInPolicy() {
  const policy = useQuery({ queryKey: QUERY_KEY, queryFn: () => client.describeSignInPolicy({}) });
  const { why } = useMay('updateSignInPolicy');
  const queries = useQueryClient();
  const { withProof, dialog } = useFreshProof();
  const isRequired = policy.data?.secondFactorRequired === true;
  const change = useMutation({
    mutationFn: () => withProof((proof) => client.updateSignInPolicy({ body: { secondFactorRequired: !isRequired, ...proof } })),
    onSuccess: (after) => queries.setQueryData(QUERY_KEY, after),
  });
  const fault = faultOf(change.error);
  return (
    <Section
      title={t('Second factor')}
      about={t('An authenticator app or a passkey beside the password.')}
      actions={
        policy.data !== undefined && (
          <GuardedButton size="xs" variant="default" why={why} loading={change.isPending} onClick={() => change.mutate()}>
            {isRequired ? t('Make it voluntary') : t('Require it of everybody')}
          </GuardedButton>
        )
      }
    >
      {dialog}
      {policy.isError && <Failure title={t('The policy cannot be shown')} error={policy.error} retry={() => void policy.refetch()} />}
      {policy.isPending && <Skeleton height={24} aria-label={t('Loading')} />}
      {policy.data !== undefined && (
        <Stack gap="xs">
          <Status of={isRequired ? 'ACTIVE' : 'STOPPED'} word={isRequired ? t('Required of everybody') : t('Voluntary')} />
          <Text size="sm" c="dimmed" maw="72ch">
            {isRequired
              ? t('Whoever has none can do nothing but add one.')
              : t('Whoever has added one is asked for it. If you require it, whoever has none can do nothing but add one.')}
          </Text>
        </Stack>
      )}
      {fault !== null && <Failure title={t('The policy is as before')} error={fault} />}
    </Section>
  );
}
