/** What was typed into the form of a plan and not sent yet. It outlives a reload and a sign-in; secrets are not kept. */

export interface Draft {
  cloud?: string;
  region?: string;
  network?: string;
  name?: string;
  tags?: string[];
  values?: Record<string, string>;
}

const keyOf = (planId: string) => `draft of ${planId}`;

/** Reads the draft of a plan; an empty one where there is none, or where it cannot be read. */
export function readDraft(planId: string, store: Pick<Storage, 'getItem'> = sessionStorage): Draft {
  try {
    const read: unknown = JSON.parse(store.getItem(keyOf(planId)) ?? '{}');
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    // Whatever it is, it is no draft: the form begins anew.
    return {};
  }
}

/** Keeps a draft. `secret`: keys of the values that are left out. */
export function keepDraft(planId: string, draft: Draft, secret: readonly string[], store: Pick<Storage, 'setItem'> = sessionStorage): void {
  const values = Object.fromEntries(Object.entries(draft.values ?? {}).filter(([key]) => !secret.includes(key)));
  store.setItem(keyOf(planId), JSON.stringify({ ...draft, values }));
}

export function dropDraft(planId: string): void {
  sessionStorage.removeItem(keyOf(planId));
}
