/** How the settings of retention are read. */
import { ConfigError } from '../config-error.js';
import { type HistoryDays, readDays, readHistoryDays, USUAL_HISTORY_DAYS } from './history-days.js';

/** Whole days; without a text 400. @throws ConfigError */
export function readNumberOfDays(name: string, text = '400'): number {
  const days = readDays(text);
  if (days === undefined) throw new ConfigError(`${name} is "${text}"; use a number of days from 1 to 36500.`);
  return days;
}

/** Days of history, by environment type. @throws ConfigError */
export function readHistory(text = USUAL_HISTORY_DAYS): HistoryDays {
  const days = readHistoryDays(text);
  if (days !== undefined) return days;
  const cure = `use a number of days from 1 to 36500, and others for single environment types after it, such as ${USUAL_HISTORY_DAYS}`;
  throw new ConfigError(`CELLPLANE_HISTORY_DAYS is "${text}"; ${cure}.`);
}
