/** An amount of money in the currency of the plans' prices, which name none. */
export function money(amount: number): string {
  return new Intl.NumberFormat(undefined, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(amount);
}
