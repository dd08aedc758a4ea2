/** What the palette lists, and which of it fits the words that were typed. Pure. */

export interface Entry {
  /** Unique in the palette. */
  key: string;
  label: string;
  /** A second, quieter line: what it is of, its id. */
  about?: string;
  /** Other words that it is found by. */
  words?: string;
  /** The page that it opens; an action has a function. */
  act: string | (() => void);
}

export interface EntryGroup {
  label: string;
  entries: Entry[];
}

/** Of one group. More are found by another word. */
export const MOST = 7;

/** Those that have each word that was typed, with the ones whose name begins like it first. */
export function fitting(entries: readonly Entry[], typed: string): Entry[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const found = entries.filter(({ label, about = '', words: more = '' }) => {
    const text = `${label} ${about} ${more}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  const begins = ({ label }: Entry) => (label.toLowerCase().startsWith(words[0] ?? '') ? 0 : 1);
  return found.toSorted((a, b) => begins(a) - begins(b)).slice(0, MOST);
}
