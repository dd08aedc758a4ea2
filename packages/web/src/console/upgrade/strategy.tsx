/** How a path goes through its instances, in words. */
import { t } from 'i18next';
import { duration } from '../../kit/moment';
import { Facts } from '../../kit/page/facts';
import { Section } from '../../kit/page/section';
import type { UpgradePath } from '../upgrades/upgrade-queries';

export function Strategy({ path: { strategy = {}, maxConcurrentUpgrades, notifyCustomer } }: { path: UpgradePath }) {
  const yes = (value: boolean | undefined) => (value === true ? t('yes') : t('no'));
  const { waves, soakSeconds, gates, haltAtFailures, haltAtFailurePercent, order, automaticRollback, ignoreMaintenanceWindows } = strategy;
  const rows: [string, string][] = [
    [t('Waves'), waves === undefined || waves.length === 0 ? t('one with all') : `${waves.join(', ')}, ${t('then the rest')}`],
    [t('Each is watched for'), soakSeconds === undefined || soakSeconds === 0 ? t('no time') : duration(soakSeconds * 1000)],
    [t('Health must be good'), yes(gates?.health)],
    ...(gates?.conditions ?? []).map(({ kind, condition }): [string, string] => [t('Gate on each {{kind}}', { kind }), condition]),
    [
      t('Halts at'),
      haltAtFailures === undefined
        ? t('{{percent}} % failures of a wave', { percent: haltAtFailurePercent ?? 10 })
        : t('{{count}} failures in a wave', { count: haltAtFailures, defaultValue_one: '{{count}} failure in a wave' }),
    ],
    [t('Order'), orderWords(order)],
    [t('At a time'), String(maxConcurrentUpgrades ?? '')],
    [t('Failed instances are brought back'), yes(automaticRollback)],
    [t('Maintenance windows'), ignoreMaintenanceWindows === true ? t('do not count') : t('count')],
    [t('Customers are told by mail'), yes(notifyCustomer)],
  ];
  return (
    <Section title={t('How it goes')}>
      <Facts facts={rows.map(([name, value]) => ({ name, value }))} />
    </Section>
  );
}

/** The order of instances in words. */
export function orderWords(order: string | undefined): string {
  if (order === 'newest') return t('the newest first');
  return order === 'own-first' ? t('our own instances first') : t('the oldest first');
}
