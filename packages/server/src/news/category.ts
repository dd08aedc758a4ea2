/** Kinds of what members of subscriptions are mailed, and what counts as long as they have not said anything. Pure. */

/** Those that can be switched. The tables' constraints have them, too. */
export const NEWS_CATEGORIES = ['failures', 'completed', 'maintenance', 'backups', 'limits'] as const;
export type NewsCategory = (typeof NEWS_CATEGORIES)[number];

/** What needs somebody, or changes what they have, is mailed; what went as they wanted is not. */
export const MAILED_BY_DEFAULT: Readonly<Record<NewsCategory, boolean>> = {
  failures: true,
  completed: false,
  maintenance: true,
  backups: true,
  limits: true,
};

/** What is always mailed, and why. */
export const FIXED_CATEGORY = 'account';
export const WHY_FIXED =
  'These mails let you into your account, and tell you when your access changes, also when it was not you who changed it.';

/** True of a category that can be switched. */
export function isNewsCategory(text: string): text is NewsCategory {
  return (NEWS_CATEGORIES as readonly string[]).includes(text);
}
