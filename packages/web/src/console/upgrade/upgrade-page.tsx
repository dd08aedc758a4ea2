/** One upgrade path: its waves, the instances that move through them, and what to do where it has halted. */
import { Anchor, Box, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { Copyable } from '../../kit/copy';
import { CountBar } from '../../kit/count-bar';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { PageHead } from '../../kit/page/page-head';
import { PageLoading } from '../../kit/page/page-loading';
import { Section } from '../../kit/page/section';
import { Status } from '../../kit/status';
import { pathCounts, pathStatus } from '../upgrades/path-status';
import { upgradeInstances, upgradePath, type UpgradePath } from '../upgrades/upgrade-queries';
import { Halted } from './halted';
import { PathActions } from './path-actions';
import { PathInstances } from './path-instances';
import { Strategy } from './strategy';
import { Waves } from './waves';
import { Missing } from '../../kit/page/missing';
import { NotShown } from '../../kit/page/not-shown';

export function UpgradePage() {
  const { pathId } = useParams({ from: '/shell/console/upgrades/$pathId' });
  const found = useQuery(upgradePath(pathId));
  if (found.isError)
    return <NotShown title={t('The upgrade cannot be shown')} above={above()} error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <PageLoading label={t('Loading the upgrade')} />;
  if (found.data === null)
    return (
      <Missing
        title={t('There is no such upgrade')}
        above={above()}
        id={pathId}
        why={t('Its plan was deleted, or it is of a product that you have no role for.')}
      />
    );
  return <Path path={found.data} />;
}

function Path({ path }: { path: UpgradePath }) {
  const instances = useQuery(upgradeInstances(path));
  const { after } = path;
  return (
    <Stack gap="md">
      <PageHead
        title={t('{{plan}}: {{from}} to {{to}}', { plan: path.productTierName, from: path.sourceVersion, to: path.targetVersion })}
        above={above()}
        facts={
          <>
            <Status {...pathStatus(path)} /> · {path.serviceName} · {path.environmentName} · {t('made')} <Moment at={path.createdAt} />
            {path.completedAt !== undefined && (
              <>
                {' '}
                · {t('ended')} <Moment at={path.completedAt} />
              </>
            )}
            {path.plannedExecutionDate !== undefined && path.status === 'SCHEDULED' && (
              <>
                {' '}
                · {t('begins')} <Moment at={path.plannedExecutionDate} />
              </>
            )}
            {after !== undefined && (
              <>
                {' '}
                · {t('after')}{' '}
                <Anchor
                  size="sm"
                  className="mono"
                  renderRoot={(props) => <Link to="/console/upgrades/$pathId" params={{ pathId: after }} {...props} />}
                >
                  {after}
                </Anchor>
              </>
            )}
            <br />
            <Copyable text={path.upgradePathId} label={t('the id of the upgrade')} />
          </>
        }
      >
        <PathActions path={path} />
      </PageHead>
      <Halted path={path} />
      <Section
        title={t('Waves')}
        about={
          <Box mt="xs">
            <CountBar counts={pathCounts(path)} />
          </Box>
        }
      >
        {instances.isError && (
          <Failure title={t('The instances cannot be shown')} error={instances.error} retry={() => void instances.refetch()} />
        )}
        {!instances.isError && <Waves path={path} instances={instances.data} />}
      </Section>
      {!instances.isError && <PathInstances path={path} instances={instances.data} />}
      <Strategy path={path} />
    </Stack>
  );
}

function above() {
  return [{ label: t('Upgrades'), link: { to: '/console/upgrades' } }] as const;
}
