/**
 * Customers make their accounts themselves. Whoever has the address decides by a mail: the account, and the password that came with the
 * request, count only once its token comes back. The answer is the same whether the address is known or not, and so is the work.
 */
import { type Transaction, transaction } from '../../database/database.js';
import { DomainError } from '../../errors.js';
import type { Letter } from '../../mail/payloads.js';
import type { Visitor } from '../doors.js';
import { newId } from '../identifier.js';
import { hashPassword } from '../password.js';
import { hashOf } from '../session.js';
import { type Account, holdAccount, insertCustomer } from './account-store.js';
import { confirmAccount } from './confirm.js';
import type { CustomerDeps } from './deps.js';
import { readEmail } from '../email.js';
import { checkAttributes } from './attributes.js';
import { Findings } from './fields.js';
import { countRequest } from './limits.js';
import { makeToken, wrongToken } from './mailed-token.js';
import { takeToken } from './token-store.js';

/** What somebody says who wants an account. */
export interface SignUp {
  name: string;
  email: string;
  password: string;
  legalCompanyName?: string | undefined;
  companyUrl?: string | undefined;
  companyDescription?: string | undefined;
  attributes?: Record<string, string> | undefined;
}

/** @throws DomainError bad_request that names every wrong field */
export function checkSignUp(input: SignUp) {
  const findings = new Findings();
  const email = findings.email(input.email);
  const name = findings.name(input.name, 'name');
  const password = findings.password(input.password);
  const company = input.legalCompanyName?.trim() ?? '';
  const orgName = company === '' ? name : findings.name(company, 'legalCompanyName');
  const orgUrl = findings.url(input.companyUrl ?? '', 'companyUrl');
  const attributes = input.attributes ?? {};
  checkAttributes(findings, attributes);
  findings.refuse();
  const orgDescription = (input.companyDescription ?? '').trim();
  return { email, name, password, orgName, orgUrl, orgDescription, attributes };
}

/** Asks for an account. @throws DomainError bad_request for wrong fields and too many requests, forbidden if sign-up is closed */
export async function signUp(deps: CustomerDeps, providerOrgId: string, input: SignUp, visitor: Visitor): Promise<void> {
  if (deps.signUp === 'closed') throw new DomainError('forbidden', 'sign-up-closed', 'Sign-up is closed: ask the provider for an account.');
  const { email, name, password, ...rest } = checkSignUp(input);
  await countRequest(deps, visitor, 'sign-up', email);
  await deps.doors.hash(visitor, async () => {
    const passwordHash = await hashPassword(password);
    const made = { ...rest, email, name, providerOrgId, passwordHash: '', isVerified: false };
    await transaction(deps.db, async (tx) => {
      const letterTo = async (userId: string | undefined, letter: (token: string) => Letter, isFor: 'verify' | 'nothing' = 'verify') => {
        const token = await makeToken(tx, { userId: isFor === 'verify' ? userId : undefined, purpose: 'verify', passwordHash });
        const known = userId === undefined ? {} : { userId };
        await deps.outbox.post(tx, { providerOrgId, recipient: email, audience: 'customer', letter: letter(token), ...known });
      };
      const found = await holdAccount(tx, email, providerOrgId);
      const mayCome = deps.signUp === 'open' || (await deps.holdings.isInvited(tx, { email, providerOrgId }));
      const account = await makeAccount(tx, made, { found, mayCome });
      if (account === undefined) await letterTo(undefined, () => ({ type: 'InvitationNeeded', payload: {} }));
      else if (account.isVerified)
        await letterTo(account.id, () => ({ type: 'AccountExists', payload: { user_name: account.name } }), 'nothing');
      else await letterTo(account.id, (token) => ({ type: 'CustomerSignUp', payload: { token, user_name: account.name } }));
    });
  });
}

/** The account that is there; else, where they may come, a new one, or the one that somebody else has made at the same moment. The work is the same. */
async function makeAccount(
  tx: Transaction,
  row: Omit<Parameters<typeof insertCustomer>[1], 'orgId' | 'userId'>,
  { found, mayCome }: { found: Pick<Account, 'id' | 'name' | 'isVerified'> | undefined; mayCome: boolean },
): Promise<Pick<Account, 'id' | 'name' | 'isVerified'> | undefined> {
  const [orgId, userId] = [newId('org'), newId('user')];
  const isWanted = found === undefined && mayCome;
  const isNew = await insertCustomer(tx, { ...row, orgId, userId }, isWanted);
  if (isNew) return { id: userId, name: row.name, isVerified: false };
  return isWanted ? holdAccount(tx, row.email, row.providerOrgId) : found;
}

/** The address is confirmed by the token that was mailed to it. @throws DomainError bad_request invalid-token */
export async function verifyAddress(deps: CustomerDeps, input: { email: string; token: string }, visitor: Visitor): Promise<void> {
  const [email, hash] = [readEmail(input.email), hashOf(input.token)];
  await deps.doors.query(visitor, () =>
    transaction(deps.db, async (tx) => {
      const taken = email === undefined ? undefined : await takeToken(tx, { hash, email, purpose: 'verify' });
      if (taken === undefined) throw wrongToken();
      await confirmAccount(tx, taken.userId, taken.passwordHash);
    }),
  );
}
