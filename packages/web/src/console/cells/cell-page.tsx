/** One deployment cell: whether it is well, what the last comparison found, what runs there, and what an operator's upgrade would do to it. */
import { Button, Code, Skeleton, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { PageHead } from '../../kit/page/page-head';
import { PageLoading } from '../../kit/page/page-loading';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { yamlText } from '../../kit/yaml-text';
import { Groups } from '../overview/groups';
import { fleet } from '../overview/fleet-query';
import { cellFacts, cellQuery } from './cell-queries';
import { cellStatus, Places } from './cells-page';
import { Comparison } from './comparison';
import { OperatorGuard } from './operator-guard';
import { NotShown } from '../../kit/page/not-shown';

export function CellPage() {
  const { cell: key } = useParams({ from: '/shell/console/cells/$cell' });
  const found = useQuery(cellQuery(key));
  const counts = useQuery(fleet());
  if (found.isError)
    return <NotShown title={t('The cell cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <PageLoading label={t('Loading the cell')} />;
  const cell = found.data;
  const groups = counts.data?.groups.filter(({ cellId }) => cellId === cell.id) ?? [];
  return (
    <Stack gap="md">
      <PageHead
        title={cell.key}
        above={above()}
        facts={
          <>
            <Status of={cell.status === 'DISCONNECTED' ? 'FAILED' : cell.status} word={cellStatus(cell.status)} /> ·{' '}
            {cell.kind === 'simulated' ? t('a simulated cell') : t('Kubernetes {{version}}', { version: cell.kubernetesVersion ?? '' })} ·{' '}
            <span className="mono">{cell.id}</span> · <Places places={cell.places} />
          </>
        }
      >
        <Button variant="default" renderRoot={(props) => <Link to="/console/adopt" {...props} />}>
          {t('Adopt what runs already')}
        </Button>
      </PageHead>
      {cell.statusDescription !== undefined && cell.statusDescription !== '' && <Text role="alert">{cell.statusDescription}</Text>}
      <Comparison cell={cell} />
      <Section title={t('What runs there')}>
        {groups.length === 0 ? <Text c="dimmed">{t('No instance.')}</Text> : <Groups groups={groups} isOneCell />}
      </Section>
      <OperatorGuard cell={cell} groups={groups} />
      <CellFacts cell={key} />
    </Stack>
  );
}

function CellFacts({ cell }: { cell: string }) {
  const facts = useQuery(cellFacts(cell));
  const shown = Object.entries(facts.data?.shown ?? {});
  return (
    <Section
      title={t('Facts')}
      about={
        facts.data?.fromFile === true
          ? t('What $sys shows of the cell. They are those of CELLPLANE_CELL_FACTS, and are changed there.')
          : t('What $sys shows of the cell.')
      }
    >
      {facts.isError && <Failure title={t('The facts cannot be shown')} error={facts.error} retry={() => void facts.refetch()} />}
      {facts.isPending && <Skeleton height={80} aria-label={t('Loading the facts')} />}
      {facts.data !== undefined && shown.length === 0 && <Text c="dimmed">{t('None are given.')}</Text>}
      {shown.length > 0 && (
        <Code block mah={420} style={{ overflow: 'auto' }} tabIndex={0} role="region" aria-label={t('Facts')}>
          {yamlText(Object.fromEntries(shown))}
        </Code>
      )}
    </Section>
  );
}

function above() {
  return [{ label: t('Cells'), link: { to: '/console/cells' } }] as const;
}
