/** How a provider organization keeps its identity providers. Another one's look not-found. */
import type { Caller } from '@cellplane/api';
import { MASK } from '@cellplane/plan';
import type { Database, Transaction } from '../../database/database.js';
import { badRequest, DomainError, invalidState, messageOf, notFound } from '../../errors.js';
import { newId } from '../identifier.js';
import { lockOrganization } from '../organization-store.js';
import { type Described, readIdentityProvider, type SsoAudience, standsElsewhere } from './identity-provider.js';
import {
  countIdentityProviders,
  deleteIdentityProvider,
  holdIdentityProvider,
  type IdentityProviderRow,
  insertIdentityProvider,
  noteStatus,
  selectIdentityProviders,
  updateIdentityProvider,
} from './identity-provider-store.js';
import { ProviderFault } from './openid.js';
import { usualRedirectUrl } from './redirect.js';
import { openRow, sealSecret } from './secret.js';
import type { SsoDeps } from './sign-in.js';
import { forgetSubjects } from './user-identity-store.js';

/** Of one organization: each is asked where its portal shows a page of sign-ins. */
const MOST = 50;

/** Makes one, and answers its id. @throws DomainError */
export async function makeProvider(tx: Transaction, deps: SsoDeps, caller: Caller, body: Described): Promise<string> {
  const { fields, clientSecret } = readIdentityProvider(body, deps);
  requireMayKeep(caller, fields.audience);
  await lockOrganization(tx, caller.orgId);
  if ((await countIdentityProviders(tx, caller.orgId)) >= MOST)
    throw invalidState('too-many-identity-providers', `An organization has ${MOST} identity providers at most: delete one first.`);
  const key = { id: newId('idp'), orgId: caller.orgId };
  const row = { ...fields, ...key, clientSecret: sealSecret(deps, key, clientSecret ?? ''), by: caller.userId };
  if (!(await insertIdentityProvider(tx, row))) throw nameTaken(fields.name);
  return key.id;
}

/** @throws DomainError */
export async function changeProvider(tx: Transaction, deps: SsoDeps, caller: Caller, id: string, body: Described): Promise<void> {
  await lockOrganization(tx, caller.orgId);
  const former = await holdIdentityProvider(tx, caller.orgId, id);
  if (former === undefined) throw notFound('identity provider', id);
  requireMayKeep(caller, former.audience);
  const { fields, clientSecret } = readIdentityProvider(body, { ...deps, former });
  if (fields.audience !== former.audience)
    throw badRequest('fixed-field', `The identity provider signs in ${former.audience}, and stays so: make another one.`, [
      { field: 'signsIn', code: 'fixed-field', message: 'cannot be changed' },
    ]);
  const { orgId } = former;
  const sealed = clientSecret === undefined ? former.clientSecret : sealSecret(deps, { id, orgId }, clientSecret);
  if (!(await updateIdentityProvider(tx, { ...fields, id, orgId, clientSecret: sealed, by: caller.userId }))) throw nameTaken(fields.name);
  // Another server gives the same subject, a number perhaps, to another person.
  if (standsElsewhere(former, fields)) await forgetSubjects(tx, id);
}

/** @throws DomainError */
export async function deleteProvider(tx: Transaction, caller: Caller, id: string): Promise<void> {
  const row = await holdIdentityProvider(tx, caller.orgId, id);
  if (row === undefined) throw notFound('identity provider', id);
  requireMayKeep(caller, row.audience);
  await deleteIdentityProvider(tx, id);
}

/** @throws DomainError not_found */
export async function oneProvider(db: Database, { orgId }: Pick<Caller, 'orgId'>, id: string): Promise<IdentityProviderRow> {
  const [row] = await selectIdentityProviders(db, orgId, id);
  if (row === undefined) throw notFound('identity provider', id);
  return row;
}

/** Asks it, and keeps what came of it. */
export async function verifyProvider(deps: SsoDeps, caller: Caller, id: string) {
  const row = await oneProvider(deps.db, caller, id);
  const fault = await deps.exchange({ address: caller.userId }, () => faultOf(deps, row));
  const status = fault === undefined ? 'READY' : 'FAILED';
  await noteStatus(deps.db, row, status);
  const { type: identityProviderName, clientId, name } = row;
  return { id, identityProviderName, clientId, clientSecret: MASK, name, status, ...(fault === undefined ? {} : { message: fault }) };
}

async function faultOf(deps: SsoDeps, row: IdentityProviderRow): Promise<string | undefined> {
  try {
    const [redirectUrl = deps.portalUrl === undefined ? 'http://127.0.0.1/' : usualRedirectUrl(deps.portalUrl)] = row.redirectUrls;
    await deps.conversation.verify(openRow(deps, row), redirectUrl);
    return undefined;
  } catch (error) {
    if (error instanceof ProviderFault) return messageOf(error);
    throw error;
  }
}

/** As reads show it: the secret is the mask. */
export function answerOf(row: IdentityProviderRow) {
  return {
    id: row.id,
    identityProviderName: row.type,
    name: row.name,
    signsIn: row.audience,
    ...(row.issuer === '' ? {} : { issuer: row.issuer }),
    ...(row.authorizationEndpoint === '' ? {} : { authorizationEndpoint: row.authorizationEndpoint }),
    ...(row.tokenEndpoint === '' ? {} : { tokenEndpoint: row.tokenEndpoint }),
    ...(row.userInfoEndpoint === '' ? {} : { userInfoEndpoint: row.userInfoEndpoint }),
    clientId: row.clientId,
    clientSecret: MASK,
    scopes: row.scopes,
    emailIdentifiers: row.emailDomains.join(','),
    ...(row.environmentType === null ? {} : { environmentType: row.environmentType }),
    loginButtonText: row.buttonText,
    loginButtonIconUrl: row.buttonIconUrl,
    redirectUrls: row.redirectUrls,
    createUsers: row.createsUsers,
    trustEmail: row.trustsEmail,
    groupsClaim: row.groupsClaim,
    groupRoles: { ...row.groupRoles },
    ...(row.defaultRole === null ? {} : { defaultRole: row.defaultRole }),
    disabled: row.isDisabled,
    status: row.status,
  };
}

/** Whoever chooses who vouches for the organization's people can come as any of them, as a root, too. An API key is never one. */
function requireMayKeep({ roleType }: Caller, audience: SsoAudience): void {
  if (audience === 'customers' || roleType === 'root') return;
  throw new DomainError(
    'forbidden',
    'only-a-root',
    'Only a root makes, changes or deletes an identity provider that signs in your people (signsIn people).',
  );
}

function nameTaken(name: string): DomainError {
  return invalidState('name-taken', `There is an identity provider with the name ${name} already. Give another name.`, [
    { field: 'name', code: 'name-taken', message: 'is taken' },
  ]);
}
