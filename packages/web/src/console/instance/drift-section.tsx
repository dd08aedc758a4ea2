/** Fields of the instance's objects that others have changed: look, accept, revert. */
import { Checkbox, Group, Skeleton, Stack, Table, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { shownValue } from './change-sheet';

type Deed = 'check' | 'accept' | 'revert';

export function DriftSection({ instanceId }: { instanceId: string }) {
  const queries = useQueryClient();
  const role = useMay('revertInstanceDrift').why;
  const key = ['instances', 'drift', instanceId];
  const params = { id: instanceId };
  const [marked, setMarked] = useState<readonly string[]>([]);
  const [isAll, setAll] = useState(false);
  const found = useQuery({ queryKey: key, queryFn: () => client.describeInstanceDrift({ params }) });
  const act = useMutation({
    mutationFn: (deed: Deed) => {
      const body = { findings: [...chosen] };
      if (deed === 'check') return client.checkInstanceDrift({ params });
      return deed === 'accept' ? client.acceptInstanceDrift({ params, body }) : client.revertInstanceDrift({ params, body });
    },
    onSuccess: (drift, deed) => {
      notifications.show({ message: doneWords(deed, chosen.length, openOf(drift.findings).length) });
      queries.setQueryData(key, drift);
      setMarked([]);
      void queries.invalidateQueries({ queryKey: ['instances'] });
    },
  });
  const all = found.data?.findings ?? [];
  const findings = isAll ? all : openOf(all);
  const others = all.length - openOf(all).length;
  const accepted = all.filter(({ state }) => state === 'accepted').length;
  // What is not listed any more is not done, either.
  const chosen = marked.filter((id) => findings.some((one) => one.id === id));
  const none = chosen.length === 0 ? t('Choose fields first.') : undefined;
  const toggle = (id: string, isOn: boolean) => setMarked((before) => (isOn ? [...before, id] : before.filter((one) => one !== id)));
  return (
    <Section
      title={t('Drift')}
      about={
        found.data?.lookedAt === undefined ? (
          t('Its objects have not been looked at yet.')
        ) : (
          <>
            {t('{{count}} objects, looked at', { count: found.data.objects, defaultValue_one: '{{count}} object, looked at' })}{' '}
            <Moment at={found.data.lookedAt} />
          </>
        )
      }
      actions={
        <>
          {others > 0 && (
            <Checkbox
              size="xs"
              label={t('also what was decided')}
              checked={isAll}
              onChange={(event) => setAll(event.currentTarget.checked)}
            />
          )}
          <GuardedButton
            size="xs"
            variant="default"
            why={role}
            loading={act.isPending && act.variables === 'check'}
            onClick={() => act.mutate('check')}
          >
            {t('Look now')}
          </GuardedButton>
        </>
      }
    >
      <Stack gap="sm">
        {found.isError && <Failure title={t('Drift cannot be shown')} error={found.error} retry={() => void found.refetch()} />}
        {found.isPending && <Skeleton height={60} aria-label={t('Loading drift')} />}
        {act.isError && <Failure title={t('It was not done')} error={act.error} />}
        {found.data?.troubles.map(({ kind, name, message }) => (
          <Text key={`${kind}/${name}`} size="sm">
            {t('It cannot be told of {{object}}:', { object: `${kind}/${name}` })} {message}
          </Text>
        ))}
        {found.data !== undefined && findings.length === 0 && (
          <Text c="dimmed">
            {accepted === 0
              ? t('Its objects are as its workflows have left them.')
              : t('Nothing is left to decide on: {{count}} fields differ, and that is accepted.', {
                  count: accepted,
                  defaultValue_one: 'Nothing is left to decide on: {{count}} field differs, and that is accepted.',
                })}
          </Text>
        )}
        {findings.length > 0 && (
          <Table.ScrollContainer minWidth={720}>
            <Table aria-label={t('Changed fields')} verticalSpacing="xs">
              <Table.Thead>
                <Table.Tr>
                  <Table.Th scope="col">
                    <Checkbox
                      size="xs"
                      aria-label={t('Choose all')}
                      checked={chosen.length === findings.length}
                      indeterminate={chosen.length > 0 && chosen.length < findings.length}
                      onChange={(event) => setMarked(event.currentTarget.checked ? findings.map(({ id }) => id) : [])}
                    />
                  </Table.Th>
                  <Table.Th scope="col">{t('Field')}</Table.Th>
                  <Table.Th scope="col">{t('Applied')}</Table.Th>
                  <Table.Th scope="col">{t('Is now')}</Table.Th>
                  <Table.Th scope="col">{t('Changed by')}</Table.Th>
                  <Table.Th scope="col">{t('State')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {findings.map(({ id, kind, name, path, ours, theirs, manager, since, state, changes }) => (
                  <Table.Tr key={id}>
                    <Table.Td>
                      <Checkbox
                        size="xs"
                        aria-label={t('Choose {{field}}', { field: path })}
                        checked={chosen.includes(id)}
                        onChange={(event) => toggle(id, event.currentTarget.checked)}
                      />
                    </Table.Td>
                    <Table.Td>
                      <span className="mono">{path}</span>
                      <Text size="xs" c="dimmed">
                        {kind}/{name}
                      </Text>
                    </Table.Td>
                    <Table.Td className="mono">{shownValue(ours)}</Table.Td>
                    <Table.Td className="mono">{shownValue(theirs)}</Table.Td>
                    <Table.Td>
                      {manager === '' ? t('somebody who has removed it') : manager}
                      {since !== undefined && (
                        <Text size="xs" c="dimmed">
                          <Moment at={since} />
                        </Text>
                      )}
                    </Table.Td>
                    <Table.Td>
                      <Status of={state === 'open' ? 'Failed' : 'Succeeded'} word={driftState(state)} />
                      {changes > 1 && (
                        <Text size="xs" c="dimmed">
                          {t('goes back and forth: {{count}} times', { count: changes })}
                        </Text>
                      )}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        )}
        {findings.length > 0 && (
          <Group gap="xs">
            <GuardedButton
              size="xs"
              variant="default"
              why={role ?? none}
              loading={act.isPending && act.variables === 'revert'}
              onClick={() => act.mutate('revert')}
            >
              {t('Apply our values again')}
            </GuardedButton>
            <GuardedButton
              size="xs"
              variant="default"
              why={role ?? none}
              loading={act.isPending && act.variables === 'accept'}
              onClick={() => act.mutate('accept')}
            >
              {t('Accept')}
            </GuardedButton>
            <Text size="xs" c="dimmed">
              {t('To apply again takes the whole object back. What is accepted is set again by the next operation that applies it.')}
            </Text>
          </Group>
        )}
      </Stack>
    </Section>
  );
}

function openOf<Finding extends { state: string }>(findings: readonly Finding[]): Finding[] {
  return findings.filter(({ state }) => state === 'open');
}

/** What has come of it: of so many fields; so many are left to decide on. */
function doneWords(deed: Deed, count: number, left: number): string {
  if (deed === 'accept') return t('{{count}} fields are accepted.', { count, defaultValue_one: '{{count}} field is accepted.' });
  if (deed === 'revert')
    return t('{{count}} fields are as the workflow has set them again.', {
      count,
      defaultValue_one: '{{count}} field is as the workflow has set it again.',
    });
  if (left === 0) return t('Its objects were looked at. Nothing is to be decided on.');
  return t('Its objects were looked at. {{count}} fields are to be decided on.', {
    count: left,
    defaultValue_one: 'Its objects were looked at. {{count}} field is to be decided on.',
  });
}

function driftState(state: string): string {
  if (state === 'open') return t('to decide on');
  return state === 'accepted' ? t('accepted') : t('reverted');
}
