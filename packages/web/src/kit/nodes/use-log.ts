/** Lines of a container's log, read once or followed while they are looked at. */
import type { LogLine } from '@cellplane/api';
import { LOG_LINES, ResponseError } from '@cellplane/api/client';
import { t } from 'i18next';
import { useEffect, useState } from 'react';
import { client } from '../../app/client';

export interface WantedLog {
  instanceId: string;
  node: string;
  container: string;
  previous: boolean;
  tail: number;
  isFollowed: boolean;
  /** Another number reads it anew. */
  turn: number;
}

export interface ShownLog {
  lines: readonly LogLine[];
  /** Lines before the first one that are no longer kept. */
  dropped: number;
  /** Until there is an answer. */
  isPending: boolean;
  error: unknown;
  /** What is to be known of it: it is followed, has ended, does not begin at the beginning. */
  notes: readonly string[];
}

/** Lines that are kept of a log that is followed for long. */
const MOST_LINES = LOG_LINES.most;
/** Before the log of the next container is opened, and before a broken stream is. Milliseconds. */
const PAUSE_MS = 3_000;

const NOTHING: ShownLog = { lines: [], dropped: 0, isPending: true, error: null, notes: [] };

export function useLog({ instanceId, node, container, previous, tail, isFollowed, turn }: WantedLog): ShownLog {
  const [shown, setShown] = useState(NOTHING);
  useEffect(() => {
    if (node === '') return;
    const gone = new AbortController();
    const change = (next: (before: ShownLog) => ShownLog) => {
      if (!gone.signal.aborted) setShown(next);
    };
    setShown(NOTHING);
    const wanted = { instanceId, node, container, previous, tail };
    void (isFollowed && !previous ? follow(wanted, gone.signal, change) : read(wanted, change));
    return () => gone.abort();
  }, [instanceId, node, container, previous, tail, isFollowed, turn]);
  return shown;
}

type Wanted = Omit<WantedLog, 'isFollowed' | 'turn'>;
type Change = (next: (before: ShownLog) => ShownLog) => void;

async function read({ instanceId, node, container, previous, tail }: Wanted, change: Change): Promise<void> {
  try {
    const query = { tail, ...(container === '' ? {} : { container }), ...(previous ? { previous } : {}) };
    const log = await client.readInstanceLog({ params: { id: instanceId, node }, query });
    const notes = [
      ...(log.truncated ? [t('Only the last {{count}} lines fit into an answer.', { count: log.lines.length })] : []),
      ...(log.unmasked === undefined ? [] : [unmaskedWords(log.unmasked)]),
      ...(log.simulated ? [simulatedWords()] : []),
    ];
    change(() => ({ ...NOTHING, lines: log.lines, isPending: false, error: null, notes }));
  } catch (error) {
    change(() => ({ ...NOTHING, isPending: false, error }));
  }
}

async function follow({ instanceId, node, container, tail }: Wanted, signal: AbortSignal, change: Change): Promise<void> {
  let after: string | undefined;
  while (!signal.aborted) {
    let pause = PAUSE_MS;
    try {
      const place = after === undefined ? { tail } : { after };
      const of = { ...place, ...(container === '' ? {} : { container }), signal };
      for await (const message of client.followLog({ id: instanceId, node }, of)) {
        if (message.event === 'begin') {
          const { unmasked } = message.data;
          const notes = unmasked === undefined ? [] : [unmaskedWords(unmasked)];
          change((before) => ({ ...before, isPending: false, error: null, notes }));
        } else if (message.event === 'lines') {
          after = message.id;
          const { lines } = message.data;
          change((before) => withLines(before, lines));
        } else {
          const { reason, message: words } = message.data;
          if (reason === 'limit') pause = 0;
          else change((before) => ({ ...before, notes: [reason === 'simulated' ? simulatedWords() : words] }));
          if (reason === 'simulated') return;
        }
      }
    } catch (error) {
      const isWaiting = error instanceof ResponseError && error.body.code === 'no-log' && after !== undefined;
      const mayPass = !(error instanceof ResponseError) || error.status >= 500 || error.status === 429;
      if (after !== undefined && (isWaiting || mayPass))
        change((before) => ({
          ...before,
          notes: [isWaiting ? t('The next container has not started yet.') : t('The stream has broken; it is opened again.')],
        }));
      else {
        change((before) => ({ ...before, isPending: false, error }));
        return;
      }
    }
    if (pause > 0) await resting(pause, signal);
  }
}

function withLines(before: ShownLog, more: readonly LogLine[]): ShownLog {
  const all = [...before.lines, ...more];
  const tooMany = Math.max(0, all.length - MOST_LINES);
  return { ...before, lines: tooMany === 0 ? all : all.slice(tooMany), dropped: before.dropped + tooMany };
}

function resting(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}

function simulatedWords(): string {
  return t('The cell is a simulated one: no container runs there, so there is no log.');
}

function unmaskedWords(why: string): string {
  return t('Not all secrets are known, and so not masked: {{why}}', { why });
}
