/** The run at a moment: time line or graph, a slider that takes the whole picture along, and the task that is chosen. */
import { Button, Group, SegmentedControl, Skeleton, Slider, Stack, Text } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { lazy, Suspense, useMemo } from 'react';
import { duration, useNow } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { graphOf, type RunProgress } from '../../kit/workflow-graph/graph';
import { EventList } from './event-list';
import { type Lane, laneKey, lanesOf, spanOf } from './lanes';
import { changesOf, laneAt } from './moment';
import type { DescribedRun } from './run-query';
import type { RunView } from './run-view';
import { TaskThen } from './task-then';
import classes from './run-then.module.css';
import { Timeline } from './timeline';

const WorkflowGraph = lazy(() => import('../../kit/workflow-graph/workflow-graph'));
const TICK_MS = 1_000;
const clock = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

export function RunThen({ data }: { data: DescribedRun }) {
  const tick = useNow(TICK_MS).getTime();
  // A run that has ended does not change any more.
  const now = data.run.endTime === undefined ? tick : Date.parse(data.run.endTime);
  const search = useSearch({ from: '/shell/console/runs/$runId' });
  const navigate = useNavigate({ from: '/console/runs/$runId' });
  const show = (changes: { [N in keyof RunView]: RunView[N] | undefined }) => {
    const { task, at, view } = { ...search, ...changes };
    const next = {
      ...(task === undefined ? {} : { task }),
      ...(at === undefined ? {} : { at }),
      ...(view === undefined ? {} : { view }),
    };
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  const lanes = useMemo(() => lanesOf(data, now), [data, now]);
  const changes = useMemo(() => changesOf(data), [data]);
  const span = spanOf(data, now);
  const at = Math.min(search.at === undefined ? span.to : span.from + search.at, span.to);
  const chosen = lanes.find(({ key }) => key === search.task) ?? mostTelling(lanes, data, at);
  const jump = (to: number | undefined) => to !== undefined && show({ at: to - span.from });
  return (
    <>
      <Section
        title={t('Over time')}
        about={
          search.at === undefined
            ? data.run.endTime === undefined
              ? t('As it is now.')
              : t('As it was at its end.')
            : t('As it was at {{time}}.', { time: clock.format(at) })
        }
        actions={
          <SegmentedControl
            size="xs"
            aria-label={t('How the run is drawn')}
            data={[
              { value: 'time', label: t('Time line') },
              { value: 'graph', label: t('Graph') },
            ]}
            value={search.view ?? 'time'}
            onChange={(view) => show({ view: view === 'graph' ? 'graph' : undefined })}
          />
        }
      >
        <Stack gap="sm">
          {search.view === 'graph' ? (
            <Suspense fallback={<Skeleton height={320} aria-label={t('Drawing the workflow')} />}>
              <GraphThen data={data} lanes={lanes} at={at} chosen={chosen} onChoose={(task) => show({ task })} />
            </Suspense>
          ) : (
            <Timeline
              lanes={lanes}
              span={span}
              at={at}
              chosen={chosen?.key}
              onChoose={(task) => show({ task })}
              phaseOf={(lane) => laneAt(lane, data, at).phase}
            />
          )}
          <Group gap="sm">
            <Button
              size="xs"
              variant="default"
              onClick={() => jump(changes.findLast((one) => one < at))}
              disabled={!changes.some((one) => one < at)}
            >
              {t('Change before')}
            </Button>
            <Slider
              className={classes['slider'] ?? ''}
              thumbLabel={t('Moment of the run')}
              min={0}
              max={span.to - span.from}
              step={Math.max(1, Math.round((span.to - span.from) / 200))}
              value={at - span.from}
              onChange={(offset) => show({ at: offset })}
              label={(offset) => t('{{time}} · after {{duration}}', { time: clock.format(span.from + offset), duration: fine(offset) })}
            />
            <Button
              size="xs"
              variant="default"
              onClick={() => jump(changes.find((one) => one > at))}
              disabled={!changes.some((one) => one > at && one <= span.to)}
            >
              {t('Change after')}
            </Button>
            <Button size="xs" variant="default" onClick={() => show({ at: undefined })} disabled={search.at === undefined}>
              {data.run.endTime === undefined ? t('Now') : t('End')}
            </Button>
          </Group>
          <Text size="xs" c="dimmed">
            {t('Arrow keys move the slider, Home and End go to the ends. The address holds task and moment: send it to a colleague.')}
          </Text>
        </Stack>
      </Section>
      {chosen !== undefined && <TaskThen key={chosen.key} lane={chosen} data={data} at={at} />}
      <EventList data={data} at={at} from={span.from} onJump={jump} />
    </>
  );
}

/** Where nobody has chosen: what waits or has failed at that moment, else what has ended last. */
function mostTelling(lanes: Lane[], data: DescribedRun, at: number): Lane | undefined {
  const all = lanes.filter(({ kind }) => kind === 'task').map((lane) => ({ lane, was: laneAt(lane, data, at) }));
  const telling = ['Failed', 'Error', 'Waiting', 'Running']
    .map((phase) => all.find((one) => one.was.phase === phase))
    .find((one) => one !== undefined);
  return (
    telling?.lane ??
    all.findLast((one) => one.was.attempts > 0)?.lane ??
    lanes.findLast(({ attempts }) => attempts.some(({ from }) => from <= at))
  );
}

interface GraphProps {
  data: DescribedRun;
  lanes: Lane[];
  at: number;
  chosen: Lane | undefined;
  onChoose: (key: string) => void;
}

/** The plan's graph with the phases of that moment. */
function GraphThen({ data, lanes, at, chosen, onChoose }: GraphProps) {
  const { run, tasks } = data;
  const then = tasks.map((task) => {
    const lane = lanes.find(({ key }) => key === laneKey(task));
    return lane === undefined ? task : { ...task, phase: laneAt(lane, data, at).phase };
  });
  const progress: RunProgress = {
    id: run.id,
    kind: run.verb,
    phase: run.status,
    message: run.message ?? '',
    createdAt: run.startTime,
    deadline: run.deadline ?? run.startTime,
    tasks: then,
    graph: data.graph,
  };
  const graph = graphOf(progress);
  const node = graph.nodes.find(({ tasks: own }) => own.some((task) => laneKey(task) === chosen?.key));
  return (
    <WorkflowGraph
      graph={graph}
      chosen={node?.id}
      onChoose={(id) => {
        const [task] = graph.nodes.find((one) => one.id === id)?.tasks ?? [];
        if (task !== undefined && id !== node?.id) onChoose(laneKey(task));
      }}
    />
  );
}

/** Tenths of a second matter at the beginning. */
function fine(milliseconds: number): string {
  return milliseconds < 10_000 ? t('{{seconds}} s', { seconds: (milliseconds / 1000).toFixed(1) }) : duration(milliseconds);
}
