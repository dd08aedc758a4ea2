/** What was said of the run until the moment that is shown; pressing a time goes there. */
import { Button, Group, Stack, Text, UnstyledButton } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { duration } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { Mark } from '../../kit/status';
import type { DescribedRun, RunEvent } from './run-query';

interface Props {
  data: DescribedRun;
  at: number;
  /** When the run began. Milliseconds. */
  from: number;
  onJump: (at: number) => void;
}

/** Events that are shown before somebody asks for all. */
const FEW = 12;

export function EventList({ data: { events }, at, from, onJump }: Props) {
  const [isAll, setAll] = useState(false);
  const until = events.filter(({ time }) => Date.parse(time) <= at).filter(isNews);
  const shown = (isAll ? until : until.slice(-FEW)).toReversed();
  return (
    <Section title={t('Events')} about={t('{{count}} until then, the newest first.', { count: until.length })}>
      <Stack gap={4}>
        {shown.map((event) => (
          <Group key={event.sequence} gap="sm" align="baseline" wrap="nowrap">
            <UnstyledButton style={{ flex: 'none' }} onClick={() => onJump(Date.parse(event.time))} aria-label={t('Show this moment')}>
              <Text size="sm" c="dimmed" className="mono" td="underline" style={{ whiteSpace: 'nowrap' }}>
                +{after(Date.parse(event.time) - from)}
              </Text>
            </UnstyledButton>
            <Mark tone={toneOfEvent(event)} />
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              <b>{event.step}</b> {event.message}
            </Text>
          </Group>
        ))}
      </Stack>
      {!isAll && until.length > FEW && (
        <Button mt="xs" size="xs" variant="subtle" onClick={() => setAll(true)}>
          {t('Show all {{count}}', { count: until.length })}
        </Button>
      )}
    </Section>
  );
}

function toneOfEvent({ type }: RunEvent): 'good' | 'busy' | 'bad' | 'rest' {
  if (type === 'WorkflowStepCompleted') return 'good';
  if (type === 'WorkflowStepFailed') return 'bad';
  return type === 'WorkflowStepStarted' ? 'busy' : 'rest';
}

/** Whether an event says something else than the one before it. */
function isNews({ step, type, message }: RunEvent, index: number, all: readonly RunEvent[]): boolean {
  const before = all[index - 1];
  return before === undefined || before.step !== step || before.type !== type || before.message !== message;
}

/** Tenths of a second matter at the beginning. */
function after(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1000).toFixed(1)} s` : duration(milliseconds);
}
