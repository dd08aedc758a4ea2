/** For how many days history is kept: of all environment types alike, and of some for longer or shorter. Pure. */
import { ENVIRONMENT_TYPES } from '@cellplane/api/client';

export interface HistoryDays {
  /** Of environment types without a number of their own. */
  usual: number;
  /** By environment type: PROD, DEV, … */
  of: Readonly<Record<string, number>>;
}

export const USUAL_HISTORY_DAYS = '14,PROD=90';
const MOST_DAYS = 36_500;

/** Days of history of an environment type. */
export function daysOf(days: HistoryDays, environmentType: string): number {
  return days.of[environmentType] ?? days.usual;
}

/**
 * Reads `14,PROD=90`: one number for all types, then numbers of single types, parted by commas. Undefined if the text is anything else,
 * names a type twice or one that there is not, or has a number that is not from 1 to 36500.
 */
export function readHistoryDays(text: string): HistoryDays | undefined {
  const of: Record<string, number> = {};
  let usual: number | undefined;
  for (const part of text.split(',').map((one) => one.trim())) {
    const [left = '', right, ...more] = part.split('=').map((one) => one.trim());
    const count = readDays(right ?? left);
    if (count === undefined || more.length > 0) return undefined;
    if (right === undefined) {
      if (usual !== undefined) return undefined;
      usual = count;
      continue;
    }
    const type = ENVIRONMENT_TYPES.find((one) => one === left.toUpperCase());
    if (type === undefined || of[type] !== undefined) return undefined;
    of[type] = count;
  }
  return usual === undefined ? undefined : { usual, of };
}

/** A whole number of days from 1 to 36500. */
function readDays(text: string): number | undefined {
  const days = Number(text);
  return /^\d{1,5}$/.test(text) && days >= 1 && days <= MOST_DAYS ? days : undefined;
}
