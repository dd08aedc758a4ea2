/** How a node is said to be, and how amounts of it are. Pure, but for the catalogue of texts. */
import type { InstanceNode } from '@cellplane/api';
import { t } from 'i18next';

/** A status with its tone, and the word for it. */
export function stateOf({ status, healthStatus }: Pick<InstanceNode, 'status' | 'healthStatus'>): { of: string; word: string } {
  if (status === 'DELETING') return { of: 'DELETING', word: t('Is being removed') };
  if (status === 'COMPLETE') return { of: 'STOPPED', word: t('Has ended') };
  if (status === 'FAILED') return { of: 'FAILED', word: t('Failed') };
  if (healthStatus === 'HEALTHY') return { of: 'RUNNING', word: t('Running') };
  if (healthStatus === 'UNHEALTHY') return { of: 'FAILED', word: t('Not well') };
  return { of: 'DEPLOYING', word: t('Starting') };
}

const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 2 });
const UNITS: [unit: string, size: number][] = [
  ['TiB', 2 ** 40],
  ['GiB', 2 ** 30],
  ['MiB', 2 ** 20],
  ['KiB', 2 ** 10],
];

export function bytes(amount: number): string {
  const [unit, size] = UNITS.find(([, least]) => amount >= least) ?? ['B', 1];
  return `${number.format(amount / size)} ${unit}`;
}

const fine = new Intl.NumberFormat(undefined, { maximumFractionDigits: 3 });

export function cores(amount: number): string {
  return fine.format(amount);
}

/** What is asked for, and the limit. */
export function amountText({ request, limit }: InstanceNode['cpu'], shown: (amount: number) => string): string {
  if (request === undefined && limit === undefined) return t('no request');
  if (limit === undefined) return t('{{least}}, no limit', { least: shown(request ?? 0) });
  if (request === undefined || request === limit) return shown(limit);
  return t('{{least}} to {{most}}', { least: shown(request), most: shown(limit) });
}
