/** What a version's spec says: the parameters that it takes, its workflows drawn, and its text. */
import { Button, Group, Select, Skeleton, Stack, Text } from '@mantine/core';
import type { CompiledPlan } from '@cellplane/plan';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { lazy, Suspense, useState } from 'react';
import { planLanguage } from '../../../kit/editor/plan-language';
import { planNumber } from '../../../kit/editor/plan-number';
import { Failure } from '../../../kit/failure';
import { Section } from '../../../kit/page/section';
import { DataTable } from '../../../kit/table/data-table';
import { type PlanPlace, versionSpec } from '../services';
import { WorkflowPicture } from '../workflow-picture';

const SpecText = lazy(() => import('../../../kit/editor/spec-text'));

interface Props {
  part: 'parameters' | 'workflows' | 'spec';
  place: PlanPlace;
  version: string;
}

export default function SpecParts({ part, place: { serviceId, planId }, version }: Props) {
  const spec = useQuery(versionSpec(serviceId, planId, version));
  const compiled = useQuery({
    queryKey: ['services', 'compiled', serviceId, planId, version],
    enabled: spec.data !== undefined && part !== 'spec',
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: () => planLanguage('build', spec.data ?? ''),
  });
  if (spec.isError) return <Failure title={t('The spec cannot be shown')} error={spec.error} retry={() => void spec.refetch()} />;
  if (compiled.isError)
    return <Failure title={t('The spec cannot be read')} error={compiled.error} retry={() => void compiled.refetch()} />;
  if (spec.data === undefined || (part !== 'spec' && compiled.data === undefined))
    return <Skeleton height={240} aria-label={t('Loading the spec')} />;
  if (part === 'spec') return <SpecOfVersion text={spec.data} version={version} />;
  const plan = compiled.data?.plan;
  if (plan === undefined)
    return (
      <Text c="dimmed">
        {t('This version was built by other rules than those of today: its spec has errors now. Edit it to see them.')}
      </Text>
    );
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t('Version {{version}}', { version })}
      </Text>
      {part === 'parameters' ? <Parameters plan={plan} /> : <Workflows plan={plan} />}
    </Stack>
  );
}

function SpecOfVersion({ text, version }: { text: string; version: string }) {
  const save = () => {
    const address = URL.createObjectURL(new Blob([text], { type: 'application/yaml' }));
    const link = Object.assign(document.createElement('a'), { href: address, download: `spec-${version}.yaml` });
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text size="sm" c="dimmed">
          {t('The text that version {{version}} was built from; nobody can change it.', { version })}
        </Text>
        <Button size="xs" variant="default" onClick={save}>
          {t('Save as a file')}
        </Button>
      </Group>
      <Suspense fallback={<Skeleton height={320} aria-label={t('Loading the spec')} />}>
        <SpecText text={text} label={t('Spec of version {{version}}', { version })} />
      </Suspense>
    </Stack>
  );
}

function Parameters({ plan }: { plan: CompiledPlan }) {
  return plan.resources.map(({ key, name, description, parameters }) => (
    <Section key={key} title={name} about={description}>
      <DataTable
        label={t('Parameters of {{name}}', { name })}
        rows={parameters}
        keyOf={(parameter) => parameter.key}
        empty={<Text c="dimmed">{t('It takes no parameters.')}</Text>}
        columns={[
          {
            key: 'name',
            name: t('Parameter'),
            cell: (parameter) => (
              <div>
                {parameter.name}
                <Text size="xs" c="dimmed" className="mono">
                  {parameter.key}
                </Text>
              </div>
            ),
          },
          { key: 'type', name: t('Type'), cell: ({ type, isList }) => (isList ? t('list of {{type}}', { type }) : type) },
          {
            key: 'value',
            name: t('Default'),
            cell: ({ defaultValue, required }) =>
              defaultValue === undefined ? (
                <span className="muted">{required ? t('must be given') : t('none')}</span>
              ) : (
                <span className="mono">{defaultValue}</span>
              ),
          },
          {
            key: 'limits',
            name: t('May be'),
            cell: ({ options, limits, regex }) => (
              <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                {[options?.join(', '), limitsInWords(limits), regex === undefined ? undefined : `/${regex}/`].filter(Boolean).join(' · ')}
              </Text>
            ),
          },
          { key: 'changes', name: t('Can change'), cell: ({ modifiable }) => (modifiable ? t('yes') : t('no')) },
          { key: 'about', name: t('About'), cell: (parameter) => <Text size="sm">{parameter.description}</Text> },
        ]}
      />
    </Section>
  ));
}

function limitsInWords(limits: CompiledPlan['resources'][number]['parameters'][number]['limits']): string | undefined {
  if (limits === undefined) return undefined;
  const { min, max, minLength, maxLength } = limits;
  const range = min === undefined && max === undefined ? [] : [`${min ?? '…'} – ${max ?? '…'}`];
  const length =
    minLength === undefined && maxLength === undefined
      ? []
      : [t('{{from}} – {{to}} characters', { from: minLength ?? 0, to: maxLength ?? '…' })];
  return [...range, ...length].join(', ');
}

function Workflows({ plan }: { plan: CompiledPlan }) {
  const all = plan.resources.flatMap(({ key, name, systemWorkflows, customWorkflows }) =>
    [...Object.values(systemWorkflows), ...customWorkflows].map(({ verb, displayName, templates }) => ({
      value: `${key} ${verb}`,
      label: plan.resources.length > 1 ? `${displayName || verb} · ${name}` : displayName || verb,
      resource: key,
      verb,
      templates,
    })),
  );
  const [value, setValue] = useState(all[0]?.value);
  const [task, setTask] = useState<string>();
  const chosen = all.find((one) => one.value === value);
  const graph = useQuery({
    queryKey: ['plan language', 'graph', planNumber(plan), value],
    enabled: chosen !== undefined,
    queryFn: () => planLanguage('graph', plan, chosen?.resource ?? '', chosen?.verb ?? ''),
  });
  if (chosen === undefined) return <Text c="dimmed">{t('This plan has no workflows.')}</Text>;
  const entry = graph.data?.find(({ id }) => id === task);
  return (
    <Stack gap="sm">
      <Select
        label={t('Workflow')}
        data={all.map(({ value, label }) => ({ value, label }))}
        value={chosen.value}
        onChange={(next) => next !== null && (setValue(next), setTask(undefined))}
        allowDeselect={false}
        maw={360}
      />
      {graph.data === undefined ? (
        <Skeleton height={240} aria-label={t('Drawing the workflow')} />
      ) : (
        <WorkflowPicture tasks={graph.data} chosen={task} onChoose={setTask} />
      )}
      <Text size="sm" c="dimmed">
        {entry === undefined
          ? t('Choose a task to see what it does.')
          : `${entry.name}: ${[entry.action, entry.kind].filter(Boolean).join(' ')}`}
      </Text>
    </Stack>
  );
}
