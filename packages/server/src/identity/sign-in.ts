/**
 * Signing in with a password or an API key. A request with an unknown name is handled like one with a known name and a wrong password: it
 * is counted, waits in the queue, and its password is hashed. The only difference is for a name that has signed in before at the same
 * address: such a request goes first.
 */
import { badRequest, DomainError } from '../errors.js';
import { blockedFor, type Counter, counter, giveBack, reserve } from './attempts.js';
import type { Visitor } from './doors.js';
import { isSixDigits } from './factors/code.js';
import { secondStep } from './factors/second-step.js';
import { holdApiKey } from './keys/key-store.js';
import { PASSWORD_MAX_BYTES, verifyPassword } from './password.js';
import { beginSession, hashOf, type SessionDeps, type TokenPair } from './session.js';
import { isUnchanged, noteAddress, selectForSignIn } from './store.js';

/** E-mail under which an API key is sent as the password (docs/reference/api.md#sessions). */
export const API_KEY_EMAIL = 'apikey@apikeys.invalid';

export interface SignIn extends Visitor {
  email: string;
  password: string;
  /** Of the second factor, if it comes at once. */
  code?: string | undefined;
  /** The address is a portal's, which all its people sign in through: what is guessed there is counted by name only. */
  isPortal?: boolean;
}

/** Whom a name and an address mean, as `selectForSignIn`. */
type FindUser = (of: { email: string; address: string }) => ReturnType<typeof selectForSignIn>;

/** Begins a session. @throws DomainError bad_request "wrong user email or password", or too many attempts; too_many_requests */
export async function signIn(deps: SessionDeps, input: SignIn): Promise<TokenPair> {
  const email = input.email.trim();
  return email.toLowerCase() === API_KEY_EMAIL
    ? withApiKey(deps, input)
    : signInWithPassword(deps, { ...input, email }, (of) => selectForSignIn(deps.db, of));
}

/** Begins a session with a password, of whom `find` finds. @throws DomainError as `signIn` */
export async function signInWithPassword(deps: SessionDeps, input: SignIn, find: FindUser): Promise<TokenPair> {
  if (Buffer.byteLength(input.password) > PASSWORD_MAX_BYTES) throw wrongCredentials();
  const { address } = input;
  const { name, user, isKnownHere, counters } = await deps.doors.query(input, async () => {
    const found = await find({ email: input.email, address });
    const counted = countersOf(found.name, address, found.isKnownHere, input.isPortal);
    await refuseBlocked(deps, counted);
    return { ...found, counters: counted };
  });
  return deps.doors.hash(isKnownHere ? { ...input, knownAs: name } : input, async () => {
    const reservation = await reserve(deps.db, counters);
    if (reservation === undefined) throw tooManySignIns((await blockedFor(deps.db, counters)) || 1);
    const { isRight, code, isBehind } = await readPassword(input, user?.passwordHash ?? '');
    if (user === undefined || !isRight) throw wrongCredentials();
    let refusal: DomainError | undefined;
    const pair = await beginSession(
      deps,
      async (tx) => {
        // The password may have been replaced, or the user suspended, while this one waited and was hashed.
        if (!(await isUnchanged(tx, user.id, user.passwordHash))) return undefined;
        const step = await secondStep(tx, deps, { userId: user.id, address, code, isPortal: input.isPortal, tries: reservation });
        if ('refusal' in step) {
          // Committed: the second request needs what was kept for it.
          refusal = step.refusal;
          return undefined;
        }
        // Digits behind the password of somebody without a second factor make it a wrong one.
        if (step.method === 'PASSWORD' && isBehind) return undefined;
        await giveBack(tx, reservation);
        await noteAddress(tx, user.id, address);
        return { userId: user.id, method: step.method };
      },
      input,
    );
    if (pair === undefined) throw refusal ?? wrongCredentials();
    return pair;
  });
}

const CODE_DIGITS = 6;

/**
 * Whether the password is right: as it is, or, for programs that ask for nothing but a password, with a code right behind it. Both are tried
 * for whoever has a second factor and for whoever has none, known or not, so that the time tells nothing.
 */
async function readPassword({ password, ...given }: SignIn, hash: string) {
  const code = given.code?.trim() === '' ? undefined : given.code;
  if (await verifyPassword(password, hash)) return { isRight: true, code, isBehind: false };
  const [before, behind] = [password.slice(0, -CODE_DIGITS), password.slice(-CODE_DIGITS)];
  if (code !== undefined || before === '' || !isSixDigits(behind)) return { isRight: false, isBehind: false };
  return { isRight: await verifyPassword(before, hash), code: behind, isBehind: true };
}

/** Keys cannot be guessed. They are counted for the work that wrong ones make; a right one is let in whatever others send. */
async function withApiKey(deps: SessionDeps, input: SignIn): Promise<TokenPair> {
  if (Buffer.byteLength(input.password) > PASSWORD_MAX_BYTES) throw wrongCredentials();
  return deps.doors.query(input, async () => {
    const pair = await beginSession(
      deps,
      async (tx) => {
        const key = await holdApiKey(tx, hashOf(input.password));
        return key === undefined ? undefined : { userId: key.userId, apiKeyId: key.id };
      },
      input,
    );
    if (pair !== undefined) return pair;
    const counters = [counter('keys', input.address)];
    await refuseBlocked(deps, counters);
    if ((await reserve(deps.db, counters)) === undefined) throw tooManySignIns((await blockedFor(deps.db, counters)) || 1);
    throw wrongCredentials();
  });
}

/** Where its user has signed in before, a name is safe from what others do at that name or at that address. */
function countersOf(name: string, address: string, isKnownHere: boolean, isPortal = false): Counter[] {
  const own = counter('nameAtAddress', name, address);
  if (isPortal) return [own, counter('name', name)];
  return isKnownHere ? [own] : [own, counter('name', name), counter('address', address)];
}

async function refuseBlocked(deps: SessionDeps, counters: Counter[]): Promise<void> {
  const seconds = await blockedFor(deps.db, counters);
  if (seconds > 0) throw tooManySignIns(seconds);
}

function wrongCredentials(): DomainError {
  return badRequest('wrong-credentials', 'wrong user email or password');
}

/** 400 and not 429: the reference's clients show the text of the one, and send the other again by themselves, minute after minute. */
export function tooManySignIns(seconds: number): DomainError {
  return new DomainError(
    'bad_request',
    'too-many-sign-ins',
    `Too many failed sign-ins for this user, or from this address: try again in ${seconds} s.`,
    [],
    { retryAfter: seconds },
  );
}
