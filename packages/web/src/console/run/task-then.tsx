/** A task at a moment: its gate's clauses with the values of then, what was sent, what was seen, and what had changed since it was seen before. */
import { Code, Group, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { clausesOf } from '../../kit/clauses';
import { Causes } from '../../kit/happening/task-words';
import { Moment } from '../../kit/moment';
import { Section } from '../../kit/page/section';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { inReadingOrder, yamlText } from '../../kit/yaml-text';
import { differences } from './difference';
import type { Lane } from './lanes';
import { laneAt, type LaneThen } from './moment';
import type { DescribedRun, Observation } from './run-query';
import classes from './task-then.module.css';

interface Props {
  lane: Lane;
  data: DescribedRun;
  at: number;
}

export function TaskThen({ lane, data, at }: Props) {
  const then = laneAt(lane, data, at);
  const { task } = lane;
  const object = task?.object as { kind?: string; name?: string } | undefined;
  const isLast = lane.attempts.at(-1)?.to === undefined || (lane.attempts.at(-1)?.to ?? 0) <= at;
  const said = newsOf(then, { above: data.run.message, action: `${task?.action ?? ''} ${object?.kind ?? ''}` });
  return (
    <Section
      title={lane.label}
      about={
        <Group gap="sm">
          <Status of={then.phase} word={inWords(then.phase)} />
          {then.attempts > 1 && <span>{t('attempt {{count}}', { count: then.attempts })}</span>}
          {object?.kind !== undefined && (
            <span>
              {task?.action} {object.kind} <span className="mono">{object.name}</span>
            </span>
          )}
        </Group>
      }
    >
      <Stack gap="md">
        {said !== undefined && <Text style={{ overflowWrap: 'anywhere' }}>{said}</Text>}
        {isLast && task?.waitingFor?.explanation !== undefined && <Text>{task.waitingFor.explanation}</Text>}
        {isLast && data.run.status !== 'FAILED' && <Causes causes={task?.causes ?? []} />}
        <Clauses seen={then.seen} />
        {lane.kind === 'task' && (
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            <Part title={t('Manifest sent')}>
              <Text size="sm" c="dimmed">
                {then.manifest === undefined ? t('Nothing had been sent by then.') : t('Secrets are masked.')}
              </Text>
              {then.manifest !== undefined && <Block label={t('Manifest sent')} text={yamlText(inReadingOrder(then.manifest))} />}
            </Part>
            <Part title={t('Object seen')}>
              <Seen then={then} />
            </Part>
          </SimpleGrid>
        )}
      </Stack>
    </Section>
  );
}

/** What was said of the task last, unless it stands on the page already: as the run's message, as what the task does, or as its gate. */
function newsOf({ said, seen }: LaneThen, { above = '', action }: { above?: string | undefined; action: string }): string | undefined {
  const message = said?.message ?? '';
  return message === '' || message === seen?.reason || message === action || above.includes(message) ? undefined : message;
}

function Clauses({ seen }: { seen: Observation | undefined }) {
  if (seen === undefined) return null;
  const clauses = [
    ...clausesOf({ success: seen.success }).map((clause) => ({ ...clause, of: 'success' })),
    ...clausesOf({ success: seen.failure }).map((clause) => ({ ...clause, of: 'failure' })),
  ];
  return (
    <Part title={t('Gate')}>
      {clauses.length === 0 && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {seen.reason}
        </Text>
      )}
      {clauses.length > 0 && (
        <Table.ScrollContainer minWidth={300}>
          <Table aria-label={t('Clauses of the gate')} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('Clause')}</Table.Th>
                <Table.Th scope="col">{t('Value then')}</Table.Th>
                <Table.Th scope="col">{t('Holds')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {clauses.map(({ text, value, live, of }) => (
                <Table.Tr key={`${of} ${text}`}>
                  <Table.Td className="mono">{of === 'failure' ? t('fails if {{clause}}', { clause: text }) : text}</Table.Td>
                  <Table.Td className="mono">{live ?? '–'}</Table.Td>
                  <Table.Td>
                    {of === 'failure' ? (
                      <Status of={value ? 'Failed' : 'Pending'} word={value ? t('yes: it fails') : t('no')} />
                    ) : (
                      <Status of={value ? 'Succeeded' : 'Waiting'} word={value ? t('met') : t('not yet')} />
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </Part>
  );
}

function Seen({ then: { seen, before } }: { then: LaneThen }) {
  if (seen === undefined) return <Text c="dimmed">{t('Nothing had been seen by then.')}</Text>;
  const changed = before === undefined ? [] : differences(before.status, seen.status);
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        <Moment at={seen.time} />
        {seen.resourceVersion !== undefined && ` · resourceVersion ${seen.resourceVersion}`}
        {seen.generation !== undefined && ` · generation ${String(seen.generation)}`}
      </Text>
      {seen.gone === true && <Text>{t('The object was gone.')}</Text>}
      {changed.length > 0 && (
        <Table.ScrollContainer minWidth={320}>
          <Table aria-label={t('Changed since it was seen before')} verticalSpacing={4} layout="fixed">
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">{t('Changed in status')}</Table.Th>
                <Table.Th scope="col">{t('Before')}</Table.Th>
                <Table.Th scope="col">{t('Then')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {changed.map(({ path, before: was, after: is }) => (
                <Table.Tr key={path}>
                  <Table.Td className={`mono ${classes['value']}`}>{path === '' ? 'status' : path}</Table.Td>
                  <Table.Td className={`mono ${classes['value']}`}>{was ?? '–'}</Table.Td>
                  <Table.Td className={`mono ${classes['value']}`}>{is ?? '–'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {seen.status === undefined ? (
        seen.gone !== true && <Text c="dimmed">{t('It had no status, or one too large to be kept.')}</Text>
      ) : (
        <Block label={t('Status of the object')} text={yamlText(seen.status)} />
      )}
    </Stack>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div>
      <Title order={3} size="sm" mb={4}>
        {title}
      </Title>
      {children}
    </div>
  );
}

function Block({ label, text }: { label: string; text: string }) {
  return (
    <Code block mah={420} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={label}>
      {text}
    </Code>
  );
}
