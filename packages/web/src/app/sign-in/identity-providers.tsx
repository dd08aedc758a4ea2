/** The identity providers that somebody with this address may sign in with, last used first. */
import { Button, Stack } from '@mantine/core';
import { ResponseError } from '@cellplane/api/client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { client } from '../client';
import { type IdentityProvider, lastUsedFirst, leaveFor, nameOf, returnAddress } from './single-sign-on';

export function IdentityProviders({ email, to }: { email: string; to: string | undefined }) {
  const [, domain = ''] = email.split('@');
  const offered = useQuery({
    // What is offered depends on the domain alone.
    queryKey: ['identity-providers', 'offered', domain],
    queryFn: () => offeredFor(email),
    staleTime: 300_000,
  });
  const leave = useMutation({ mutationFn: (provider: IdentityProvider) => leaveFor(provider, { email, to }) });
  if (offered.isError)
    return <Failure title={t('Identity providers cannot be shown')} error={offered.error} retry={() => void offered.refetch()} />;
  if (offered.data === undefined || offered.data.length === 0) return null;
  return (
    <Stack gap="xs">
      {leave.isError && <Failure title={t('You are not signed in')} error={leave.error} />}
      {lastUsedFirst(offered.data).map((provider) => (
        <Button
          key={provider.id}
          variant="default"
          fullWidth
          loading={leave.isPending && leave.variables.id === provider.id}
          onClick={() => leave.mutate(provider)}
        >
          {provider.loginButtonText || t('Continue with {{name}}', { name: nameOf(provider) })}
        </Button>
      ))}
    </Stack>
  );
}

/** None where nobody has said that identity providers may send people back to this address. */
async function offeredFor(email: string): Promise<IdentityProvider[]> {
  const query = { redirectUrl: returnAddress(), ...(email === '' ? {} : { email }) };
  try {
    return (await client.offerIdentityProviders({ query })).identityProviders;
  } catch (error) {
    if (error instanceof ResponseError && error.body.code === 'redirect-not-allowed') return [];
    throw error;
  }
}
