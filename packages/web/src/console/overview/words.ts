/** Sentences for groups of instances. */
import { t } from 'i18next';
import { inWords } from '../../kit/code-words';
import type { Fleet, Waiting } from './fleet-query';

/** What is well, on one line: it takes no room of its own. Empty where nothing is. */
export function quietWords({ alarms, waiting, underWay }: Fleet, cellsAway: number): string {
  return [
    ...(alarms.length + cellsAway === 0 ? [t('Nothing has failed, is stuck or was changed by others; all cells answer.')] : []),
    ...(waiting.length === 0 ? [t('No operation waits for anything.')] : []),
    ...(underWay.count === 0 ? [t('No operation is under way.')] : []),
  ].join(' ');
}

/** A cause of waits, as the list of instances is filtered by it. */
export function waitKey({ cause, of }: Pick<Waiting, 'cause' | 'of'>): string {
  return `${cause} ${of}`.trim();
}

/** "12 wait for an image". */
export function waitWords({ cause, of, count }: Pick<Waiting, 'cause' | 'of' | 'count'>): string {
  const n = { count };
  switch (cause) {
    case 'image-pull':
      return t('{{count}} wait for an image', { ...n, defaultValue_one: '{{count}} waits for an image' });
    case 'unscheduled':
      return t('{{count}} wait for room on a node', { ...n, defaultValue_one: '{{count}} waits for room on a node' });
    case 'volume':
      return t('{{count}} wait for a volume', { ...n, defaultValue_one: '{{count}} waits for a volume' });
    case 'crash':
      return t('{{count}} wait for a container that crashes', { ...n, defaultValue_one: '{{count}} waits for a container that crashes' });
    case 'out-of-memory':
      return t('{{count}} wait for a container that has too little memory', {
        ...n,
        defaultValue_one: '{{count}} waits for a container that has too little memory',
      });
    case 'container-start':
      return t('{{count}} wait for a container to start', { ...n, defaultValue_one: '{{count}} waits for a container to start' });
    case 'probe':
      return t('{{count}} wait for a container to be ready', { ...n, defaultValue_one: '{{count}} waits for a container to be ready' });
    case 'quota':
      return t('{{count}} wait for quota', { ...n, defaultValue_one: '{{count}} waits for quota' });
    case 'operator-silent':
      return t('{{count}} wait for an operator that says nothing', {
        ...n,
        defaultValue_one: '{{count}} waits for an operator that says nothing',
      });
    case 'error':
      return t('{{count}} are refused by the API server, and try again', {
        ...n,
        defaultValue_one: '{{count}} is refused by the API server, and tries again',
      });
    case 'paused':
      return t('{{count}} are held: somebody has paused them', { ...n, defaultValue_one: '{{count}} is held: somebody has paused it' });
    case 'stage':
      return t('{{count}} wait at “{{of}}”', { ...n, of, defaultValue_one: '{{count}} waits at “{{of}}”' });
    default:
      return of === ''
        ? t('{{count}} wait', { ...n, defaultValue_one: '{{count}} waits' })
        : t('{{count}} wait for a {{of}}', { ...n, of, defaultValue_one: '{{count}} waits for a {{of}}' });
  }
}

/** "3 have failed". */
export function alarmWords({ kind, count }: Fleet['alarms'][number], minutes: number): string {
  const n = { count };
  switch (kind) {
    case 'failed':
      return t('{{count}} have failed', { ...n, defaultValue_one: '{{count}} has failed' });
    case 'stuck':
      return t('{{count}} are at an operation for more than {{minutes}} minutes', {
        ...n,
        minutes,
        defaultValue_one: '{{count}} is at an operation for more than {{minutes}} minutes',
      });
    case 'drifted':
      return t('{{count}} have drifted: somebody has changed their objects', {
        ...n,
        defaultValue_one: '{{count}} has drifted: somebody has changed its objects',
      });
    case 'differs':
      return t('{{count}} lack something in their cell', { ...n, defaultValue_one: '{{count}} lacks something in its cell' });
    case 'warned':
      return t('{{count}} have a warning', { ...n, defaultValue_one: '{{count}} has a warning' });
    default:
      return `${String(count)} ${inWords(kind).toLowerCase()}`;
  }
}
