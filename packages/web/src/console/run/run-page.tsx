/** One run: what it did over time, and how it looked at any moment of it. Live while it goes on. */
import { Alert, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { useEffect } from 'react';
import { Copyable } from '../../kit/copy';
import { withoutCauses } from '../../kit/happening/cause-words';
import { Causes } from '../../kit/happening/task-words';
import { duration, Moment, useNow } from '../../kit/moment';
import { PageHead } from '../../kit/page/page-head';
import { PageLoading } from '../../kit/page/page-loading';
import { inWords } from '../../kit/code-words';
import { Status } from '../../kit/status';
import { useProgress } from '../../kit/use-progress';
import { runStatus } from '../runs/run-status';
import { InstanceLink } from '../instance-link';
import { Breakpoints } from './breakpoints';
import { RunActions } from './run-actions';
import { type DescribedRun, runQuery } from './run-query';
import { RunThen } from './run-then';
import { NotShown } from '../../kit/page/not-shown';

export function RunPage() {
  const { runId } = useParams({ from: '/shell/console/runs/$runId' });
  const found = useQuery(runQuery(runId));
  if (found.isError)
    return <NotShown title={t('The run cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <PageLoading label={t('Loading the run')} />;
  const { data } = found;
  return (
    <Stack gap="md">
      {data.run.endTime === undefined && <Follow run={data.run} />}
      <Head data={data} />
      <Told data={data} />
      <RunThen data={data} />
      <Breakpoints data={data} />
    </Stack>
  );
}

/** Why it has failed, or by what it is held. */
function Told({ data: { run, tasks, breakpoints } }: { data: DescribedRun }) {
  if (run.status === 'PAUSED') return <Held breakpoints={breakpoints} />;
  if (run.message === undefined || run.status === 'SUCCESS') return null;
  const causes = tasks.flatMap((task) => task.causes ?? []);
  const words = withoutCauses(run.message, causes);
  if (run.status !== 'FAILED') return <Text c="dimmed">{words}</Text>;
  return (
    <Alert color="red" variant="light" role="alert" title={t('{{what}} failed', { what: inWords(run.verb) })}>
      <Text style={{ overflowWrap: 'anywhere' }}>{words}</Text>
      <Causes causes={causes} />
    </Alert>
  );
}

function Held({ breakpoints }: Pick<DescribedRun, 'breakpoints'>) {
  const hit = breakpoints.findLast(({ status }) => status === 'Hit');
  return (
    <Alert
      color="blue"
      variant="light"
      role="status"
      title={hit === undefined ? t('Held by a person') : t('Held before {{place}}', { place: hit.place ?? hit.id })}
    >
      {t('Nothing new begins until it is resumed.')}
      {hit?.hitAt !== undefined && (
        <>
          {' '}
          {t('A breakpoint has held it')} <Moment at={hit.hitAt} />.
        </>
      )}
    </Alert>
  );
}

function Head({ data }: { data: DescribedRun }) {
  const { run } = data;
  const {
    id,
    verb,
    instanceId = '',
    instanceName,
    planName,
    serviceName,
    version,
    environmentName,
    orgName,
    startTime,
    endTime,
    deadline,
  } = run;
  return (
    <PageHead
      title={t('{{verb}} of {{instance}}', { verb: inWords(verb), instance: instanceName ?? instanceId })}
      above={above()}
      facts={
        <>
          <Status {...runStatus(run.status)} /> · <Took from={startTime} to={endTime} /> · {t('begun')} <Moment at={startTime} />
          {endTime === undefined && deadline !== undefined && (
            <>
              {' '}
              · {t('ends at the latest')} <Moment at={deadline} />
            </>
          )}
          {' · '}
          <InstanceLink id={instanceId} name={instanceName} /> <bdi>{t('of {{customer}}', { customer: orgName })}</bdi> · {serviceName} ·{' '}
          {planName} {version} · {environmentName}
          <br />
          <Copyable text={id} label={t('the id of the run')} />
        </>
      }
    >
      <RunActions run={run} />
    </PageHead>
  );
}

function Took({ from, to }: { from: string; to: string | undefined }) {
  const now = useNow(1_000);
  return <>{duration((to === undefined ? now.getTime() : Date.parse(to)) - Date.parse(from))}</>;
}

/** What the stream of the instance says of a run that goes on makes the page ask anew. */
function Follow({ run: { id, instanceId = '' } }: { run: DescribedRun['run'] }) {
  const { progress } = useProgress(instanceId);
  const queries = useQueryClient();
  useEffect(() => {
    if (progress !== undefined) void queries.invalidateQueries({ queryKey: ['runs', id] }, { cancelRefetch: false });
  }, [queries, id, progress]);
  return null;
}

function above() {
  return [{ label: t('Runs'), link: { to: '/console/runs' } }] as const;
}
