/** A run that has failed: the cause in one sentence, the operator's own words, what helps, and the rest on request. */
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Moment } from '../moment';
import type { RunProgress } from '../workflow-graph/graph';
import { nameOfRun } from './run-line';
import { RunPicture } from './run-picture';
import { Causes } from './task-words';

export function FailedRun({ run, help }: { run: RunProgress; help?: ReactNode }) {
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
          {run.message.charAt(0).toUpperCase() + run.message.slice(1)}
        </Text>
        <Causes causes={causes} />
        <Group gap="xs" mt={4}>
          {help}
          <Button size="xs" variant="subtle" color="gray" onClick={toggle} aria-expanded={isOpen}>
            {isOpen ? t('Hide details') : t('Details')}
          </Button>
          <Text size="xs" c="dimmed">
            <Moment at={run.finishedAt ?? run.createdAt} />
          </Text>
        </Group>
      </Stack>
      {isOpen && <RunPicture run={run} />}
    </Alert>
  );
}
