/** Where a run is held, is to be held, and was; and a place to hold it at. */
import { Group, Select, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import type { DescribedRun } from './run-query';

export function Breakpoints({ data: { run, tasks, graph, breakpoints } }: { data: DescribedRun }) {
  const role = useMay('updateWorkflow').why;
  const queries = useQueryClient();
  const [place, setPlace] = useState<string | null>(null);
  const add = useMutation({
    mutationFn: (at: string) => client.addBreakpoint({ params: { id: run.id }, body: { at } }),
    onSuccess: async () => {
      setPlace(null);
      await queries.invalidateQueries({ queryKey: ['runs', run.id] });
    },
  });
  const isOver = run.endTime !== undefined;
  if (isOver && breakpoints.length === 0) return null;
  const begun = new Set(tasks.filter(({ startedAt }) => startedAt !== undefined).map(({ name }) => name));
  const stages = tasks.filter(({ kind, name }) => kind === 'stage' && !begun.has(name));
  const ahead = stages.map(({ name, title }) => ({ value: name, label: title || name }));
  for (const { name } of graph)
    if (!begun.has(name) && !ahead.some(({ value }) => value === name)) ahead.push({ value: name, label: name });
  return (
    <Section title={t('Breakpoints')} about={t('The run is held before the place, until somebody resumes it.')}>
      <Stack gap="xs">
        {breakpoints.map(({ id, status, place: where, hitAt }) => (
          <Group key={id} gap="sm">
            <Status of={status === 'Hit' ? 'Paused' : status === 'Passed' ? 'Succeeded' : 'Pending'} word={breakpointWord(status)} />
            <Text>{where ?? id}</Text>
            {hitAt !== undefined && (
              <Text size="sm" c="dimmed">
                <Moment at={hitAt} />
              </Text>
            )}
          </Group>
        ))}
        {!isOver && (
          <Group gap="xs" align="flex-end">
            <Select
              label={t('Hold before')}
              placeholder={t('a task or stage')}
              data={ahead}
              value={place}
              onChange={setPlace}
              searchable
              w={260}
            />
            <GuardedButton
              variant="default"
              why={role ?? whyNone(ahead.length, place)}
              loading={add.isPending}
              onClick={() => place !== null && add.mutate(place)}
            >
              {t('Set the breakpoint')}
            </GuardedButton>
          </Group>
        )}
        {add.isError && <Failure title={t('It is not set')} error={add.error} />}
      </Stack>
    </Section>
  );
}

function whyNone(ahead: number, place: string | null): string | undefined {
  if (ahead === 0) return t('Everything of this run has begun.');
  return place === null ? t('Choose a task or stage first.') : undefined;
}

function breakpointWord(status: string): string {
  if (status === 'Hit') return t('Held here');
  return status === 'Passed' ? t('Passed') : t('To come');
}
