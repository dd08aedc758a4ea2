/** What a person who looks for a fault wants to see: each resource's newest run, what was sent, and where it lies in the cell. */
import { Anchor, Code, Group, Skeleton, Stack, Text, Title } from '@mantine/core';
import type { Client } from '@cellplane/api/client';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { inReadingOrder, yamlText } from '../../kit/yaml-text';
import { debugOf } from '../instance-queries';
import { type FleetInstance, placeOf } from './fleet-instance';

type Task = NonNullable<Awaited<ReturnType<Client['describeRun']>>>['tasks'][number];
interface DebugData {
  deploymentCell?: string;
  namespace?: string;
  workflow?: { id: string; kind: string; phase: string; message: string; tasks: Task[] };
}

export function useDebug(found: FleetInstance) {
  return useQuery(debugOf(placeOf(found)));
}

/** What the answer has of one resource. */
export function debugData(of: { debugData: Record<string, unknown> }): DebugData {
  return of.debugData;
}

export function DebugSection({ found }: { found: FleetInstance }) {
  const debug = useDebug(found);
  if (debug.isError) return <Failure title={t('It cannot be shown')} error={debug.error} retry={() => void debug.refetch()} />;
  if (debug.isPending) return <Skeleton height={160} aria-label={t('Loading what was sent')} />;
  return (
    <Stack gap="md">
      {Object.entries(debug.data.resourcesDebug).map(([key, resource]) => {
        const { workflow } = debugData(resource);
        const sent = (workflow?.tasks ?? []).filter(({ manifest }) => manifest !== undefined);
        return (
          <Section
            key={key}
            title={key}
            about={
              workflow === undefined ? (
                t('Nothing was done to it yet.')
              ) : (
                <Group gap="sm">
                  <Status of={workflow.phase} />
                  <Anchor size="sm" renderRoot={(props) => <Link to="/console/runs/$runId" params={{ runId: workflow.id }} {...props} />}>
                    {t('Newest run: {{kind}}', { kind: workflow.kind })}
                  </Anchor>
                </Group>
              )
            }
          >
            <Stack gap="sm">
              {workflow?.message !== undefined && workflow.message !== '' && <Text>{workflow.message}</Text>}
              {sent.length === 0 && <Text c="dimmed">{t('It has sent no manifest.')}</Text>}
              {sent.map((task) => (
                <div key={task.nodeId ?? task.name}>
                  <Title order={3} size="sm" mb={4}>
                    {task.name} · {task.action}
                  </Title>
                  <Code
                    block
                    mah={320}
                    style={{ overflow: 'auto' }}
                    tabIndex={0}
                    role="region"
                    aria-label={t('Manifest of {{task}}', { task: task.name })}
                  >
                    {yamlText(inReadingOrder(task.manifest))}
                  </Code>
                </div>
              ))}
            </Stack>
          </Section>
        );
      })}
    </Stack>
  );
}
