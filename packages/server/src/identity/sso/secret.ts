/** The client secret of an identity provider, sealed with its row. */
import type { Sealing } from '../../mail/outbox.js';
import type { IdentityProviderRow } from './identity-provider-store.js';
import type { Opened } from './openid.js';

export interface SecretDeps {
  sealing: Sealing;
}

export function sealSecret({ sealing }: SecretDeps, { id, orgId }: { id: string; orgId: string }, secret: string): Buffer {
  return sealing.seal(secret, contextOf({ id, orgId }));
}

/** The row with its secret in clear: for asking the identity provider, never for an answer. */
export function openRow({ sealing }: SecretDeps, row: IdentityProviderRow): IdentityProviderRow & Opened {
  return { ...row, secret: sealing.open(row.clientSecret, contextOf(row)).toString('utf8') };
}

function contextOf({ id, orgId }: { id: string; orgId: string }): string {
  return `identity-provider/${orgId}/${id}`;
}
