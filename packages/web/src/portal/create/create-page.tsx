/** Creates an instance of a plan: the form that the plan asks for, and beside it what will be made. */
import { Button, Skeleton, Stack } from '@mantine/core';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearch } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { person } from '../../app/session/signed-in';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { whyReadOnly, whySuspended } from '../instance/actions';
import { catalogue, type Offered, type Offering, type Origin, type OwnSubscription, subscriptions } from '../own';
import { Choices } from './choices';
import { CreateForm } from './create-form';
import { planVersions } from './queries';
import { choosable } from './versions';
import { NotShown } from '../../kit/page/not-shown';

export function CreatePage() {
  const { planId } = useParams({ from: '/shell/create/$planId' });
  const search = useSearch({ from: '/shell/create/$planId' });
  const services = useQuery(catalogue);
  const own = useQuery(subscriptions);
  const error = services.error ?? own.error;
  if (error !== null)
    return (
      <NotShown
        title={t('The plan cannot be shown')}
        above={above()}
        error={error}
        retry={() => void Promise.all([services.refetch(), own.refetch()])}
      />
    );
  if (services.data === undefined || own.data === undefined) return <Skeleton height={320} aria-label={t('Loading the plan')} />;
  const place = findPlan(services.data, planId);
  const resources = place?.offering.resourceParameters ?? [];
  const resource = resources.find(({ resourceId }) => resourceId === search.resource) ?? resources[0];
  if (place === undefined || resource === undefined)
    return (
      <No
        title={t('You cannot create an instance of this plan')}
        why={t('The plan is not in your catalogue any more, or has nothing to create.')}
      />
    );
  const origin = { ...place, resource };
  const ofPlan = own.data.filter(({ productTierId }) => productTierId === planId);
  const [first] = ofPlan;
  if (first === undefined) return <Subscribe origin={origin} />;
  const usable = ofPlan.filter((one) => whyNotIn(one) === undefined);
  const subscription = usable.find(({ id }) => id === search.subscription) ?? usable[0];
  if (subscription === undefined) return <No title={t('You may not create instances of this plan')} why={whyNotIn(first) ?? ''} />;
  return <Described origin={origin} subscription={subscription} subscriptions={usable} asked={search.version} />;
}

/** The pages over this one. */
const above = () => [{ label: t('Catalogue'), link: { to: '/catalogue' } }] as const;

/** Why nothing is created in a subscription; undefined if something can be. */
function whyNotIn({ roleType, status }: OwnSubscription): string | undefined {
  return whyReadOnly({ role: roleType }) ?? whySuspended(status);
}

/** The create that cannot be, with a way on. */
function No({ title, why }: { title: string; why: string }) {
  return (
    <Stack gap="md">
      <PageHead title={t('Create an instance')} above={[{ label: t('Catalogue'), link: { to: '/catalogue' } }]} />
      <Empty
        title={title}
        action={
          <Button variant="default" renderRoot={(props) => <Link to="/catalogue" {...props} />}>
            {t('See the catalogue')}
          </Button>
        }
      >
        {why}
      </Empty>
    </Stack>
  );
}

function findPlan(services: Offered[], planId: string): { service: Offered; offering: Offering } | undefined {
  for (const service of services)
    for (const offering of service.offerings) if (offering.productTierID === planId) return { service, offering };
  return undefined;
}

/** The subscription that an instance needs, in place. */
function Subscribe({ origin: { service, offering } }: { origin: Origin }) {
  const queries = useQueryClient();
  const body = { serviceId: service.serviceId, productTierId: offering.productTierID };
  const isOpen = offering.AutoApproveSubscription;
  const subscribe = useMutation({
    mutationFn: async () => {
      if (isOpen) await client.customerSubscribe({ body });
      else await client.customerRequestSubscription({ body });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['subscriptions'] }),
  });
  const asked = subscribe.isSuccess && !isOpen;
  return (
    <Stack gap="md">
      <PageHead
        title={t('Create {{what}}', { what: `${service.serviceName} · ${offering.productTierName}` })}
        above={[{ label: t('Catalogue'), link: { to: '/catalogue' } }]}
      />
      <Empty
        title={asked ? t('The provider decides now') : t('You are not subscribed to this plan yet')}
        action={
          !asked && (
            <Button loading={subscribe.isPending} onClick={() => subscribe.mutate()}>
              {isOpen ? t('Subscribe and go on') : t('Ask for a subscription')}
            </Button>
          )
        }
      >
        {asked
          ? t('You can create instances once it is approved. You are told by mail.')
          : t('A subscription is the right to have instances of a plan. It costs nothing by itself.')}
      </Empty>
      {subscribe.isError && <Failure title={t('You are not subscribed')} error={subscribe.error} />}
    </Stack>
  );
}

interface DescribedProps {
  origin: Origin;
  subscription: OwnSubscription;
  subscriptions: readonly OwnSubscription[];
  /** The version that the address asks for. */
  asked: string | undefined;
}

function Described({ origin, subscription, subscriptions: usable, asked }: DescribedProps) {
  const { service, offering, resource } = origin;
  const who = useQuery(person);
  const listed = useQuery(planVersions(service.serviceId, offering.productTierID));
  const versions = choosable(listed.data ?? [], resource.resourceId);
  const preferred = offering.productTierVersion;
  const version = versions.find((one) => one.version === asked)?.version ?? preferred;
  const described = useQuery({
    queryKey: ['services', 'parameters', resource.resourceId, version],
    queryFn: () =>
      client.customerDescribeOfferingResource({
        params: { serviceId: service.serviceId, resourceId: resource.resourceId, instanceId: 'none' },
        query: { productTierId: offering.productTierID, productTierVersion: version },
      }),
    staleTime: 60_000,
    // The form of what was chosen before stays until the next one has come.
    placeholderData: keepPreviousData,
  });
  const error = described.error ?? listed.error ?? who.error;
  if (error !== null)
    return (
      <NotShown
        title={t('The form cannot be shown')}
        above={above()}
        error={error}
        retry={() => void Promise.all([described.refetch(), listed.refetch()])}
      />
    );
  if (described.data === undefined || listed.isPending || who.data === undefined)
    return <Skeleton height={320} aria-label={t('Loading the form')} />;
  return (
    <CreateForm
      personId={who.data.id}
      origin={origin}
      subscription={subscription}
      version={version}
      isChosen={version !== preferred}
      parameters={described.data.apis.find(({ verb }) => verb === 'CREATE')?.inputParameters ?? []}
      isLoading={described.isPlaceholderData}
      choices={<Choices origin={origin} subscription={subscription} subscriptions={usable} versions={versions} version={version} />}
    />
  );
}
