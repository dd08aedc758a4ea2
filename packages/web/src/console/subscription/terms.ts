/** What a subscription began with, as facts. Pure. */
import { t } from 'i18next';

interface Terms {
  planVersion?: unknown;
  pricing?: unknown;
  maxNumberOfInstances?: unknown;
}

export function termsFacts(terms: unknown): { name: string; value: string }[] {
  const { planVersion, pricing, maxNumberOfInstances: most } = (terms ?? {}) as Terms;
  return [
    { name: t('Version'), value: typeof planVersion === 'string' ? planVersion : t('unknown') },
    { name: t('Price'), value: pricing === undefined || pricing === null ? t('no price') : wordsOfPrice(pricing) },
    { name: t('Limit of the plan'), value: typeof most === 'number' && most >= 0 ? String(most) : t('none') },
  ];
}

/** Prices are whatever the author of the plan has written. */
function wordsOfPrice(pricing: unknown): string {
  return typeof pricing === 'string' ? pricing : JSON.stringify(pricing);
}
