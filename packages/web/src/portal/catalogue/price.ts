/** The list price of a plan, in lines that people read, and what of it is the same each month. Pure. */
import { HOURS_OF_MONTH, hoursOf, pricesOf } from '@cellplane/plan/price';
import { t } from 'i18next';

/** Lines such as "0.04 per GiB of memory and hour"; empty: the plan names no price. `pricing` as the offering has it. */
export function priceLines(pricing: unknown): string[] {
  return pricesOf(pricing).map(({ dimension, unit = '', timeUnit = 'hour', price }) =>
    t('{{price}} per {{what}} and {{time}}', {
      price: new Intl.NumberFormat(undefined, { maximumFractionDigits: 6 }).format(price),
      what: unitInWords(dimension, unit),
      time: timeUnit.toLowerCase(),
    }),
  );
}

/** Dimensions that an instance has at least one of, however much it is used. */
const STANDING = new Set(['instance', 'deployment', 'deploymentCell', 'replica']);

export interface Estimate {
  /** A month of one of each, at list price. */
  amount: number;
  /** What it is the price of: "replica". */
  of: string[];
  /** There are prices beside it that follow use. */
  isPart: boolean;
}

/** What an instance costs each month at least, of the prices that do not follow use; undefined: there are none. */
export function monthlyEstimate(pricing: unknown): Estimate | undefined {
  const prices = pricesOf(pricing);
  const standing = prices.flatMap((one) => {
    const hours = hoursOf(one);
    return hours === undefined || !STANDING.has(one.dimension)
      ? []
      : [{ dimension: one.dimension, monthly: (one.price * HOURS_OF_MONTH) / hours }];
  });
  if (standing.length === 0) return undefined;
  return {
    amount: standing.reduce((sum, { monthly }) => sum + monthly, 0),
    of: [...new Set(standing.map(({ dimension }) => dimensionInWords(dimension)))],
    isPart: standing.length < prices.length,
  };
}

/** The estimate in two lines: the amount, and what it is of. */
export function estimateLines({ amount, of, isPart }: Estimate): [amount: string, about: string] {
  const money = new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
  const what = new Intl.ListFormat(undefined).format(of.map((one) => t('one {{what}}', { what: one })));
  return [
    isPart ? t('From {{money}} a month', { money }) : t('{{money}} a month', { money }),
    isPart ? t('List price of {{what}}; usage not included.', { what }) : t('List price of {{what}}.', { what }),
  ];
}

function unitInWords(dimension: string, unit: string): string {
  if (dimension === 'cpu' && (unit === 'cores' || unit === '')) return t('CPU core');
  return unit === '' ? dimensionInWords(dimension) : t('{{unit}} of {{what}}', { unit, what: dimensionInWords(dimension) });
}

/** `deploymentCell` → "deployment cell". */
function dimensionInWords(dimension: string): string {
  return dimension === 'cpu' ? 'CPU' : dimension.replaceAll(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
}
