/** Second factors: what there is, what can be added, and the recovery codes that come with them. */
import { Alert, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Confirm } from '../../kit/page/confirm';
import { Section } from '../../kit/page/section';
import { client } from '../client';
import { hasPasskeys } from '../passkeys/passkeys';
import { GuardedButton } from '../../kit/access/guarded';
import { AddApp } from './add-app';
import { AddPasskey } from './add-passkey';
import { type Factor, factors as factorsQuery, thoseThatCount } from './factors';
import { faultOf, useFreshProof } from './fresh-proof';
import { RecoveryCodes } from './recovery-codes';

/** With this many or fewer, it is time to make new ones. */
const FEW_CODES = 3;

export function FactorsSection({ email }: { email: string }) {
  const all = useQuery(factorsQuery);
  const queries = useQueryClient();
  const [adding, setAdding] = useState<'app' | 'passkey'>();
  const [removing, setRemoving] = useState<Factor>();
  const [codes, setCodes] = useState<string[]>();
  const { withProof, dialog } = useFreshProof();
  const readAnew = () => queries.invalidateQueries({ queryKey: ['person', 'factors'] });
  const renew = useMutation({
    mutationFn: () => withProof((proof) => client.renewRecoveryCodes({ body: proof })),
    onSuccess: ({ recoveryCodes }) => {
      setCodes(recoveryCodes);
    },
  });
  const added = (recoveryCodes: string[] | undefined) => {
    setAdding(undefined);
    setCodes(recoveryCodes);
    // Where a factor is required, the page changes once there is one: not before the codes are kept.
    if (recoveryCodes === undefined) void readAnew();
  };
  const own = all.data === undefined ? [] : thoseThatCount(all.data);
  const isLast = own.length === 1;
  const renewFault = faultOf(renew.error);
  return (
    <Section
      title={t('Second factors')}
      about={t('A password can be guessed or stolen. With a second factor, whoever has it gets no further.')}
      actions={
        <>
          <Button variant="default" onClick={() => setAdding('app')}>
            {t('Add an app')}
          </Button>
          <GuardedButton
            variant="default"
            why={hasPasskeys() ? undefined : t('This browser has no passkeys, or the page is not served by HTTPS.')}
            onClick={() => setAdding('passkey')}
          >
            {t('Add a passkey')}
          </GuardedButton>
        </>
      }
    >
      <Stack gap="sm">
        {all.isError && <Failure title={t('Your second factors cannot be shown')} error={all.error} retry={() => void all.refetch()} />}
        {all.isPending && <Skeleton height={48} aria-label={t('Loading your second factors')} />}
        {all.data?.required === true && own.length === 0 && (
          <Alert color="yellow" variant="light" title={t('Your organization requires one')}>
            {t('Add an app or a passkey; until then you can do nothing else.')}
          </Alert>
        )}
        {all.isSuccess && own.length === 0 && <Text c="dimmed">{t('You have none: your password alone signs you in.')}</Text>}
        {own.map((factor) => (
          <Group key={factor.id} justify="space-between" wrap="nowrap" gap="sm">
            <div style={{ minWidth: 0 }}>
              <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
                {factor.name}
              </Text>
              <Text size="sm" c="dimmed" component="div">
                {factor.kind === 'PASSKEY' ? t('Passkey') : t('Authenticator app')} · {t('added')} <Moment at={factor.createdAt} /> ·{' '}
                {factor.lastUsedAt === undefined ? (
                  t('not used yet')
                ) : (
                  <>
                    {t('used')} <Moment at={factor.lastUsedAt} />
                  </>
                )}
              </Text>
            </div>
            <Button
              variant="subtle"
              color="red"
              onClick={() => setRemoving(factor)}
              aria-label={t('Remove {{name}}', { name: factor.name })}
            >
              {t('Remove')}
            </Button>
          </Group>
        ))}
        {all.data !== undefined && own.length > 0 && (
          <Group justify="space-between" gap="sm">
            <Text size="sm" c={all.data.recoveryCodesLeft <= FEW_CODES ? 'red' : 'dimmed'}>
              {t('{{count}} recovery codes are left.', {
                count: all.data.recoveryCodesLeft,
                defaultValue_one: '{{count}} recovery code is left.',
              })}
            </Text>
            <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
              {t('Make new recovery codes')}
            </Button>
          </Group>
        )}
        {renewFault !== null && <Failure title={t('No new codes are made')} error={renewFault} />}
      </Stack>
      <AddApp opened={adding === 'app'} onClose={() => setAdding(undefined)} onAdded={added} />
      <AddPasskey opened={adding === 'passkey'} onClose={() => setAdding(undefined)} onAdded={added} />
      <RecoveryCodes
        codes={codes}
        email={email}
        onKept={() => {
          setCodes(undefined);
          void readAnew();
        }}
      />
      <Confirm
        opened={removing !== undefined}
        onClose={() => setRemoving(undefined)}
        title={t('Remove {{name}}', { name: removing?.name ?? '' })}
        action={t('Remove it')}
        failure={t('It is not removed')}
        submit={() =>
          withProof((proof) => client.removeFactor({ params: { id: removing?.id ?? '' }, body: proof })).catch((error: unknown) => {
            if (faultOf(error) !== null) throw error;
          })
        }
        onDone={() => {
          setRemoving(undefined);
          void readAnew();
        }}
      >
        <Text>
          {isLast
            ? t('It is your last second factor: your password alone signs you in then, and the recovery codes are good for nothing.')
            : t('It signs you in no more. The others stay.')}
        </Text>
      </Confirm>
      {dialog}
    </Section>
  );
}
