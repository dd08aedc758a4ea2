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
  const what = error ?? (statusCode === undefined ? t('nothing yet') : t('Answered {{statusCode}}', { statusCode }));
  return attempts > 1 ? t('{{what}} (attempt {{attempts}})', { what, attempts }) : what;
}
