import type { Transaction } from '../../database/database.js';
import type { Outbox } from '../../mail/outbox.js';
import type { SessionDeps } from '../session.js';

/** Who may make an account: everybody, whoever was invited, or nobody. */
export const SIGN_UP_MODES = ['open', 'invited', 'closed'] as const;
export type SignUpMode = (typeof SIGN_UP_MODES)[number];

/** What customers have, and are asked into; the rooms that have it answer. */
export interface Holdings {
  /**
   * Keeps the organization's subscriptions from taking anything new until the transaction ends, and answers the ids of instances that are
   * still there.
   */
  holdInstances(tx: Transaction, orgId: string): Promise<string[]>;
  /** Ids of snapshots that are not removed, oldest first. */
  snapshots(tx: Transaction, orgId: string): Promise<string[]>;
  /**
   * Ends the organization's subscriptions and requests, and the user's memberships in subscriptions of others; told as events. What the user
   * chose to be mailed is forgotten.
   */
  leave(tx: Transaction, who: { orgId: string; userId: string; by: string }): Promise<void>;
  /** True if a member of a subscription has invited the address, in lower case, and it is not too late. */
  isInvited(tx: Transaction, of: { email: string; providerOrgId: string }): Promise<boolean>;
}

export interface CustomerDeps extends SessionDeps {
  outbox: Outbox;
  holdings: Holdings;
  signUp: SignUpMode;
  /** The installation's own provider: whose customers they are who come without a provider's session. */
  providerOrgId: string;
}
