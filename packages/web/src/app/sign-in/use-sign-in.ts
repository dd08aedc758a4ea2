/** The steps of a sign-in: address, password, second step. What was typed stays. */
import type { ErrorBody } from '@cellplane/api';
import { ResponseError } from '@cellplane/api/client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, session } from '../client';
import { answerByPasskey, passkeyFault } from '../passkeys/passkeys';

/** A right password that needs a second step. */
export type SecondStep = NonNullable<ErrorBody['secondFactor']>;

export function useSignIn(onDone: () => unknown) {
  const [secondStep, setSecondStep] = useState<SecondStep>();
  const begin = async ({ refreshToken }: { refreshToken: string }) => session.begin(refreshToken);
  const byPassword = useMutation({
    mutationFn: async (given: { email: string; password: string }) => {
      try {
        await begin(await client.signin({ body: given }));
        return true;
      } catch (error) {
        if (!(error instanceof ResponseError) || error.body.secondFactor === undefined) throw error;
        setSecondStep(error.body.secondFactor);
        return false;
      }
    },
    onSuccess: (isIn) => isIn && onDone(),
  });
  const byCode = useMutation({
    mutationFn: async (code: string) => {
      if (secondStep === undefined) return;
      try {
        await begin(await client.finishSignIn({ body: { challenge: secondStep.challenge, code: code.trim() } }));
      } catch (error) {
        if (isOver(error)) setSecondStep(undefined);
        throw error;
      }
    },
    onSuccess: onDone,
  });
  const byPasskey = useMutation({
    mutationFn: async () => {
      const asked = await client.beginPasskeySignIn({ body: secondStep === undefined ? {} : { challenge: secondStep.challenge } });
      const passkey = await answerByPasskey(asked).catch((error: unknown) => {
        throw passkeyFault(error);
      });
      await begin(await client.finishSignIn({ body: { challenge: asked.challenge, passkey } }));
    },
    onSuccess: onDone,
  });
  return {
    secondStep,
    byPassword,
    byCode,
    byPasskey,
    /** Back to the password. */
    again: () => {
      setSecondStep(undefined);
      byCode.reset();
      byPasskey.reset();
    },
  };
}

/** The second step took too long, or was answered too often: the password is asked for again. */
function isOver(error: unknown): boolean {
  return error instanceof ResponseError && error.body.code === 'challenge-over';
}
