const BINARY = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei'];
const DECIMAL: Record<string, number> = { n: -9, u: -6, m: -3, '': 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const FORM = /^([+-]?)(\d+)(?:\.(\d*))?(?:([eE][+-]?\d+)|(Ki|Mi|Gi|Ti|Pi|Ei|[numkMGTPE]))?$/;

/**
 * A quantity in its canonical form (apimachinery resource.Quantity): no fraction, the largest suffix that leaves none, in the family
 * (binary or decimal) that it was written in. What is no quantity stays as it is.
 */
export function canonicalQuantity(value: unknown): unknown {
  if (typeof value !== 'number' && typeof value !== 'string') return value;
  const match = FORM.exec(String(value));
  if (!match) return value;
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = match;
  // In billionths, the smallest that a quantity keeps.
  const digits = BigInt(whole + fraction);
  let nano = scale(digits, 9 - fraction.length + (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1))));
  const power = BINARY.indexOf(suffix);
  if (suffix !== '' && power > 0) {
    nano *= 1024n ** BigInt(power);
    const binary = inBinary(nano);
    if (binary !== undefined) return sign.replace('+', '') + binary;
  }
  return (nano === 0n ? '' : sign.replace('+', '')) + inDecimal(nano);
}

/** A quantity in billionths; undefined for what is none. */
export function quantityInNano(value: unknown): bigint | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = FORM.exec(String(value));
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent, suffix = ''] = match;
  const nano = scale(
    BigInt(whole + fraction),
    9 - fraction.length + (exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent.slice(1))),
  );
  const power = Math.max(0, suffix === '' ? 0 : BINARY.indexOf(suffix));
  return (sign === '-' ? -1n : 1n) * nano * 1024n ** BigInt(power);
}

function scale(digits: bigint, power: number): bigint {
  if (power >= 0) return digits * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  // Rounded up, as the API server does.
  return (digits + divisor - 1n) / divisor;
}

function inBinary(nano: bigint): string | undefined {
  if (nano % 1_000_000_000n !== 0n) return undefined;
  let amount = nano / 1_000_000_000n;
  let power = 0;
  while (amount !== 0n && amount % 1024n === 0n && power < BINARY.length - 1) {
    amount /= 1024n;
    power++;
  }
  return `${amount}${BINARY[power]}`;
}

function inDecimal(nano: bigint): string {
  if (nano === 0n) return '0';
  let amount = nano;
  let power = -9;
  while (amount % 1000n === 0n && power < 18) {
    amount /= 1000n;
    power += 3;
  }
  const suffix = Object.entries(DECIMAL).find(([, exponent]) => exponent === power)?.[0] ?? '';
  return `${amount}${suffix}`;
}
