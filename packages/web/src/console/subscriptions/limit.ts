/** How much of its limit of instances a subscription has used. Pure. */
import { t } from 'i18next';

interface Limited {
  instanceCount: number;
  /** -1 or absent: none. */
  maxNumberOfInstances?: number | undefined;
}

/** The limit; undefined: there is none. */
export function limitOf({ maxNumberOfInstances: most }: Limited): number | undefined {
  return most === undefined || most < 0 ? undefined : most;
}

/** "3 of 5"; "3" without a limit. */
export function limitWords(one: Limited): string {
  const most = limitOf(one);
  return most === undefined ? String(one.instanceCount) : t('{{count}} of {{most}}', { count: one.instanceCount, most });
}

/** Of the limit, in percent: 100 at most, and where the limit is 0. Undefined: there is no limit. */
export function usedPercent(one: Limited): number | undefined {
  const most = limitOf(one);
  if (most === undefined) return undefined;
  return most === 0 ? 100 : Math.min(100, (100 * one.instanceCount) / most);
}
