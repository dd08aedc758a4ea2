/** What the address of the page of notifications says: for which subscription. Pure. */
export function preferenceSearchOf({ subscription }: Record<string, unknown>): { subscription?: string } {
  return typeof subscription === 'string' && subscription !== '' ? { subscription } : {};
}
