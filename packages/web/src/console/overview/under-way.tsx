/** Operations that go on now, each a way to its run. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Moment } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { InstanceLink } from '../instance-link';
import type { Fleet } from './fleet-query';

/** Operations that are listed; the rest is one link away. */
const SHOWN = 8;

export function UnderWay({ fleet: { underWay, instanceNames } }: { fleet: Fleet }) {
  const { count, operations } = underWay;
  if (count === 0) return null;
  return (
    <Section
      title={t('Under way')}
      actions={
        <Anchor size="sm" renderRoot={(props) => <Link to="/console/runs" search={{ phase: 'Running' }} {...props} />}>
          {t('All {{count}} running', { count })}
        </Anchor>
      }
    >
      <Stack gap="xs">
        {operations.slice(0, SHOWN).map(({ operationId, instanceId, kind, runId, startTime, paused, planName }) => (
          <Group key={operationId} gap="sm" style={{ rowGap: 0 }}>
            <Status of={paused ? 'Paused' : 'Running'} word={paused ? t('Held') : inWords(kind)} />
            {paused && <Text size="sm">{inWords(kind)}</Text>}
            <InstanceLink id={instanceId} name={instanceNames[instanceId]} />
            <Text size="sm" c="dimmed">
              {planName} · <Moment at={startTime} />
            </Text>
            {runId !== undefined && (
              <Anchor size="sm" renderRoot={(props) => <Link to="/console/runs/$runId" params={{ runId }} {...props} />}>
                {t('Show the run')}
              </Anchor>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}
