/** The plan's own workflows, and what came of each call of one. */
import { Anchor, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../../app/client';
import { GuardedButton } from '../../../kit/access/guarded';
import { Failure } from '../../../kit/failure';
import { duration, Moment } from '../../../kit/moment';
import { Empty } from '../../../kit/page/empty';
import { Section } from '../../../kit/page/section';
import { Status } from '../../../kit/status';
import { DataTable } from '../../../kit/table/data-table';
import { customOf, type Standing, whyNot } from '../actions';

interface Props {
  instanceId: string;
  standing: Standing;
  onOpen: (verb: string) => void;
  onRun: (executionId: string) => void;
}

export function ExecutionsTab({ instanceId, standing, onOpen, onRun }: Props) {
  const offered = customOf(standing);
  const calls = useQuery({
    queryKey: ['runs', instanceId, 'executions'],
    queryFn: async () => (await client.listInstanceExecutions({ params: { id: instanceId }, query: {} })).workflowExecutions,
  });
  const why = whyNot(standing, 'custom');
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
            <GuardedButton size="xs" variant="default" why={why} onClick={() => onOpen(operation.verb)}>
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
