/** Whether a newer version of its plan is there for an instance, and who may choose it. Pure. */
import type { Origin, OwnInstance } from '../../own';

export interface Newer {
  version: string;
  /** The plan lets customers upgrade by themselves. */
  isYours: boolean;
}

/** Undefined: it has the version that the provider prefers, or a newer one. */
export function newerFor({ tierVersion }: Pick<OwnInstance, 'tierVersion'>, { offering }: Origin): Newer | undefined {
  const version = offering.productTierVersion;
  if (tierVersion === undefined || tierVersion === '' || !isNewer(version, tierVersion)) return undefined;
  const isYours = offering.productTierFeatures.some(({ feature, scope }) => feature === 'VERSION_SET_OVERRIDE' && scope !== 'INTERNAL');
  return { version, isYours };
}

/** "1.10" is newer than "1.9". What is no version of numbers is newer where it differs. */
export function isNewer(one: string, other: string): boolean {
  const [left, right] = [one, other].map((text) => text.split('.').map(Number)) as [number[], number[]];
  if ([...left, ...right].some(Number.isNaN)) return one !== other;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return false;
}
