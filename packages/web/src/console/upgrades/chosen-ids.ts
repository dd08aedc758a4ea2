/** Ids that are pasted or typed instead of chosen, and what is wrong with them. Pure. */

/** What a field offers, or has chosen. */
export interface NamedId {
  value: string;
  /** What people call it. */
  label: string;
  /** Which of those of that name it is. */
  about?: string;
  /** Of which plan; absent: of none alone. */
  planId?: string;
}

/** All ids of a text that is nothing but ids of this kind: `instance-…`, one after the other. */
export function idsIn(text: string, prefix: string): string[] {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  const isId = new RegExp(`^${prefix}-[A-Za-z0-9]+$`);
  return parts.every((part) => isId.test(part)) ? [...new Set(parts)] : [];
}

/** Those that nothing is called, and those that are of another plan. `named`: undefined while it is not known. */
export function wrongIds(
  ids: readonly string[],
  named: readonly NamedId[] | undefined,
  planId: string,
): { unknown: string[]; ofOthers: string[] } {
  if (named === undefined) return { unknown: [], ofOthers: [] };
  const found = new Map(named.map((one) => [one.value, one]));
  return {
    unknown: ids.filter((id) => !found.has(id)),
    ofOthers: ids.filter((id) => planId !== '' && (found.get(id)?.planId ?? planId) !== planId),
  };
}
