/** A run that has failed: the cause in one sentence, the operator's own words, what helps, and the rest on request. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Moment } from '../moment';
import type { RunProgress } from '../workflow-graph/graph';
import { withoutCauses } from './cause-words';
import { nameOfRun } from './run-line';
import { RunPicture } from './run-picture';
import { Causes } from './task-words';

export function FailedRun({ run, help, more }: { run: RunProgress; help?: ReactNode; more?: ReactNode }) {
  const [isOpen, { toggle }] = useDisclosure();
  const causes = run.tasks.flatMap((task) => task.causes ?? []);
  const ended = run.phase === 'Terminated';
  return (
    <Alert
      color="red"
      variant="light"
      role="alert"
      title={ended ? t('{{what}} was stopped', { what: nameOfRun(run) }) : t('{{what}} failed', { what: nameOfRun(run) })}
    >
      <Stack gap="xs">
        <Text size="md" style={{ overflowWrap: 'anywhere' }}>
          {withoutCauses(run.message, causes)}
        </Text>
        <Causes causes={causes} />
        <Group gap="xs" mt={4}>
          {help}
          <Button size="xs" variant="default" onClick={toggle} aria-expanded={isOpen}>
            {isOpen ? t('Hide details') : t('Details')}
          </Button>
          {more}
          <Text size="xs" c="dimmed">
            <Moment at={run.finishedAt ?? run.createdAt} />
          </Text>
        </Group>
      </Stack>
      {isOpen && <RunPicture run={run} />}
    </Alert>
  );
}
