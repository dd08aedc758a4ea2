/** Offers passkeys in the e-mail field itself, where the browser can; the person picks one there instead of typing. */
import { useEffect, useState } from 'react';
import { client } from '../client';
import { answerByPasskey, hasPasskeys, isLeft, otherDomain, type PasskeyAnswer } from './passkeys';

interface PasskeyPlace {
  /** False where the browser has no passkeys. */
  isOffered: boolean;
  /** The domain that passkeys are for, if it is not this one. */
  elsewhere: string | undefined;
  /** Why a passkey that was picked did not sign in. */
  fault: unknown;
}

/** What is asked of a passkey is good for five minutes: it is asked anew before. Milliseconds. */
const ROUND_MS = 240_000;

/** `onPicked` gets the answer of a passkey that was picked in the field. */
export function usePasskeyAutofill(onPicked: (answer: { challenge: string; passkey: PasskeyAnswer }) => Promise<unknown>): PasskeyPlace {
  const [elsewhere, setElsewhere] = useState<string>();
  const [fault, setFault] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const isOffered = hasPasskeys();
  useEffect(() => {
    const timer = setInterval(() => setRound((before) => before + 1), ROUND_MS);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    let isOver = false;
    const offer = async () => {
      const asked = await client.beginPasskeySignIn({ body: {} });
      const domain = otherDomain(asked.publicKey);
      if (isOver) return;
      setElsewhere(domain);
      if (domain !== undefined || !(await PublicKeyCredential.isConditionalMediationAvailable?.())) return;
      const passkey = await answerByPasskey(asked, { byAutofill: true });
      if (isOver) return;
      await onPicked({ challenge: asked.challenge, passkey }).catch((error: unknown) => setFault(error));
    };
    if (isOffered)
      void offer().catch((error: unknown) => {
        // The button asks again and says what is wrong; nobody has asked for anything yet.
        if (!isLeft(error)) console.warn('passkeys cannot be offered in the e-mail field', error);
      });
    return () => {
      isOver = true;
    };
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- once in each round
  }, [isOffered, round]);
  return { isOffered, elsewhere, fault };
}
