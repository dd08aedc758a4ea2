/** What somebody should look at now. */
import { Anchor, Stack, Text } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Section } from '../../kit/page/section';
import { Marked } from './marked';
import type { Fleet } from './fleet-query';
import { InstanceLinks } from './instance-links';
import { alarmWords } from './words';

type Cell = Awaited<ReturnType<Client['listDeploymentCells']>>['deploymentCells'][number];

/** Alarms that are of failures, and not only worth knowing. */
const SEVERE = ['failed', 'differs'];

/** `away`: cells that do not answer. */
export function Alarms({ fleet: { alarms, instanceNames, stuckAfterMinutes }, away }: { fleet: Fleet; away: readonly Cell[] }) {
  if (alarms.length + away.length === 0) return null;
  return (
    <Section title={t('Alarms')}>
      <Stack gap="xs">
        {away.map(({ id, key, statusDescription }) => (
          <Marked key={id} tone="bad">
            <Anchor renderRoot={(props) => <Link to="/console/cells/$cell" params={{ cell: key }} {...props} />}>
              {t('Cell {{cell}} does not answer', { cell: key })}
            </Anchor>
            <Text size="sm">{statusDescription}</Text>
          </Marked>
        ))}
        {alarms.map((alarm) => (
          <Marked key={alarm.kind} tone={SEVERE.includes(alarm.kind) ? 'bad' : 'busy'}>
            <AlarmLink alarm={alarm} words={alarmWords(alarm, stuckAfterMinutes)} />
            <InstanceLinks names={instanceNames} ids={alarm.instanceIds} count={alarm.count} />
          </Marked>
        ))}
      </Stack>
    </Section>
  );
}

/** States of the list of instances. */
const STATES: Readonly<Record<string, string>> = { failed: 'failed', differs: 'differs', warned: 'warned' };

/** The list of all of them; of a single one, the page that says what it is. */
function AlarmLink({ alarm: { kind, count, instanceIds }, words }: { alarm: Fleet['alarms'][number]; words: string }) {
  const [instanceId] = instanceIds;
  if (kind === 'drifted') return <Anchor renderRoot={(props) => <Link to="/console/drift" {...props} />}>{words}</Anchor>;
  const state = STATES[kind];
  if (state !== undefined && count === 1 && instanceId !== undefined)
    return <Anchor renderRoot={(props) => <Link to="/console/instances/$instanceId" params={{ instanceId }} {...props} />}>{words}</Anchor>;
  if (state !== undefined)
    return <Anchor renderRoot={(props) => <Link to="/console/instances" search={{ state } as never} {...props} />}>{words}</Anchor>;
  if (kind === 'stuck')
    return <Anchor renderRoot={(props) => <Link to="/console/runs" search={{ phase: 'Running' }} {...props} />}>{words}</Anchor>;
  return <Text fw={600}>{words}</Text>;
}
