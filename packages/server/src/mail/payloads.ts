/** What letters are about: the payload of each. Types and payloads of the first sixteen are those that the reference's portal reads (docs/people.md#mail). */
import type { NewsPayloads } from './news-letter.js';

interface Plan {
  service_name: string;
  product_tier_name: string;
  /** Ours: of the customer. */
  org_name: string;
  /** Ours: what the provider has written with it. */
  provider_message?: string;
}

interface Maintenance {
  instance_id: string;
  service_name: string;
  source_product_tier_name: string;
  scheduled_date: string;
  scheduling_event_type: string;
}

/** Payload of each letter. `token` is a secret: it verifies an address or sets a password. */
export interface LetterPayloads extends NewsPayloads {
  CustomerSignUp: { token: string; user_name: string };
  ResetPassword: { token: string };
  InviteUser: { inviting_user_name: string; service_name: string; is_user_enabled: boolean };
  RevokeUserRole: { inviting_user_name: string; service_name: string };
  ApproveSubscriptionRequest: Plan;
  DenySubscriptionRequest: Plan;
  SuspendSubscription: Plan;
  ResumeSubscription: Plan;
  TerminateSubscription: Plan;
  InstanceMaintenanceScheduled: Maintenance;
  InstanceMaintenanceCompleted: Maintenance & { completion_status: string };
  /** Ours: what was announced does not happen. */
  InstanceMaintenanceCancelled: Maintenance;
  /** Ours: somebody asks for an account with an address that has one. */
  AccountExists: { user_name: string };
  /** Ours: sign-up is by invitation, and this address has none. */
  InvitationNeeded: Record<string, never>;
  /** Ours: one of the provider's people invites another one. */
  InvitePerson: { token: string; inviting_user_name: string; role: string };
  /** Ours: a customer waits for an answer; to the provider's people. */
  SubscriptionRequested: Plan & { user_name: string; environment_name: string; request_id: string; customer_message?: string };
  AccountSuspended: { user_name: string };
  AccountUnsuspended: { user_name: string };
  /** Ours: an alert, or anything else whose words its writer knows. */
  Notice: { subject: string; text: string };
  /** Ours: one of the provider's people looks how a text arrives. */
  TestMail: { subject: string; text: string };
}

export type LetterType = keyof LetterPayloads;
/** Kinds that say only which plan it is about, and whose. */
export type LetterOfPlan = {
  [T in LetterType]: LetterPayloads[T] extends Plan ? (Plan extends LetterPayloads[T] ? T : never) : never;
}[LetterType];
export type LetterOf<K extends LetterType> = { [T in K]: { type: T; payload: LetterPayloads[T] } }[K];
export type Letter = LetterOf<LetterType>;
