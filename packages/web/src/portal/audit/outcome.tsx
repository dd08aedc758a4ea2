/** What came of an audited call: a mark and a word. */
import { Text } from '@mantine/core';
import { t } from 'i18next';
import { Mark } from '../../kit/status';
import type { AuditEvent } from './audit';

export function Outcome({ event: { outcome, code } }: { event: Pick<AuditEvent, 'outcome' | 'code'> }) {
  return (
    <Text span size="sm">
      <Mark tone={outcome === undefined ? 'busy' : outcome === 'succeeded' ? 'good' : outcome === 'unknown' ? 'rest' : 'bad'} />{' '}
      {words(outcome)}
      {code !== undefined && (
        <Text span size="xs" c="dimmed" className="mono">
          {' '}
          {code}
        </Text>
      )}
    </Text>
  );
}

function words(outcome: string | undefined): string {
  const known: Record<string, string> = {
    succeeded: t('Succeeded'),
    refused: t('Refused: nothing was done'),
    failed: t('Failed'),
    unknown: t('Not known'),
  };
  return outcome === undefined ? t('Goes on') : (known[outcome] ?? outcome);
}
