/** What the last comparison of a cell with the database found, and the button that compares now. */
import { Code, Group, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { useMay } from '../../kit/access/use-may';
import { GuardedButton } from '../../kit/access/guarded';
import { Confirm } from '../../kit/page/confirm';
import { Section } from '../../kit/page/section';
import { Mark } from '../../kit/status';
import type { DescribedCell } from './cell-queries';

export function Comparison({ cell }: { cell: DescribedCell }) {
  const queries = useQueryClient();
  const forbidden = useMay('compareDeploymentCell').why;
  const compare = useMutation({
    mutationFn: () => client.compareDeploymentCell({ params: { cell: cell.key } }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['cells'] }),
  });
  const { comparison } = cell;
  return (
    <Section
      title={t('Comparison with the database')}
      about={
        comparison.comparedAt === undefined ? (
          t('It has not been compared yet.')
        ) : (
          <>
            {t('Last')} <Moment at={comparison.comparedAt} />
            {comparison.nextAt !== undefined && (
              <>
                {' '}
                · {t('next')} <Moment at={comparison.nextAt} />
              </>
            )}
            {' · '}
            {t('{{count}} instances', { count: comparison.counts['instances'] ?? 0, defaultValue_one: '{{count}} instance' })}
            {', '}
            {t('{{count}} objects', { count: comparison.counts['objects'] ?? 0, defaultValue_one: '{{count}} object' })}
          </>
        )
      }
      actions={
        <GuardedButton size="xs" variant="default" why={forbidden} loading={compare.isPending} onClick={() => compare.mutate()}>
          {t('Compare now')}
        </GuardedButton>
      }
    >
      {compare.isError && <Failure title={t('It is not compared')} error={compare.error} />}
      {comparison.failure !== undefined && (
        <Text role="alert">
          {t('The last comparison did not come to its end:')} {comparison.failure.message} (<Moment at={comparison.failure.at} />)
        </Text>
      )}
      {cell.otherClusterUid !== undefined && <OtherCluster cell={cell} uid={cell.otherClusterUid} />}
      {comparison.findings.length === 0 && comparison.comparedAt !== undefined && (
        <Text c="dimmed">{t('The cell has what its instances need, and nothing of ours beside it.')}</Text>
      )}
      <Stack gap="sm">
        {comparison.findings.map((finding) => (
          <Stack key={finding.code} gap={2}>
            <Group gap="sm" align="baseline">
              <Mark tone="bad" />
              <Text>{finding.message}</Text>
              <Text size="sm" c="dimmed">
                {t('since')} <Moment at={finding.since} />
              </Text>
            </Group>
            <Text size="sm" className="mono" ps={22} style={{ overflowWrap: 'anywhere' }}>
              {finding.names.join(', ')}
              {finding.count > finding.names.length && ` ${t('and {{count}} more', { count: finding.count - finding.names.length })}`}
            </Text>
            {finding.commands.map((command) => (
              <Code key={command} ms={22} block>
                <Copyable text={command} label={t('the command')} />
              </Code>
            ))}
          </Stack>
        ))}
      </Stack>
    </Section>
  );
}

function OtherCluster({ cell, uid }: { cell: DescribedCell; uid: string }) {
  const [isOpen, setOpen] = useState(false);
  const queries = useQueryClient();
  const forbidden = useMay('compareDeploymentCell').why;
  return (
    <Group gap="sm" mb="sm" role="alert">
      <Text>
        {t('The address of this cell leads to another cluster now:')} <span className="mono">{uid}</span>
      </Text>
      <GuardedButton size="xs" variant="default" why={forbidden} onClick={() => setOpen(true)}>
        {t('Let it take the place of this one …')}
      </GuardedButton>
      <Confirm
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('Accept another cluster as {{cell}}', { cell: cell.key })}
        action={t('Accept the other cluster')}
        typed={cell.key}
        failure={t('It is not accepted')}
        submit={async () => {
          await client.acceptDeploymentCellCluster({ params: { cell: cell.key }, body: { clusterUid: uid } });
          await queries.invalidateQueries({ queryKey: ['cells'] });
        }}
      >
        {t('What the instances had in the former cluster counts as gone; the next operation of each makes it anew where that is allowed.')}
      </Confirm>
    </Group>
  );
}
