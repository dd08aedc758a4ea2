/** Which events a channel takes, in one line. Pure. */
import { t } from 'i18next';
import type { Channel } from './channels';

export function takenWords({
  alertTypes,
  environmentTypes,
  eventPriorities,
  eventCategories,
  eventTypes,
}: Channel['subscription']): string {
  const parts = [alertTypes, eventPriorities, eventCategories, eventTypes, environmentTypes].filter((list) => list.length > 0);
  return parts.length === 0 ? t('everything') : parts.map((list) => list.join(', ')).join(' · ');
}
