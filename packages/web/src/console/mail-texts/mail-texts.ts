/** What mails say, as this browser asks for it. */
import type { Client } from '@cellplane/api/client';
import { queryOptions } from '@tanstack/react-query';
import { client } from '../../app/client';

export type MailText = Awaited<ReturnType<Client['listMailTexts']>>['texts'][number];
export type Placeholder = MailText['placeholders'][number];
export type Draft = Pick<MailText, 'subject' | 'body'>;

export const mailTexts = queryOptions({
  queryKey: ['mail-texts'],
  queryFn: async () => (await client.listMailTexts({})).texts,
});

/** `PasswordReset` as words. */
export function kindWords(kind: string): string {
  const words = kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A placeholder as it stands in a text. */
export function written({ name }: Pick<Placeholder, 'name'>): string {
  return `{{${name}}}`;
}

/** The text with a placeholder where the cursor stands, and where it stands then. */
export function inserted(text: string, place: { start: number; end: number }, what: string): { text: string; at: number } {
  return { text: text.slice(0, place.start) + what + text.slice(place.end), at: place.start + what.length };
}
