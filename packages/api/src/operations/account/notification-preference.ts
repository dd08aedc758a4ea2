/** Ours: what a customer wants to be mailed of what happens to their instances (docs/notifications.md#customers). */
import { Type } from 'typebox';
import { signedIn } from '../../access.js';
import { flag, optionalText, text } from '../../field.js';
import { operation } from '../../operation.js';

const Preferences = Type.Object({
  /** Of this subscription; absent: of all of the caller's. */
  subscriptionId: optionalText,
  preferences: Type.Array(
    Type.Object({
      /** failures, completed, maintenance, backups, limits or account. */
      category: text,
      /** Mails of it are sent. */
      email: flag,
      /** Where that comes from: SUBSCRIPTION, said for this one; ALL, said for all subscriptions; NOTHING, nobody has said anything. */
      setFor: Type.Enum(['SUBSCRIPTION', 'ALL', 'NOTHING']),
      /** It cannot be switched off. */
      fixed: flag,
      /** Why. */
      reason: optionalText,
    }),
  ),
});

export const notificationPreferenceOperations = {
  listNotificationPreferences: operation({
    id: 'cellplane#ListNotificationPreferences',
    api: 'ours',
    route: 'GET /api/notification-preferences',
    summary: 'What the caller, a customer, is mailed of: for all subscriptions, or for one',
    access: signedIn,
    query: Type.Object({ subscriptionId: optionalText }),
    response: Preferences,
  }),
  setNotificationPreference: operation({
    id: 'cellplane#SetNotificationPreference',
    api: 'ours',
    route: 'PUT /api/notification-preferences/{category}',
    summary: 'Switch the mails of a category on or off, for all subscriptions of the caller or for one',
    access: signedIn,
    body: Type.Object({ email: flag, subscriptionId: optionalText }),
    response: Preferences,
  }),
  resetNotificationPreference: operation({
    id: 'cellplane#ResetNotificationPreference',
    api: 'ours',
    route: 'DELETE /api/notification-preferences/{category}',
    summary: 'Take back what was said of a category: then what was said for all subscriptions counts, or the default',
    access: signedIn,
    query: Type.Object({ subscriptionId: optionalText }),
    response: Preferences,
  }),
};
