/** Whether an operation can begin on an instance now, by the server's own rule, and why not in words. Pure; the server decides all the same. */
import { againstBegin, neededStatuses, type RestingVerb } from '@cellplane/api/begins';
import { t } from 'i18next';
import { inWords } from '../code-words';
import type { ShownInstance } from './endpoints';

export interface Resting {
  /** As the stream says it: newer than the instance's own. */
  status: string;
  /** An operation is under way: what it is called. */
  running: string | undefined;
  /** What the instance lacks, as the server has told it. */
  incomplete?: ShownInstance['incomplete'];
}

/** Undefined: nothing speaks against it. */
export function whyNotBegin({ status, running, incomplete }: Resting, verb: RestingVerb): string | undefined {
  if (running !== undefined) return t('Wait for the end of what runs: {{what}}.', { what: running.toLowerCase() });
  // What was told of a failed instance says nothing of it once it is something else.
  switch (againstBegin(status, status === 'FAILED' ? incomplete : undefined, verb)) {
    case 'BEING_TAKEN_DOWN':
      return t('A delete has taken a part of it away. Delete it again; its snapshots can be restored to a new instance.');
    case 'NEVER_RESTORED':
      return t('It never got the data that was to be restored. Retry the restore, or delete it and restore again.');
    case 'NEVER_RAN':
      return t('It has never run. Retry what failed, or modify it, first.');
    case 'WRONG_STATUS': {
      const words = neededStatuses(verb)
        .map((one) => inWords(one).toLowerCase())
        .join(t(' or '));
      return t('Only while it is {{needed}}; it is {{status}}.', { needed: words, status: inWords(status).toLowerCase() });
    }
    case undefined:
      return undefined;
  }
}

/** Why it cannot be deleted; undefined: nothing speaks against it. What runs is ended by the delete. */
export function whyNotDelete({ status, isProtected }: { status: string; isProtected: boolean }): string | undefined {
  if (isProtected) return t('It is protected from deletion. Take the protection away first.');
  return status === 'DELETING' ? t('It is being deleted already.') : undefined;
}
