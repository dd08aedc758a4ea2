/** How the setting of history is read. */
import { ConfigError } from '../config-number.js';
import { type HistoryDays, readHistoryDays, USUAL_HISTORY_DAYS } from './history-days.js';

/** Days of history, by environment type. @throws ConfigError */
export function readHistory(text = USUAL_HISTORY_DAYS): HistoryDays {
  const days = readHistoryDays(text);
  if (days !== undefined) return days;
  const cure = `use a number of days from 1 to 36500, and others for single environment types after it, such as ${USUAL_HISTORY_DAYS}`;
  throw new ConfigError(`CELLPLANE_HISTORY_DAYS is "${text}"; ${cure}.`);
}
