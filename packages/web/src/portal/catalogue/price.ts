/** The list price of a plan, in lines that people read. Pure. */
import { t } from 'i18next';

interface Price {
  dimension: string;
  unit?: string | undefined;
  timeUnit?: string | undefined;
  price: number;
}

/** Lines such as "0.04 per GiB of memory and hour"; empty: the plan names no price. `pricing` as the offering has it. */
export function priceLines(pricing: unknown): string[] {
  if (!Array.isArray(pricing)) return [];
  return pricing.filter(isPrice).map(({ dimension, unit = '', timeUnit = 'hour', price }) =>
    t('{{price}} per {{what}} and {{time}}', {
      price: new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 }).format(price),
      what: unitInWords(dimension, unit),
      time: timeUnit.toLowerCase(),
    }),
  );
}

function isPrice(one: unknown): one is Price {
  const { dimension, price } = (one ?? {}) as Partial<Price>;
  return typeof dimension === 'string' && typeof price === 'number';
}

function unitInWords(dimension: string, unit: string): string {
  if (dimension === 'cpu' && (unit === 'cores' || unit === '')) return t('CPU core');
  return unit === '' ? dimensionInWords(dimension) : t('{{unit}} of {{what}}', { unit, what: dimensionInWords(dimension) });
}

/** `deploymentCell` → "deployment cell". */
function dimensionInWords(dimension: string): string {
  return dimension === 'cpu' ? 'CPU' : dimension.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
