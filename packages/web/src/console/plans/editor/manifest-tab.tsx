/** What each task of the workflow would send, made with example inputs; secrets are masked. */
import { Alert, Select, Skeleton, Stack, Text } from '@mantine/core';
import type { CompiledPlan } from '@cellplane/plan';
import { t } from 'i18next';
import { lazy, memo, Suspense, useState } from 'react';
import type { Simulation } from '../../../kit/editor/simulation/model';
import { Failure } from '../../../kit/failure';
import { Words } from '../../../kit/words';
import { ExampleInputs } from './example-inputs';
import { useSimulation } from './use-simulation';
import type { VerbAt } from './use-verb';
import { useChoice, WorkflowChoice } from './workflow-choice';

const SpecText = lazy(() => import('../../../kit/editor/spec-text'));

export interface TabProps {
  plan: CompiledPlan | undefined;
  /** The text has errors now. */
  isOld: boolean;
  at: VerbAt | undefined;
  /** Example inputs that were typed. */
  values: Record<string, string>;
  onValues: (values: Record<string, string>) => void;
}

/** Drawn anew only if something of it is another one: not with each key that is typed. */
export const ManifestTab = memo(function ManifestTab({ plan, isOld, at, values, onValues }: TabProps) {
  const { choices, choice, choose } = useChoice(plan, at);
  const simulated = useSimulation(plan, choice, values, 'succeed');
  if (plan === undefined) return <Text c="dimmed">{t('Manifests are rendered once the text has no errors.')}</Text>;
  if (choice === undefined) return <Text c="dimmed">{t('This plan has no workflows yet.')}</Text>;
  return (
    <Stack gap="sm">
      <WorkflowChoice choices={choices} choice={choice} onChoose={choose} isOld={isOld} />
      <ExampleInputs parameters={[...choice.resource.parameters, ...choice.workflow.parameters]} values={values} onChange={onValues} />
      {simulated.isError && <Failure title={t('It cannot be rendered')} error={simulated.error} />}
      {simulated.data === undefined ? (
        !simulated.isError && <Skeleton height={240} aria-label={t('Rendering')} />
      ) : (
        <Manifests simulation={simulated.data} />
      )}
    </Stack>
  );
});

function Manifests({ simulation: { tasks, missing } }: { simulation: Simulation }) {
  const [chosen, setChosen] = useState<string>();
  if (missing.length > 0) return <Missing names={missing} />;
  const task = tasks.find(({ id }) => id === chosen) ?? tasks[0];
  if (task === undefined) return <Text c="dimmed">{t('This workflow sends nothing.')}</Text>;
  return (
    <Stack gap="xs">
      <Select
        label={t('Task')}
        data={tasks.map(({ id, name, action, kind }) => ({ value: id, label: `${name} · ${action} ${kind}` }))}
        value={task.id}
        onChange={(next) => next !== null && setChosen(next)}
        allowDeselect={false}
      />
      {task.warnings.map((words) => (
        <Alert key={words} color="yellow" variant="light">
          <Words>{words}</Words>
        </Alert>
      ))}
      {task.manifest === '' ? (
        <Text size="sm" c="red">
          {task.message}
        </Text>
      ) : (
        <Suspense fallback={<Skeleton height={240} aria-label={t('Loading the manifest')} />}>
          <SpecText text={task.manifest} label={t('Manifest of {{name}}', { name: task.name })} height="min(50vh, 480px)" />
        </Suspense>
      )}
    </Stack>
  );
}

/** Expressions that have no value with these inputs. */
export function Missing({ names }: { names: readonly string[] }) {
  return (
    <Alert color="red" variant="light" title={t('These have no value, so such a run would end before its first task')}>
      {names.map((name) => (
        <div key={name} className="mono">
          {name}
        </div>
      ))}
    </Alert>
  );
}
