/** What the address of the page says. */
export interface MailTextSearch {
  kind?: string;
}

export function mailTextSearchOf(search: Record<string, unknown>): MailTextSearch {
  const { kind } = search;
  return typeof kind === 'string' && kind !== '' ? { kind } : {};
}
