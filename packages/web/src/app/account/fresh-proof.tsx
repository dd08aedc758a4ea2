/**
 * Some changes are made only by whoever shows once more that it is them. The request is sent; where the API asks for a proof, a dialog asks
 * for the password or a code, and the request is sent again with it.
 */
import { Modal, PasswordInput, SegmentedControl, Stack, Text, TextInput } from '@mantine/core';
import { ResponseError } from '@cellplane/api/client';
import { useMutation } from '@tanstack/react-query';
import { t } from 'i18next';
import { type ReactNode, useCallback, useState } from 'react';
import { Failure } from '../../kit/failure';
import { FormButtons } from '../../kit/page/form-buttons';

export interface Proof {
  password?: string;
  code?: string;
}

/** The person closed the dialog: nothing was changed, and nothing went wrong. */
class NotConfirmed extends Error {}

/** The error of a change, unless the person left it. */
export function faultOf(error: unknown): unknown {
  return error instanceof NotConfirmed ? null : error;
}

interface Asked {
  why: string;
  attempt: (proof: Proof) => Promise<void>;
  leave: () => void;
}

const ASKS = new Set(['proof-needed']);

export function useFreshProof(): { withProof: <T>(call: (proof: Proof) => Promise<T>) => Promise<T>; dialog: ReactNode } {
  const [asked, setAsked] = useState<Asked>();
  const withProof = useCallback(async function <T>(call: (proof: Proof) => Promise<T>): Promise<T> {
    try {
      return await call({});
    } catch (error) {
      if (!(error instanceof ResponseError) || !ASKS.has(error.body.code ?? '')) throw error;
      return new Promise<T>((resolve, reject) => {
        setAsked({
          why: error.message,
          attempt: async (proof) => {
            resolve(await call(proof));
            setAsked(undefined);
          },
          leave: () => {
            reject(new NotConfirmed(t('Nothing was changed.')));
            setAsked(undefined);
          },
        });
      });
    }
  }, []);
  const dialog = (
    <Modal opened={asked !== undefined} onClose={() => asked?.leave()} title={t('Show that it is you')} centered>
      {asked !== undefined && <ProofForm asked={asked} />}
    </Modal>
  );
  return { withProof, dialog };
}

type Way = 'password' | 'code';

function ProofForm({ asked }: { asked: Asked }) {
  const [way, setWay] = useState<Way>('password');
  const [given, setGiven] = useState('');
  const attempt = useMutation({ mutationFn: () => asked.attempt({ [way]: way === 'code' ? given.trim() : given }) });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // Within React this form lies in the one that asked, which is not sent again.
        event.stopPropagation();
        attempt.mutate();
      }}
    >
      <Stack gap="md">
        <Text size="sm">{t('This changes how you sign in, so it needs your password or a code, even in an open session.')}</Text>
        <SegmentedControl
          aria-label={t('Show it by')}
          value={way}
          onChange={(next) => {
            setWay(next);
            setGiven('');
          }}
          data={[
            { value: 'password', label: t('Password') },
            { value: 'code', label: t('Code') },
          ]}
        />
        {attempt.isError && <Failure title={t('Not confirmed')} error={attempt.error} />}
        {way === 'password' ? (
          <PasswordInput
            label={t('Your password')}
            autoComplete="current-password"
            required
            data-autofocus
            value={given}
            onChange={(event) => setGiven(event.currentTarget.value)}
          />
        ) : (
          <TextInput
            label={t('Code of your app, or a recovery code')}
            autoComplete="one-time-code"
            required
            data-autofocus
            value={given}
            onChange={(event) => setGiven(event.currentTarget.value)}
          />
        )}
        <FormButtons onCancel={asked.leave} action={t('Confirm')} isPending={attempt.isPending} />
      </Stack>
    </form>
  );
}
