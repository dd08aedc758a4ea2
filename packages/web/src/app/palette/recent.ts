/** What a person has opened from the palette last, kept in this browser for them alone. */
import type { Entry } from './entry';

const MOST = 5;
const keyOf = (userId: string) => `cellplane-recent-${userId}`;

export type Recent = Pick<Entry, 'key' | 'label' | 'about'> & { act: string };

export function recentOf(userId: string): Recent[] {
  try {
    return JSON.parse(localStorage.getItem(keyOf(userId)) ?? '[]') as Recent[];
  } catch {
    // Storage is forbidden here, or holds something else: nothing is recent.
    return [];
  }
}

export function remember(userId: string, entry: Recent): void {
  const { key, label, about, act } = entry;
  const kept = [{ key, label, ...(about === undefined ? {} : { about }), act }, ...recentOf(userId).filter((one) => one.key !== key)];
  try {
    localStorage.setItem(keyOf(userId), JSON.stringify(kept.slice(0, MOST)));
  } catch {
    // Without storage the palette works, and has no recent entries.
  }
}
