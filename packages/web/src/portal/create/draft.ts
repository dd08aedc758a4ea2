/** What was typed into the form of a plan and not sent yet. It outlives a reload and a sign-in; secrets are not kept. */

export interface Draft {
  cloud?: string;
  region?: string;
  network?: string;
  name?: string;
  tags?: string[];
  values?: Record<string, string>;
}

/** Whose draft it is, and of which plan: in one tab, people come one after the other. */
export interface DraftOf {
  personId: string;
  planId: string;
}

const keyOf = ({ personId, planId }: DraftOf) => `cellplane draft ${personId} instance of ${planId}`;

/** Reads the draft of a plan; an empty one where there is none, or where it cannot be read. */
export function readDraft(of: DraftOf, store: Pick<Storage, 'getItem'> = sessionStorage): Draft {
  try {
    const read: unknown = JSON.parse(store.getItem(keyOf(of)) ?? '{}');
    return typeof read === 'object' && read !== null ? read : {};
  } catch {
    // Whatever it is, it is no draft: the form begins anew.
    return {};
  }
}

/** Keeps a draft. `open`: keys of the values that are known not to be secret; others are left out, since they may be. */
export function keepDraft(of: DraftOf, draft: Draft, open: readonly string[], store: Pick<Storage, 'setItem'> = sessionStorage): void {
  const values = Object.fromEntries(Object.entries(draft.values ?? {}).filter(([key]) => open.includes(key)));
  store.setItem(keyOf(of), JSON.stringify({ ...draft, values }));
}

export function dropDraft(of: DraftOf): void {
  sessionStorage.removeItem(keyOf(of));
}
