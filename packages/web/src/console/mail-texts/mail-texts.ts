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
