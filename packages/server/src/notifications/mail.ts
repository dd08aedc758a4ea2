import type { Outbox } from '../mail/outbox.js';
import type { PostMail } from './deliver.js';

/** Mails of notices go to people of a provider, and lie in the outbox like all others. */
export function mailOfNotices(outbox: Outbox): PostMail {
  return async (tx, { providerOrgId, recipient, subject, text }) => {
    await outbox.post(tx, { providerOrgId, recipient, audience: 'provider', letter: { type: 'Notice', payload: { subject, text } } });
  };
}
