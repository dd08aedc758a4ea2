/** New second factors. One counts once it was shown to work; the first brings recovery codes. */
import type { Caller } from '@cellplane/api';
import { type Transaction, transaction } from '../../database/database.js';
import { badRequest, invalidState, notFound } from '../../errors.js';
import type { Visitor } from '../doors.js';
import { newId } from '../identifier.js';
import { hashOf } from '../session.js';
import { isMadeBySso } from '../sso/user-identity-store.js';
import { challengeIsOver, newChallenge } from './challenge.js';
import { countAnswer, takeChallenge } from './challenge-store.js';
import { isTaken, sealedAs, wrongCode } from './code.js';
import { FACTOR_KINDS, FACTORS_OF_PERSON, type FactorKind } from './factor.js';
import {
  confirmPasskey,
  type FactorRow,
  insertFactor,
  selectApps,
  selectFactors,
  selectPasskeys,
  selectSecondStep,
} from './factor-store.js';
import { creationOptions, type PasskeyAnswer, readNewPasskey } from './passkey.js';
import { endPasswordSessions } from './person-store.js';
import { holdOwn, type OwnDeps, type Proof, requirePerson, withProof } from './proof.js';
import { newRecoveryCodes, recoveryHash } from './recovery-code.js';
import { replaceRecoveryCodes } from './recovery-store.js';
import { newSecret, otpauthUrl } from './totp.js';

const NAME_MAX = 100;
const USUAL_NAMES: Record<FactorKind, string> = { TOTP: 'Authenticator app', PASSKEY: 'Passkey' };

/** What is shown this once of a factor that is to be confirmed. */
interface Begun {
  id: string;
  kind: FactorKind;
  name: string;
  secret?: string;
  otpauthUrl?: string;
  challenge?: string;
  expiresAt?: string;
  publicKey?: Record<string, unknown>;
}

/** Begins a factor. @throws DomainError */
export async function addFactor(
  deps: OwnDeps,
  caller: Caller,
  wanted: Proof & { kind: string; name?: string | undefined },
  visitor: Visitor,
): Promise<Begun> {
  const kind = kindOf(wanted.kind);
  const name = nameOf(wanted.name ?? USUAL_NAMES[kind]);
  const { userId } = caller;
  const id = newId('factor');
  return withProof(deps, caller, wanted, visitor, async (tx, { email }) => {
    if (await isMadeBySso(tx, userId))
      throw invalidState(
        'identity-provider-signs-in',
        'Your identity provider opens this account, and nothing else does: a second factor belongs there.',
      );
    const secret = kind === 'TOTP' ? newSecret() : undefined;
    const sealedSecret = secret === undefined ? null : deps.sealing.seal(secret, sealedAs(id));
    if (!(await insertFactor(tx, { id, userId, kind, name, sealedSecret })))
      throw invalidState('too-many-factors', `You have ${FACTORS_OF_PERSON} second factors: remove one that is not needed.`);
    if (secret !== undefined) return { id, kind, name, secret, otpauthUrl: otpauthUrl(secret, email) };
    const { token, expiresAt } = await newChallenge(tx, { userId, purpose: 'NEW_PASSKEY', factorId: id });
    const existing = await selectPasskeys(tx, { rpId: deps.relyingParty.id, userId });
    const publicKey = await creationOptions(deps.relyingParty, { userId, email }, hashOf(token), existing);
    return { id, kind, name, challenge: token, expiresAt: expiresAt.toISOString(), publicKey };
  });
}

/** Makes a factor count. Sessions that were begun with a password alone end with the first one. @throws DomainError */
export async function confirmFactor(
  deps: OwnDeps,
  caller: Caller,
  given: { id: string; code?: string | undefined; challenge?: string | undefined; passkey?: PasskeyAnswer | undefined },
): Promise<{ factor: FactorRow; recoveryCodes?: string[] }> {
  requirePerson(caller);
  const { userId } = caller;
  const { id, code, challenge, passkey } = given;
  if (passkey !== undefined && challenge !== undefined) {
    const asked = await countAnswer(deps.db, hashOf(challenge));
    if (asked?.purpose !== 'NEW_PASSKEY' || asked.userId !== userId || asked.factorId !== id) throw challengeIsOver('bad_request');
  }
  return transaction(deps.db, async (tx) => {
    await holdOwn(tx, userId);
    const isFirst = (await selectSecondStep(tx, userId)).kinds.length === 0;
    if (passkey !== undefined && challenge !== undefined) await confirmByPasskey(tx, challenge, passkey);
    else if (code !== undefined) await confirmByCode(tx, code);
    else
      throw badRequest('missing-field', 'Invalid request: give the code of the app, or challenge and passkey.', [
        { field: 'code', code: 'missing-field', message: 'is missing' },
      ]);
    const factor = (await selectFactors(tx, userId)).find((one) => one.id === id);
    if (factor === undefined) throw notFound('factor', id);
    if (!isFirst) return { factor };
    await endPasswordSessions(tx, userId, caller.sessionId ?? '');
    return { factor, recoveryCodes: await makeRecoveryCodes(tx, userId) };
  });

  async function confirmByCode(tx: Transaction, typed: string): Promise<void> {
    const apps = await selectApps(tx, userId, id);
    if (apps.length === 0) throw notFound('factor', id);
    if (!(await isTaken(tx, deps, apps, typed))) throw wrongCode('bad_request');
  }

  async function confirmByPasskey(tx: Transaction, token: string, answer: PasskeyAnswer): Promise<void> {
    const hash = hashOf(token);
    if (!(await takeChallenge(tx, hash))) throw challengeIsOver('bad_request');
    const made = await readNewPasskey(deps.relyingParty, hash, answer);
    if (!(await confirmPasskey(tx, { ...made, id, userId, rpId: deps.relyingParty.id })))
      throw invalidState('passkey-known', 'This passkey is known already: take another one, or remove it first.');
  }
}

/** Sets a person's recovery codes, and answers them. */
export async function makeRecoveryCodes(tx: Transaction, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await replaceRecoveryCodes(
    tx,
    userId,
    codes.flatMap((code) => recoveryHash(userId, code) ?? []),
  );
  return codes;
}

function kindOf(text: string): FactorKind {
  const kind = FACTOR_KINDS.find((one) => one === text.trim().toUpperCase());
  if (kind !== undefined) return kind;
  const message = `must be one of ${FACTOR_KINDS.join(', ')}`;
  throw badRequest('invalid-enum-value', `Invalid request: field kind ${message}.`, [
    { field: 'kind', code: 'invalid-enum-value', message },
  ]);
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name !== '' && name.length <= NAME_MAX && !/\p{Cc}/u.test(name)) return name;
  const message = `must have 1 to ${NAME_MAX} characters, on one line`;
  throw badRequest('invalid-length', `Invalid request: field name ${message}.`, [{ field: 'name', code: 'invalid-length', message }]);
}
