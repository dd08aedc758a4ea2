/** Logs of an instance: which container of which node, how much, searched and followed. */
import { Button, Group, Select, Skeleton, Stack, Switch, Text, TextInput } from '@mantine/core';
import type { InstanceNode } from '@cellplane/api';
import { LOG_LINES, ResponseError } from '@cellplane/api/client';
import { t } from 'i18next';
import { useDeferredValue, useMemo, useState } from 'react';
import { Failure } from '../failure';
import { Empty } from '../page/empty';
import { LogLines } from './log-lines';
import { linesWith } from './log-text';
import { useNodes } from './queries';
import { useLog } from './use-log';

/** How many lines from before may be asked for. */
const TAILS = [100, LOG_LINES.usual, 2_000, LOG_LINES.most];

/** What is looked at, as it stands in the address. */
export interface LogChoice {
  node?: string | undefined;
  container?: string | undefined;
}

export interface LogsPanelProps {
  instanceId: string;
  choice: LogChoice;
  onChoose: (choice: LogChoice) => void;
}

export function LogsPanel({ instanceId, choice, onChoose }: LogsPanelProps) {
  const found = useNodes(instanceId);
  if (found.isError) return <Failure title={t('The nodes cannot be shown')} error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Skeleton height={320} aria-label={t('Loading the nodes')} />;
  const { nodes, logs } = found.data;
  const [first] = nodes;
  if (!logs)
    return (
      <Empty title={t('The plan does not show logs to its customers')}>
        {t('Your provider can allow it with the feature LOGS of the plan. What the operations of the instance say is under Activity.')}
      </Empty>
    );
  if (first === undefined)
    return (
      <Empty title={t('Nothing runs')}>
        {t('The instance has no Pods now, so there is no log. Kubernetes keeps none of a Pod that is gone.')}
      </Empty>
    );
  const node = nodes.find(({ id }) => id === choice.node) ?? first;
  return <Log instanceId={instanceId} nodes={nodes} node={node} choice={choice} onChoose={onChoose} />;
}

function Log({ instanceId, nodes, node, choice, onChoose }: LogsPanelProps & { nodes: readonly InstanceNode[]; node: InstanceNode }) {
  const container = node.containers.find(({ name }) => name === choice.container) ?? node.containers.find(({ isInit }) => !isInit);
  const [isPrevious, setPrevious] = useState(false);
  const [tail, setTail] = useState<number>(LOG_LINES.usual);
  const [isFollowed, setFollowed] = useState(true);
  const [isWrapped, setWrapped] = useState(true);
  const [hasTimes, setTimes] = useState(true);
  const [search, setSearch] = useState('');
  const [turn, setTurn] = useState(0);
  const searched = useDeferredValue(search);
  const previous = isPrevious && container?.hasPrevious === true;
  const log = useLog({ instanceId, node: node.id, container: container?.name ?? '', previous, tail, isFollowed, turn });
  const lines = useMemo(() => linesWith(log.lines, searched), [log.lines, searched]);
  const name = `${node.id}/${container?.name ?? ''}`;
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end">
        <Select
          label={t('Node')}
          size="xs"
          w={260}
          allowDeselect={false}
          data={nodes.map(({ id, role }) => ({ value: id, label: role === undefined ? id : `${id} (${role})` }))}
          value={node.id}
          onChange={(id) => onChoose({ node: id ?? undefined })}
        />
        <Select
          label={t('Container')}
          size="xs"
          w={200}
          allowDeselect={false}
          data={node.containers.map(({ name: value, isInit }) => ({
            value,
            label: isInit ? t('{{name}}, before the others', { name: value }) : value,
          }))}
          value={container?.name ?? null}
          onChange={(value) => onChoose({ node: node.id, container: value ?? undefined })}
        />
        <Select
          label={t('Lines')}
          size="xs"
          w={110}
          allowDeselect={false}
          data={TAILS.map((count) => ({ value: String(count), label: new Intl.NumberFormat().format(count) }))}
          value={String(tail)}
          onChange={(value) => setTail(Number(value ?? LOG_LINES.usual))}
        />
        <TextInput
          label={t('Search')}
          size="xs"
          w={220}
          type="search"
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {(previous || !isFollowed) && (
          <Button size="xs" variant="default" onClick={() => setTurn((before) => before + 1)}>
            {t('Read again')}
          </Button>
        )}
        <Button size="xs" variant="default" disabled={log.lines.length === 0} onClick={() => save(name, log.lines)}>
          {t('Save as a file')}
        </Button>
      </Group>
      <Group gap="lg">
        <Switch
          size="xs"
          label={t('Follow')}
          checked={isFollowed && !previous}
          disabled={previous}
          onChange={(event) => setFollowed(event.currentTarget.checked)}
        />
        {container?.hasPrevious === true && (
          <Switch
            size="xs"
            label={t('From before its last restart')}
            checked={isPrevious}
            onChange={(event) => setPrevious(event.currentTarget.checked)}
          />
        )}
        <Switch size="xs" label={t('Times')} checked={hasTimes} onChange={(event) => setTimes(event.currentTarget.checked)} />
        <Switch size="xs" label={t('Wrap long lines')} checked={isWrapped} onChange={(event) => setWrapped(event.currentTarget.checked)} />
        <Text size="xs" c="dimmed" role="status">
          {searched === ''
            ? t('{{count}} lines', { count: log.lines.length, defaultValue_one: '{{count}} line' })
            : t('{{found}} of {{count}} lines', { found: lines.length, count: log.lines.length })}
        </Text>
      </Group>
      {log.error !== null && <NoLog error={log.error} retry={() => setTurn((before) => before + 1)} />}
      {log.notes.map((note) => (
        <Text key={note} size="sm" c="dimmed" role="status">
          {note}
        </Text>
      ))}
      {log.error === null && log.isPending && <Skeleton height={320} aria-label={t('Loading the log')} />}
      {log.error === null && !log.isPending && lines.length > 0 && (
        <LogLines
          label={t('Log of {{name}}', { name })}
          found={lines}
          dropped={log.dropped}
          search={searched}
          isWrapped={isWrapped}
          hasTimes={hasTimes}
        />
      )}
      {log.error === null && !log.isPending && lines.length === 0 && log.notes.length === 0 && (
        <Text c="dimmed">{log.lines.length === 0 ? t('It has written nothing yet.') : t('No line has these words.')}</Text>
      )}
      <Text size="xs" c="dimmed">
        {t('Secrets of the instance are shown as ***. Logs are kept by the cluster for a while, and nowhere else.')}
      </Text>
    </Stack>
  );
}

/** A container that has not started yet has no log: that is no failure of the page. */
function NoLog({ error, retry }: { error: unknown; retry: () => void }) {
  if (!(error instanceof ResponseError) || error.body.code !== 'no-log')
    return <Failure title={t('The log cannot be shown')} error={error} retry={retry} />;
  return (
    <Empty
      title={t('There is no log now')}
      action={
        <Button size="xs" variant="default" onClick={retry}>
          {t('Try again')}
        </Button>
      }
    >
      {error.message}
    </Empty>
  );
}

function save(name: string, lines: readonly { at: string; text: string }[]): void {
  const text = lines.map(({ at, text: words }) => (at === '' ? words : `${at} ${words}`)).join('\n');
  const address = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${name.replaceAll('/', '-')}.log`;
  link.click();
  URL.revokeObjectURL(address);
}
