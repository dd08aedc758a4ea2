/** Words and places in texts of mails. Pure. */
import type { Placeholder } from './mail-texts';

/** A placeholder as it stands in a text. */
export function written({ name }: Pick<Placeholder, 'name'>): string {
  return `{{${name}}}`;
}

/** The text with a placeholder where the cursor stands, and where it stands then. */
export function inserted(text: string, place: { start: number; end: number }, what: string): { text: string; at: number } {
  return { text: text.slice(0, place.start) + what + text.slice(place.end), at: place.start + what.length };
}
