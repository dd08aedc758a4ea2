/** What an instance is doing now. A failure takes its place; where nothing happens one line says so. */
import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { FailedRun } from './happening/failed-run';
import { lengthOf, nameOfRun, RunLine } from './happening/run-line';
import { RunPicture } from './happening/run-picture';
import { duration, Moment } from './moment';
import { Section } from './page/section';
import type { LiveProgress } from './use-progress';
import type { RunProgress } from './workflow-graph/graph';

interface Props {
  live: LiveProgress;
  /** The instance's own status: where it is settled, one line is expected. */
  status: string;
  /** Buttons that help where the last run has failed. */
  help?: ReactNode;
  /** Buttons of a run that goes on. */
  controls?: ReactNode;
  /** The way to all of the run, wherever it stands. */
  more?: ReactNode;
}

/** The line that says that nothing happens is at least so high, and its place while it is loaded. */
const LINE_PX = 24;
/** A picture of what happens; mostly. */
const SECTION_PX = 240;
const SETTLED = ['RUNNING', 'STOPPED', 'READY', 'COMPLETE'];

export function Happening({ live: { progress, isLive, refusal }, status, help, controls, more }: Props) {
  if (progress === undefined && refusal === undefined)
    return <Skeleton height={SETTLED.includes(status) ? LINE_PX : SECTION_PX} aria-label={t('Loading what happens')} />;
  if (progress === undefined) return null;
  const { run } = progress;
  const lost = !isLive && refusal === undefined && <Lost />;
  if (run === undefined) return <Quiet lost={lost}>{t('Nothing has been done with this instance yet.')}</Quiet>;
  if (run.finishedAt === undefined)
    return (
      <Section
        title={t('Happening now')}
        about={<RunLine run={run} />}
        actions={
          <>
            {lost}
            {more}
            {controls}
          </>
        }
      >
        <Stack gap="sm">
          <Held run={run} />
          {run.message !== '' && <Text>{run.message}</Text>}
          <RunPicture run={run} />
        </Stack>
      </Section>
    );
  if (run.phase !== 'Succeeded') return <FailedRun run={run} help={help} more={more} />;
  return <LastRun run={run} lost={lost} more={more} />;
}

function LastRun({ run, lost, more }: { run: RunProgress; lost: ReactNode; more: ReactNode }) {
  const [isOpen, { toggle }] = useDisclosure();
  return (
    <Stack gap="xs">
      <Quiet lost={lost}>
        {t('Nothing running. Last: {{what}}', { what: nameOfRun(run).toLowerCase() })}, <Moment at={run.finishedAt ?? run.createdAt} />,{' '}
        {duration(lengthOf(run, new Date()))}
        <Button size="compact-xs" variant="subtle" px={4} onClick={toggle} aria-expanded={isOpen}>
          {isOpen ? t('Hide it') : t('Show it')}
        </Button>
        {more}
      </Quiet>
      {isOpen && <RunPicture run={run} />}
    </Stack>
  );
}

function Quiet({ children, lost }: { children: ReactNode; lost: ReactNode }) {
  return (
    <Group gap="sm" mih={LINE_PX} aria-live="polite">
      <Text size="sm" c="dimmed" component="div">
        {children}
      </Text>
      {lost}
    </Group>
  );
}

function Held({ run }: { run: RunProgress }) {
  const hit = (run.breakpoints ?? []).filter(({ status }) => status === 'Hit');
  if (run.paused === true && hit.length === 0)
    return <Text fw={600}>{t('The provider has paused it. Nothing new begins until it is resumed.')}</Text>;
  return hit.map(({ id, place, hitAt }) => (
    <Text key={id} fw={600}>
      {t('Held before {{place}}', { place: place ?? id })}
      {hitAt !== undefined && (
        <>
          {', '}
          {t('since')} <Moment at={hitAt} />
        </>
      )}
    </Text>
  ));
}

function Lost() {
  return (
    <Badge color="yellow" variant="light" tt="none" role="status">
      {t('Connection lost; trying again')}
    </Badge>
  );
}
