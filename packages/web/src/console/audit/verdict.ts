/** What a verification of the audit trail has found, in words. Pure. */
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';

export type Verification = Awaited<ReturnType<Client['verifyAuditTrail']>>;

export function verdictOf(of: Verification): { title: string; details: string[] } {
  const { events, prunedUpTo, unsealed, position, fault } = of;
  const details: string[] = [];
  if (fault !== undefined) {
    details.push(fault.message);
    details.push(t('Kind: {{kind}}. Place in the chain: {{position}}.', { kind: fault.kind, position: fault.position }));
  } else {
    details.push(t('The last sealed entry is number {{position}}.', { position }));
  }
  if (prunedUpTo > 0) details.push(t('Entries up to number {{position}} are over their days and were removed.', { position: prunedUpTo }));
  if (unsealed > 0)
    details.push(
      t('{{count}} entries are not sealed yet: they are within seconds.', {
        count: unsealed,
        defaultValue_one: '{{count}} entry is not sealed yet: it is within seconds.',
      }),
    );
  const title =
    fault === undefined
      ? t('Intact: {{count}} entries were checked', { count: events, defaultValue_one: 'Intact: {{count}} entry was checked' })
      : t('Not as it was written: entry {{position}}', { position: fault.position });
  return { title, details };
}
