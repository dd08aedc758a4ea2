/** The plan's own workflows, and what came of each call of one. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { GuardedButton } from '../access/guarded';
import { Failure } from '../failure';
import { duration, Moment } from '../moment';
import { Empty } from '../page/empty';
import { Section } from '../page/section';
import { Status } from '../status';
import { DataTable } from '../table/data-table';
import type { OfferedOperation } from './own-operations';

interface Props {
  instanceId: string;
  offered: readonly OfferedOperation[];
  /** Why none can be called now. */
  whyNot: string | undefined;
  onOpen: (verb: string) => void;
  onRun: (executionId: string) => void;
}

export function ExecutionsTab({ instanceId, offered, whyNot, onOpen, onRun }: Props) {
  const calls = useQuery({
    queryKey: ['runs', instanceId, 'executions'],
    queryFn: async () => (await client.listInstanceExecutions({ params: { id: instanceId }, query: {} })).workflowExecutions,
  });
  const nameOf = (verb: string) => offered.find((one) => one.verb.toLowerCase() === verb.toLowerCase())?.name ?? verb;
  return (
    <Stack gap="md">
      {offered.length === 0 && (
        <Empty title={t('The plan has no operations of its own')}>
          {t('Starting, stopping, scaling and the rest are under Operations, above.')}
        </Empty>
      )}
      {offered.map((operation) => (
        <Section
          key={operation.verb}
          title={operation.name}
          about={operation.description}
          actions={
            <GuardedButton size="xs" variant="default" why={whyNot} onClick={() => onOpen(operation.verb)}>
              {t('Run …')}
            </GuardedButton>
          }
        >
          <Text size="sm" c="dimmed">
            {(operation.apiParameters ?? []).length === 0
              ? t('It asks for nothing.')
              : t('It asks for {{names}}.', { names: (operation.apiParameters ?? []).map(({ displayName }) => displayName).join(', ') })}
          </Text>
        </Section>
      ))}
      <Section title={t('Calls')}>
        {calls.isError && <Failure title={t('The calls cannot be shown')} error={calls.error} retry={() => void calls.refetch()} />}
        {!calls.isError && (
          <DataTable
            label={t('Calls')}
            rows={calls.data}
            keyOf={({ executionId }) => executionId}
            empty={<Text c="dimmed">{t('None yet. Each call stays here with what came of it.')}</Text>}
            columns={[
              {
                key: 'name',
                name: t('Operation'),
                cell: ({ executionId, verb, name }) => (
                  <Anchor component="button" type="button" onClick={() => onRun(executionId)}>
                    {name ?? nameOf(verb)}
                  </Anchor>
                ),
              },
              {
                key: 'status',
                name: t('Status'),
                cell: ({ status, failureMessage }) => <Outcome status={status} message={failureMessage} />,
              },
              { key: 'who', name: t('Who'), cell: ({ invokedByName, invokedBy }) => invokedByName ?? invokedBy },
              {
                key: 'when',
                name: t('When'),
                cell: ({ startTime, endTime }) => (
                  <Group gap="xs">
                    <Moment at={startTime} />
                    {endTime !== undefined && (
                      <Text size="xs" c="dimmed">
                        {duration(Date.parse(endTime) - Date.parse(startTime))}
                      </Text>
                    )}
                  </Group>
                ),
              },
            ]}
          />
        )}
      </Section>
    </Stack>
  );
}

const WORDS: Record<string, string> = { SUCCEEDED: 'Succeeded', FAILED: 'Failed', RUNNING: 'Running', PENDING: 'Pending' };

export function Outcome({ status, message }: { status: string; message?: string | undefined }) {
  return (
    <>
      <Status of={WORDS[status] ?? status} />
      {message !== undefined && (
        <Text size="xs" c="dimmed" lineClamp={2}>
          {message}
        </Text>
      )}
    </>
  );
}
