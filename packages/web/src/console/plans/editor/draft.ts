/** What is being written, kept in this browser until it is built or thrown away: no reload and no end of a session loses it. */

export interface Draft {
  text: string;
  /** When it was typed, ISO. */
  at: string;
  /** The version that it began from. */
  base?: string;
}

/** Where drafts lie: one for each plan, and one for what is no plan yet. */
export function draftKey(person: string, { plan, product }: { plan?: string; product?: string }): string {
  return `cellplane draft ${person} ${plan ?? `new ${product ?? ''}`}`.trim();
}

/** The draft; undefined: there is none, or what lies there is none. */
export function readDraft(storage: Pick<Storage, 'getItem'>, key: string): Draft | undefined {
  const kept = storage.getItem(key);
  if (kept === null) return undefined;
  try {
    const draft = JSON.parse(kept) as Partial<Draft>;
    if (typeof draft.text !== 'string' || typeof draft.at !== 'string') return undefined;
    return { text: draft.text, at: draft.at, ...(typeof draft.base === 'string' ? { base: draft.base } : {}) };
  } catch {
    // Something else has been written there: it is no draft.
    return undefined;
  }
}

/** Keeps it. False: this browser has no room for it, or allows no storage. */
export function keepDraft(storage: Pick<Storage, 'setItem'>, key: string, draft: Draft): boolean {
  try {
    storage.setItem(key, JSON.stringify(draft));
    return true;
  } catch {
    return false;
  }
}
