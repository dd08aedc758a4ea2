/** List prices of a plan (`pricing`): how they are read, and what an amount of use comes to. Pure, and loaded by itself where nothing else of the package is needed. */

/** A price as a plan writes it. */
export interface Price {
  dimension: string;
  /** `cores` for cpu, `GiB` for memory and storage; those too if none is named. */
  unit?: string | undefined;
  /** @default hour */
  timeUnit?: string | undefined;
  price: number;
}

/** What is metered of an instance. Prices of other dimensions are list prices that nothing is counted for. */
export const METERED_DIMENSIONS = ['cpu', 'memory', 'storage', 'replica'] as const;
export type MeteredDimension = (typeof METERED_DIMENSIONS)[number];

/** Hours of use: of a core, of a GiB of memory, of a GiB of storage, of a replica. */
export type UsedHours = Record<MeteredDimension, number>;

/** Hours of a month as bills count them: a twelfth of 365 days. */
export const HOURS_OF_MONTH = 730;
const HOURS: Readonly<Record<string, number>> = {
  second: 1 / 3_600,
  minute: 1 / 60,
  hour: 1,
  day: 24,
  week: 168,
  month: HOURS_OF_MONTH,
  year: 8_760,
};

const CORES: Readonly<Record<string, number>> = { '': 1, core: 1, vcpu: 1, cpu: 1, millicore: 0.001 };
const GIB = 2 ** 30;
const GIBS: Readonly<Record<string, number>> = {
  '': 1,
  gib: 1,
  mib: 1 / 1_024,
  tib: 1_024,
  gb: 1e9 / GIB,
  mb: 1e6 / GIB,
  tb: 1e12 / GIB,
};
const REPLICAS: Readonly<Record<string, number>> = { '': 1, replica: 1, node: 1, instance: 1 };
/** How much of what is counted one unit of a price is. */
const UNITS: Readonly<Record<MeteredDimension, Readonly<Record<string, number>>>> = {
  cpu: CORES,
  memory: GIBS,
  storage: GIBS,
  replica: REPLICAS,
};

/** Words for the unit of a price of this dimension, as they are known. */
export function unitsOf(dimension: MeteredDimension): string[] {
  return Object.keys(UNITS[dimension]).filter((word) => word !== '');
}

/** Whole per cent of an amount that are spent, never rounded up; sums of fractions are read without the digits that binary numbers bring. */
export function percentSpent(spent: number, amount: number): number {
  return Math.floor(Number(((100 * spent) / amount).toFixed(6)));
}

/** The prices of what a plan or the terms of a subscription have as `pricing`; what is no price is left out. */
export function pricesOf(pricing: unknown): Price[] {
  return Array.isArray(pricing) ? pricing.filter(isPrice) : [];
}

function isPrice(one: unknown): one is Price {
  const { dimension, price } = (one ?? {}) as Partial<Price>;
  return typeof dimension === 'string' && typeof price === 'number' && Number.isFinite(price);
}

/** Hours of a price's time unit; undefined for a word that is none. */
export function hoursOf({ timeUnit = 'hour' }: Pick<Price, 'timeUnit'>): number | undefined {
  return ownOf(HOURS, singular(timeUnit));
}

/** Whether what the price is for is metered, in a unit and a time unit that are known. */
export function isMetered(price: Price): boolean {
  return rateOf(price) !== undefined;
}

/** What this use costs, in the currency of the prices; undefined: none of the prices is for something that is metered. */
export function costOf(prices: readonly Price[], used: UsedHours): number | undefined {
  const rates = prices.map(rateOf).filter((rate) => rate !== undefined);
  return rates.length === 0 ? undefined : rates.reduce((sum, { dimension, perHour }) => sum + used[dimension] * perHour, 0);
}

/** The price of an hour of one core, GiB or replica. */
function rateOf(price: Price): { dimension: MeteredDimension; perHour: number } | undefined {
  const dimension = METERED_DIMENSIONS.find((one) => one === price.dimension);
  const hours = hoursOf(price);
  const size = dimension === undefined ? undefined : ownOf(UNITS[dimension], singular(price.unit ?? ''));
  return dimension === undefined || hours === undefined || size === undefined
    ? undefined
    : { dimension, perHour: price.price / (hours * size) };
}

function singular(word: string): string {
  return word.trim().toLowerCase().replace(/s$/, '');
}

function ownOf(table: Readonly<Record<string, number>>, word: string): number | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}
