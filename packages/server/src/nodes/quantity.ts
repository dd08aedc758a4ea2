/** Amounts as Kubernetes writes them: `500m`, `1Gi`, `12345678n`. Pure. */
import { QUANTITY_UNITS } from '@cellplane/kubernetes';

/** Of cores or bytes; undefined for what is no amount. */
export function amountOf(quantity: unknown): number | undefined {
  if (typeof quantity === 'number') return quantity;
  if (typeof quantity !== 'string') return undefined;
  const [, digits, unit = ''] = /^([+-]?[0-9]{1,30}(?:\.[0-9]{0,30})?(?:[eE][+-]?[0-9]{1,2})?)([A-Za-z]{0,2})$/.exec(quantity) ?? [];
  const factor = QUANTITY_UNITS[unit];
  return digits === undefined || factor === undefined ? undefined : Number(digits) * factor;
}

/** The sum of what is known; undefined if nothing is. */
export function sumOf(quantities: readonly unknown[]): number | undefined {
  const known = quantities.map(amountOf).filter((one) => one !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
}
