/** What people are mailed about subscriptions. Each mail is written in the transaction of what it tells, and the transaction tells it once. */
import { PROVIDER_ROLE_PERMISSIONS, PROVIDER_ROLES } from '@cellplane/api';
import { type PlanPlace, planPlace } from '../catalog/catalog.js';
import type { Database, Transaction } from '../database/database.js';
import { type Addressee, hasAccount, selectAddressee, selectPeopleFor, selectPersonName } from '../identity/addressee-store.js';
import type { Letter, LetterOfPlan } from '../mail/payloads.js';
import type { Outbox } from '../mail/outbox.js';

/** Who changes what people are to hear of. */
export interface Mailing {
  db: Database;
  outbox: Outbox;
}

/** What a customer has of a plan, or has asked for: a subscription or a request. */
interface Held {
  providerOrgId: string;
  planId: string;
  /** Who has it. */
  userId: string;
}

/** Roles that answer requests. */
const ANSWERING = PROVIDER_ROLES.filter((role) => PROVIDER_ROLE_PERMISSIONS[role].includes('customer:write'));

/** Tells whoever has it; `words` are the provider's own. */
export function mailHolder(tx: Transaction, outbox: Outbox, type: LetterOfPlan, held: Held, words = ''): Promise<void> {
  const payloadOf = (place: PlanPlace, orgName: string) => ({
    ...namesOf(place),
    org_name: orgName,
    ...(words === '' ? {} : { provider_message: words }),
  });
  return mailCustomer(tx, outbox, held, (place, { orgName }) => ({ type, payload: payloadOf(place, orgName) }));
}

/** Tells a member that they are one no more. */
export async function mailRemoval(tx: Transaction, outbox: Outbox, held: Held, by: string): Promise<void> {
  const name = await selectPersonName(tx, by);
  const letterOf = ({ serviceName }: PlanPlace): Letter => ({
    type: 'RevokeUserRole',
    payload: { inviting_user_name: name, service_name: serviceName },
  });
  await mailCustomer(tx, outbox, held, letterOf);
}

/** The provider's own people, and customers whose address is not confirmed, get nothing. */
async function mailCustomer(
  tx: Transaction,
  outbox: Outbox,
  { providerOrgId, planId, userId }: Held,
  letterOf: (place: PlanPlace, to: Addressee) => Letter,
): Promise<void> {
  const to = await selectAddressee(tx, userId);
  if (to === undefined) return;
  const place = await planPlace(tx, providerOrgId, planId);
  const { environmentType } = place;
  const letter = letterOf(place, to);
  await outbox.post(tx, { providerOrgId, recipient: to.email, userId, audience: 'customer', environmentType, letter });
}

/** What mails to a member of a subscription about its instances are about: nobody gets them who is a member no more. */
export function mailsToMember(subscriptionId: string, userId: string): string {
  return `${subscriptionId} ${userId}`;
}

/** Tells those of the provider's people who may answer it. */
export async function mailRequest(
  tx: Transaction,
  outbox: Outbox,
  { id, place, userId, message }: { id: string; place: PlanPlace; userId: string; message: string },
): Promise<void> {
  const by = await selectAddressee(tx, userId);
  const payload = {
    ...namesOf(place),
    org_name: by?.orgName ?? '',
    user_name: by?.name ?? '',
    environment_name: place.environmentName,
    request_id: id,
    ...(message === '' ? {} : { customer_message: message }),
  };
  const { orgId, serviceId } = place;
  for (const to of await selectPeopleFor(tx, { orgId, serviceId, roles: ANSWERING }))
    await outbox.post(tx, {
      providerOrgId: orgId,
      recipient: to.email,
      userId: to.userId,
      audience: 'provider',
      environmentType: place.environmentType,
      letter: { type: 'SubscriptionRequested', payload },
    });
}

/** Tells an address that it is invited. The same work whether or not somebody has it. */
export async function mailInvitation(
  tx: Transaction,
  outbox: Outbox,
  { providerOrgId, planId }: Omit<Held, 'userId'>,
  { invitationId, email, by }: { invitationId: string; email: string; by: string },
): Promise<void> {
  const place = await planPlace(tx, providerOrgId, planId);
  const payload = {
    inviting_user_name: await selectPersonName(tx, by),
    service_name: place.serviceName,
    is_user_enabled: await hasAccount(tx, { providerOrgId, email }),
  };
  const { environmentType } = place;
  await outbox.post(tx, {
    providerOrgId,
    recipient: email,
    audience: 'customer',
    environmentType,
    about: invitationId,
    letter: { type: 'InviteUser', payload },
  });
}

function namesOf({ serviceName, planName }: PlanPlace): { service_name: string; product_tier_name: string } {
  return { service_name: serviceName, product_tier_name: planName };
}
