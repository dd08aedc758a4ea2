/** One call of a workflow: what it was given, and what came of it. */
import { Skeleton, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Failure } from '../failure';
import { TaskWords } from '../happening/task-words';
import { Value } from '../instances/value';
import { duration, Moment } from '../moment';
import { Outcome } from './executions-tab';

export function Execution({ instanceId, executionId }: { instanceId: string; executionId: string }) {
  const call = useQuery({
    queryKey: ['runs', instanceId, 'executions', executionId],
    queryFn: () => client.describeInstanceExecution({ params: { id: instanceId, executionId } }),
  });
  if (call.isError) return <Failure title={t('The call cannot be shown')} error={call.error} retry={() => void call.refetch()} />;
  if (call.isPending) return <Skeleton height={160} aria-label={t('Loading the call')} />;
  const { status, startTime, endTime, invokedBy, invokedByName, requestParams, outputs, failureMessage, tasks = [] } = call.data;
  return (
    <Stack gap="md">
      <div>
        <Outcome status={status} message={failureMessage} />
        <Text size="sm" c="dimmed">
          {invokedByName ?? invokedBy} · <Moment at={startTime} />
          {endTime === undefined ? '' : ` · ${duration(Date.parse(endTime) - Date.parse(startTime))}`}
        </Text>
        <Text size="xs" c="dimmed" className="mono">
          {executionId}
        </Text>
      </div>
      <Values
        title={t('Outputs')}
        values={outputs}
        none={status === 'SUCCEEDED' ? t('It gives nothing.') : t('They come when it has succeeded.')}
      />
      <Values title={t('Given')} values={requestParams} none={t('Nothing.')} />
      <Title order={3} size="h4">
        {t('Tasks')}
      </Title>
      {tasks.map((task) => (
        <TaskWords key={task.nodeId ?? `${task.kind} ${task.name}`} task={task} />
      ))}
    </Stack>
  );
}

function Values({ title, values, none }: { title: string; values: unknown; none: string }) {
  const entries = Object.entries((values ?? {}) as Record<string, unknown>);
  return (
    <div>
      <Title order={3} size="h4">
        {title}
      </Title>
      {entries.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <Table layout="fixed" aria-label={title}>
          <Table.Tbody>
            {entries.map(([key, value]) => (
              <Table.Tr key={key}>
                <Table.Th scope="row" fw={400} className="mono" style={{ overflowWrap: 'anywhere' }}>
                  {key}
                </Table.Th>
                <Table.Td style={{ overflowWrap: 'anywhere' }}>
                  <Value value={value} label={key} />
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </div>
  );
}
