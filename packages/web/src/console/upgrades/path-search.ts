/** What is asked of the list of upgrades; it stands in the page's address. Pure. */
export interface PathSearch {
  planId?: string;
  status?: string;
}

export function pathSearchOf({ planId, status }: Record<string, unknown>): PathSearch {
  return {
    ...(typeof planId === 'string' && planId !== '' ? { planId } : {}),
    ...(typeof status === 'string' && status !== '' ? { status } : {}),
  };
}
