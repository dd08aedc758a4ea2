/** The workflow tried from end to end with example inputs and made-up operators, played back with a slider. */
import { Button, Group, SegmentedControl, Skeleton, Slider, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { memo, useEffect, useState } from 'react';
import { planLanguage } from '../../../kit/editor/plan-language';
import { planNumber } from '../../../kit/editor/plan-number';
import type { Operators, SimulatedTask, Simulation } from '../../../kit/editor/simulation/model';
import { Failure } from '../../../kit/failure';
import { duration } from '../../../kit/moment';
import { Status } from '../../../kit/status';
import { Words } from '../../../kit/words';
import { WorkflowPicture } from '../workflow-picture';
import { ExampleInputs } from './example-inputs';
import { Missing, type TabProps } from './manifest-tab';
import { KEPT_MS, useSimulation } from './use-simulation';
import { type Choice, useChoice, WorkflowChoice } from './workflow-choice';

/** Between two moments of a playback. Milliseconds. */
const STEP_MS = 700;

/** Drawn anew only if something of it is another one: not with each key that is typed. */
export const SimulateTab = memo(function SimulateTab({ plan, isOld, at, values, onValues }: TabProps) {
  const { choices, choice, choose } = useChoice(plan, at);
  const [operators, setOperators] = useState<Operators>('succeed');
  const simulated = useSimulation(plan, choice, values, operators);
  const graph = useQuery({
    queryKey: ['plan language', 'graph', planNumber(plan), choice?.value],
    gcTime: KEPT_MS,
    enabled: plan !== undefined && choice !== undefined,
    queryFn: () =>
      plan === undefined || choice === undefined ? [] : planLanguage('graph', plan, choice.resource.key, choice.workflow.verb),
  });
  if (plan === undefined) return <Text c="dimmed">{t('A plan is tried once its text has no errors.')}</Text>;
  if (choice === undefined) return <Text c="dimmed">{t('This plan has no workflows yet.')}</Text>;
  return (
    <Stack gap="sm">
      <WorkflowChoice choices={choices} choice={choice} onChoose={choose} isOld={isOld} />
      <Group gap="sm">
        <Text size="sm" id="operators">
          {t('The operators')}
        </Text>
        <SegmentedControl
          size="xs"
          aria-labelledby="operators"
          data={[
            { value: 'succeed', label: t('succeed') },
            { value: 'fail', label: t('fail') },
            { value: 'hang', label: t('do nothing') },
          ]}
          value={operators}
          onChange={(next) => setOperators(next)}
        />
      </Group>
      <ExampleInputs parameters={[...choice.resource.parameters, ...choice.workflow.parameters]} values={values} onChange={onValues} />
      {simulated.isError && <Failure title={t('It cannot be tried')} error={simulated.error} />}
      {simulated.data === undefined || graph.data === undefined ? (
        !simulated.isError && <Skeleton height={240} aria-label={t('Trying the workflow')} />
      ) : (
        <Playback key={`${choice.value} ${operators}`} simulation={simulated.data} graph={graph.data} choice={choice} />
      )}
    </Stack>
  );
});

interface PlaybackProps {
  simulation: Simulation;
  graph: Awaited<ReturnType<typeof planLanguage<'graph'>>>;
  choice: Choice;
}

function Playback({ simulation, graph, choice }: PlaybackProps) {
  const { moments, outcome, missing, tasks, outputs } = simulation;
  const last = moments.length - 1;
  const [position, setPosition] = useState(last);
  const [isPlaying, setPlaying] = useState(false);
  const [chosen, setChosen] = useState<string>();
  const shown = Math.min(position, last);
  useEffect(() => {
    if (!isPlaying) return;
    if (shown >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => setPosition(shown + 1), STEP_MS);
    return () => clearTimeout(timer);
  }, [isPlaying, shown, last]);
  if (missing.length > 0) return <Missing names={missing} />;
  const moment = moments[shown];
  const task = tasks.find(({ id }) => id === chosen) ?? tasks.find(({ phase }) => phase === 'Failed' || phase === 'Error');
  return (
    <Stack gap="sm">
      <Group gap="sm">
        <Status of={outcome.phase} />
        <Text size="sm">
          {outcome.phase === 'Succeeded'
            ? t('{{verb}} works with these values: {{count}} tasks.', {
                verb: choice.workflow.verb,
                count: tasks.length,
                defaultValue_one: '{{verb}} works with these values: {{count}} task.',
              })
            : outcome.message}
        </Text>
      </Group>
      <Group gap="sm" wrap="nowrap">
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            if (!isPlaying && shown >= last) setPosition(0);
            setPlaying(!isPlaying);
          }}
        >
          {isPlaying ? t('Pause') : t('Play')}
        </Button>
        <Slider
          flex={1}
          thumbLabel={t('Moment of the run')}
          min={0}
          max={Math.max(1, last)}
          value={shown}
          onChange={(next) => {
            setPlaying(false);
            setPosition(next);
          }}
          label={(at) => duration(moments[at]?.at ?? 0)}
        />
        <Text size="sm" c="dimmed" miw={64} ta="end">
          {duration(moment?.at ?? 0)}
        </Text>
      </Group>
      <Text size="sm" aria-live="polite" mih={20}>
        {moment?.words}
      </Text>
      <WorkflowPicture tasks={graph} known={moment?.phases} chosen={task?.id} onChoose={setChosen} />
      {task === undefined ? (
        <Text size="sm" c="dimmed">
          {t('Choose a task to see what it waits for and what it got.')}
        </Text>
      ) : (
        <TaskWords task={task} isTold={outcome.message.includes(task.message)} />
      )}
      {outputs.length > 0 && (
        <details>
          <summary>{t('{{count}} outputs', { count: outputs.length, defaultValue_one: '{{count}} output' })}</summary>
          {outputs.map(({ name, value }) => (
            <Text key={name} size="sm" style={{ overflowWrap: 'anywhere' }}>
              <span className="mono">{name}</span> <span className="muted">{value}</span>
            </Text>
          ))}
        </details>
      )}
      <Text size="xs" c="dimmed">
        <Words>
          {t(
            'Runs in this browser: by the same rules as on the server, with operators that make your own conditions true. What the real ones do, only a cell shows; `cellplane simulate` also has a Kubernetes API that refuses what a real one refuses.',
          )}
        </Words>
      </Text>
    </Stack>
  );
}

/** `isTold`: why it has failed stands above already. */
function TaskWords({ task, isTold }: { task: SimulatedTask; isTold: boolean }) {
  const { name, action, kind, object, beganAt, endedAt, phase, message, success, failure, status, warnings } = task;
  return (
    <Stack gap={4}>
      <Group gap="sm">
        <Text fw={600}>{name}</Text>
        <Status of={phase} />
        <Text size="sm" c="dimmed">
          {action} {kind} <span className="mono">{object}</span> ·{' '}
          {t('from {{from}} to {{to}}', { from: duration(beganAt), to: duration(endedAt ?? beganAt) })}
        </Text>
      </Group>
      {message !== '' && !isTold && (
        <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
          {message}
        </Text>
      )}
      {success !== undefined && <Clause words={t('done when')} text={success} />}
      {failure !== undefined && <Clause words={t('failed when')} text={failure} />}
      {warnings.map((words) => (
        <Text key={words} size="sm">
          {words}
        </Text>
      ))}
      {status !== undefined && (
        <Text component="pre" size="xs" className="mono" m={0} style={{ whiteSpace: 'pre-wrap' }}>
          {status}
        </Text>
      )}
    </Stack>
  );
}

function Clause({ words, text }: { words: string; text: string }) {
  return (
    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
      <span className="muted">{words}</span> <span className="mono">{text}</span>
    </Text>
  );
}
