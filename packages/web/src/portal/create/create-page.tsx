/** Creates an instance of a plan: the form that the plan asks for, and beside it what will be made. */
import { Button, Skeleton, Stack } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { whyReadOnly } from '../instance/actions';
import { catalogue, type Offered, type Offering, type Origin, type OwnSubscription, subscriptions } from '../own';
import { CreateForm } from './create-form';
import { NotShown } from '../../kit/page/not-shown';

export function CreatePage() {
  const { planId } = useParams({ from: '/shell/create/$planId' });
  const services = useQuery(catalogue);
  const own = useQuery(subscriptions);
  const error = services.error ?? own.error;
  if (error !== null)
    return (
      <NotShown title={t('The plan cannot be shown')} error={error} retry={() => void Promise.all([services.refetch(), own.refetch()])} />
    );
  if (services.data === undefined || own.data === undefined) return <Skeleton height={320} aria-label={t('Loading the plan')} />;
  const place = findPlan(services.data, planId);
  const [resource] = place?.offering.resourceParameters ?? [];
  if (place === undefined || resource === undefined)
    return (
      <Stack gap="md">
        <PageHead title={t('Create an instance')} above={[{ label: t('Catalogue'), link: { to: '/catalogue' } }]} />
        <Empty
          title={t('You cannot create an instance of this plan')}
          action={
            <Button variant="default" renderRoot={(props) => <Link to="/catalogue" {...props} />}>
              {t('See the catalogue')}
            </Button>
          }
        >
          {t('The plan is not in your catalogue any more, or has nothing to create.')}
        </Empty>
      </Stack>
    );
  const origin = { ...place, resource };
  // Of several, one in which the person may create.
  const ofPlan = own.data.filter(({ productTierId }) => productTierId === planId);
  const subscription = ofPlan.find(({ roleType }) => whyReadOnly({ role: roleType }) === undefined) ?? ofPlan[0];
  if (subscription === undefined) return <Subscribe origin={origin} />;
  const readOnly = whyReadOnly({ role: subscription.roleType });
  if (readOnly !== undefined)
    return (
      <Stack gap="md">
        <PageHead title={t('Create an instance')} above={[{ label: t('Catalogue'), link: { to: '/catalogue' } }]} />
        <Empty title={t('Your role may not create instances')}>{readOnly}</Empty>
      </Stack>
    );
  return <Described origin={origin} subscription={subscription} />;
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

function Described({ origin, subscription }: { origin: Origin; subscription: OwnSubscription }) {
  const { service, offering, resource } = origin;
  const described = useQuery({
    queryKey: ['services', 'parameters', resource.resourceId, offering.productTierVersion],
    queryFn: () =>
      client.customerDescribeOfferingResource({
        params: { serviceId: service.serviceId, resourceId: resource.resourceId, instanceId: 'none' },
        query: { productTierId: offering.productTierID, productTierVersion: offering.productTierVersion },
      }),
    staleTime: 60_000,
  });
  if (described.isError)
    return <NotShown title={t('The form cannot be shown')} error={described.error} retry={() => void described.refetch()} />;
  if (described.isPending) return <Skeleton height={320} aria-label={t('Loading the form')} />;
  const parameters = described.data.apis.find(({ verb }) => verb === 'CREATE')?.inputParameters ?? [];
  return <CreateForm origin={origin} subscription={subscription} parameters={parameters} />;
}
