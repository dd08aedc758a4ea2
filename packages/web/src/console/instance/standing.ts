/** Why the provider cannot do something with an instance now: by its plan, its status and what runs. Pure. */
import { t } from 'i18next';
import { inWords } from '../../kit/status';

export interface Standing {
  status: string;
  /** An operation is under way: what it is called. */
  running: string | undefined;
}

/** `needed`: statuses in which it may begin. */
export function whyNotNow({ status, running }: Standing, needed: readonly string[]): string | undefined {
  if (running !== undefined) return t('Wait for the end of what runs: {{what}}.', { what: running.toLowerCase() });
  if (needed.includes(status)) return undefined;
  const words = needed.map((one) => inWords(one).toLowerCase()).join(t(' or '));
  return t('Only while it is {{needed}}; it is {{status}}.', { needed: words, status: inWords(status).toLowerCase() });
}
