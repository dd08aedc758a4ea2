/** What is shown of a delivery. Pure. */
import { t } from 'i18next';
import type { Delivery } from '../notifications/channels';

/** The type of the event that was carried. */
export function eventOf({ body }: Pick<Delivery, 'body'>): string {
  const type = typeof body === 'object' && body !== null && 'eventType' in body ? body.eventType : undefined;
  return typeof type === 'string' ? type : t('event');
}

/** What the last attempt came to, and which it was. */
export function answerWords(response: Delivery['channelResponse']): string {
  if (response === undefined) return t('nothing yet');
  const { statusCode, error, attempts } = response;
  const answered = statusCode === undefined ? t('nothing yet') : t('Answered {{statusCode}}', { statusCode });
  const what = error === undefined ? answered : errorWords(error);
  return attempts > 1 ? t('{{what}} (attempt {{attempts}})', { what, attempts }) : what;
}

/** What kept a request from arriving, where the network's own words are for programs. */
function errorWords(error: string): string {
  const unknown = /\b(?:ENOTFOUND|ENODATA)\s+(\S+)$/.exec(error)?.[1];
  if (unknown !== undefined) return t('No address is known for {{host}}.', { host: unknown });
  const closed = /\bECONNREFUSED\s+(\S+)$/.exec(error)?.[1];
  return closed === undefined ? error : t('{{host}} takes no connections.', { host: closed });
}
