/** Tokens of invitations: computed from the invitation and the master key, so that nothing of them is stored. */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { deriveKey } from '../../derived-key.js';

/** The key of all copies of the program on one master key. */
export function deriveInvitationKey(masterKey: Uint8Array): Buffer {
  return deriveKey(masterKey, 'invitations');
}

/** `invitation-Kd82hGa0Qp.<proof>`. */
export function invitationToken(key: Buffer, id: string): string {
  return `${id}.${proofOf(key, id)}`;
}

/** The id of the invitation that a token is of, or nothing if it is not ours. */
export function invitationOf(key: Buffer, token: string): string | undefined {
  const [, id = '', proof = ''] = /^(invitation-[A-Za-z0-9]{10})\.([\w-]{43})$/.exec(token.trim()) ?? [];
  if (id === '') return undefined;
  return timingSafeEqual(Buffer.from(proof), Buffer.from(proofOf(key, id))) ? id : undefined;
}

function proofOf(key: Buffer, id: string): string {
  return createHmac('sha256', key).update(id).digest('base64url');
}
