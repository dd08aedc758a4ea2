/** The status of an instance, run or task: a shape, a word and a colour, so that none of them is needed alone. */
import { Group, Text } from '@mantine/core';
import { inWords } from './code-words';

type Tone = 'good' | 'busy' | 'bad' | 'rest';

const COLOURS: Record<Tone, string> = {
  good: 'var(--cp-success)',
  busy: 'var(--cp-accent)',
  bad: 'var(--cp-danger)',
  rest: 'var(--cp-text-muted)',
};

const TONES: Record<string, Tone> = {
  RUNNING: 'good',
  Succeeded: 'good',
  COMPLETE: 'good',
  ACTIVE: 'good',
  APPROVED: 'good',
  DELIVERED: 'good',
  READY: 'good',
  FAILED: 'bad',
  DENIED: 'bad',
  SUSPENDED: 'bad',
  Failed: 'bad',
  Error: 'bad',
  Terminated: 'bad',
  STOPPED: 'rest',
  DELETED: 'rest',
  CANCELLED: 'rest',
  EXPIRED: 'rest',
  REVOKED: 'rest',
  TERMINATED: 'rest',
  Skipped: 'rest',
  Omitted: 'rest',
  Pending: 'rest',
};

/** Statuses that are not at rest are busy: the ones that end in -ING, and a run that waits. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? 'busy';
}

export function Status({ of: status, word }: { of: string; word?: string }) {
  const tone = toneOf(status);
  return (
    <Group gap={6} wrap="nowrap" component="span" display="inline-flex" style={{ verticalAlign: 'bottom' }}>
      <Mark tone={tone} />
      <Text component="span" size="sm">
        {word ?? inWords(status)}
      </Text>
    </Group>
  );
}

export function Mark({ tone }: { tone: Tone }) {
  const colour = COLOURS[tone];
  return (
    <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" style={{ flex: 'none' }}>
      {tone === 'good' && <circle cx="5" cy="5" r="4.5" fill={colour} />}
      {tone === 'busy' && <circle cx="5" cy="5" r="3.5" fill="none" stroke={colour} strokeWidth="2" strokeDasharray="4 2" />}
      {tone === 'bad' && <path d="M5 .5 9.5 9H.5z" fill={colour} />}
      {tone === 'rest' && <rect x="1" y="1" width="8" height="8" fill="none" stroke={colour} strokeWidth="1.5" />}
    </svg>
  );
}
