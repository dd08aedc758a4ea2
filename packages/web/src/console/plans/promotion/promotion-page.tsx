/** What a promotion of an environment would do, and the button that does exactly that. */
import { Alert, Checkbox, Group, Skeleton, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { GuardedButton } from '../../../kit/access/guarded';
import { PageHead } from '../../../kit/page/page-head';
import { Section } from '../../../kit/page/section';
import { Status } from '../../../kit/status';
import { useMay } from '../../../kit/access/use-may';
import { Differences } from '../differences';
import { MissingSecrets } from '../missing-secrets';
import { type Preview, product, promotion } from '../services';

type Target = Preview['targets'][number];
type Promoted = Target['plans'][number];

export function PromotionPage() {
  const { serviceId, environmentId } = useParams({ from: '/shell/console/plans/$serviceId/promote/$environmentId' });
  const found = useQuery(promotion(serviceId, environmentId));
  const of = useQuery(product(serviceId));
  const above = [
    { label: t('Products and plans'), link: { to: '/console/plans' as const } },
    ...(of.data === undefined ? [] : [{ label: of.data.name, link: { to: '/console/plans/$serviceId' as const, params: { serviceId } } }]),
  ];
  if (found.isError)
    return (
      <Stack gap="md">
        <PageHead title={t('Promotion')} above={above} />
        <Failure title={t('There is nothing to promote')} error={found.error} retry={() => void found.refetch()} />
      </Stack>
    );
  if (found.data === undefined) return <Skeleton height={320} aria-label={t('Looking at what would change')} />;
  return (
    <Stack gap="md">
      <PageHead
        title={t('Promote {{name}}', { name: found.data.environmentName })}
        above={above}
        facts={t('Instances stay on their version; new ones get what is preferred. All of it happens, or nothing.')}
      />
      {found.data.targets.map((target) => (
        <TargetPart key={target.environmentId} target={target} />
      ))}
      <Promote serviceId={serviceId} preview={found.data} />
    </Stack>
  );
}

function TargetPart({ target }: { target: Target }) {
  const isInSync = target.status === 'IN_SYNC';
  return (
    <Section
      title={t('Into {{name}}', { name: target.environmentName })}
      about={
        <Group gap="sm">
          <span>{target.environmentType}</span>
          <Status of={isInSync ? 'ACTIVE' : 'Pending'} word={isInSync ? t('in sync') : t('out of sync')} />
        </Group>
      }
    >
      <Stack gap="lg">
        {target.plans.map((plan) => (
          <PlanPart key={plan.productTierId} plan={plan} environmentType={target.environmentType} />
        ))}
        {target.otherPlans.length > 0 && (
          <Text size="sm" c="dimmed">
            {t('Only there, and left as they are: {{names}}.', { names: target.otherPlans.join(', ') })}
          </Text>
        )}
      </Stack>
    </Section>
  );
}

function PlanPart({ plan, environmentType }: { plan: Promoted; environmentType: string }) {
  const others = plan.problems.filter(({ code }) => code !== 'missing-secret');
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text fw={600}>{plan.planName}</Text>
        <Text size="sm">{whatHappens(plan)}</Text>
        <Text size="sm" c="dimmed">
          {t('{{count}} instances there', { count: plan.instances, defaultValue_one: '{{count}} instance there' })}
        </Text>
      </Group>
      <MissingSecrets
        names={plan.missingSecrets}
        environmentType={environmentType}
        about={t('The plan reads them in {{type}}. Set each, and this page sees it:', { type: environmentType })}
      />
      {others.map(({ code, message, refuses }) => (
        <Alert key={message} color={refuses ? 'red' : 'yellow'} variant="light" title={code}>
          {message}
        </Alert>
      ))}
      {[
        [t('Enabled only here, and not carried: {{names}}.', { names: plan.featuresOnlyHere.join(', ') }), plan.featuresOnlyHere] as const,
        [t('Enabled only there, and kept: {{names}}.', { names: plan.featuresOnlyThere.join(', ') }), plan.featuresOnlyThere] as const,
      ].map(
        ([words, names]) =>
          names.length > 0 && (
            <Text key={words} size="sm">
              {words}
            </Text>
          ),
      )}
      {plan.action !== 'new-plan' && plan.action !== 'nothing' && <Differences differences={plan.differences} />}
    </Stack>
  );
}

function whatHappens({ action, version, becomes, targetVersion }: Promoted): string {
  if (action === 'new-plan') return t('New there: version {{version}} becomes its {{becomes}}.', { version, becomes });
  if (action === 'nothing') return t('Nothing changes: {{targetVersion}} does the same.', { targetVersion });
  if (action === 'prefer')
    return t('It has this form already: {{becomes}} is preferred instead of {{targetVersion}}.', { becomes, targetVersion });
  return t('Version {{version}} becomes its {{becomes}}, preferred instead of {{targetVersion}}.', {
    version,
    becomes,
    targetVersion: targetVersion ?? t('none'),
  });
}

function Promote({ serviceId, preview }: { serviceId: string; preview: Preview }) {
  const forbidden = useMay('promoteServiceEnvironment').why;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [allowMissingSecrets, setMissing] = useState(false);
  const [allowUnserved, setUnserved] = useState(false);
  const problems = preview.targets.flatMap(({ plans }) => plans.flatMap((plan) => plan.problems)).filter(({ refuses }) => refuses);
  const missing = problems.filter(({ code }) => code === 'missing-secret').length;
  const unserved = problems.length - missing;
  const nothing = preview.targets.every(({ status }) => status === 'IN_SYNC');
  const promote = useMutation({
    mutationFn: () =>
      client.promoteServiceEnvironment({
        params: { serviceId, id: preview.environmentId },
        body: { allowMissingSecrets, allowUnserved, expected: preview.fingerprint },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['services'] });
      notifications.show({ message: t('Promoted. New instances get it.') });
      await navigate({ to: '/console/plans/$serviceId', params: { serviceId } });
    },
    onError: () => queries.invalidateQueries({ queryKey: ['services', 'promotion'] }),
  });
  const whyNot =
    forbidden ??
    (nothing ? t('Everything is in sync: there is nothing to promote.') : undefined) ??
    (missing > 0 && !allowMissingSecrets ? t('Secrets are missing: set them, or promote without them.') : undefined) ??
    (unserved > 0 && !allowUnserved ? t('Some of it is not served here: allow it to promote all the same.') : undefined);
  return (
    <Stack gap="sm">
      {missing > 0 && (
        <Checkbox
          label={t('Promote without the missing secrets')}
          description={t('New instances that read them fail until they are set.')}
          checked={allowMissingSecrets}
          onChange={(event) => setMissing(event.currentTarget.checked)}
        />
      )}
      {unserved > 0 && (
        <Checkbox
          label={t('Promote although some of it is not served')}
          checked={allowUnserved}
          onChange={(event) => setUnserved(event.currentTarget.checked)}
        />
      )}
      {promote.isError && <Failure title={t('Nothing is promoted')} error={promote.error} />}
      <Group gap="sm">
        <GuardedButton why={whyNot} loading={promote.isPending} onClick={() => promote.mutate()}>
          {t('Promote exactly this')}
        </GuardedButton>
        <Text size="sm" c="dimmed">
          {whyNot ?? t('If somebody changes either side meanwhile, it is refused and this page shows the news.')}
        </Text>
      </Group>
    </Stack>
  );
}
