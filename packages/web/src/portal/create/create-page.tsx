/** Creates an instance of a plan: the form that the plan asks for, and beside it what will be made. */
import { Button, Code, Grid, Group, Paper, Select, Skeleton, Stack, Tabs, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { Copyable } from '../../kit/copy';
import {
  defaultsOf,
  given,
  inOrder,
  isSecret,
  type Parameter,
  ParameterFields,
  refusedParameters,
  type Values,
} from '../../kit/parameters/parameter-fields';
import { faultsOf } from '../../kit/parameters/faults';
import { catalogue, type Offered, type Offering, type Origin, pathOf, subscriptions } from '../own';
import { asCommand, asCurl } from './same-elsewhere';

export function CreatePage() {
  const { planId } = useParams({ from: '/shell/create/$planId' });
  const services = useQuery(catalogue);
  const own = useQuery(subscriptions);
  if (services.isError) return <Failure title="The plan cannot be shown" error={services.error} retry={() => void services.refetch()} />;
  if (services.isPending || own.isPending) return <Skeleton height={320} aria-label="Loading the plan" />;
  const place = findPlan(services.data, planId);
  const [resource] = place?.offering.resourceParameters ?? [];
  if (place === undefined || resource === undefined)
    return (
      <Failure
        title="You cannot create an instance of this plan"
        error={new Error('The plan is not in your catalogue any more, or has nothing to create.')}
      />
    );
  const subscription = own.data?.find(({ productTierId }) => productTierId === planId);
  if (subscription === undefined)
    return <Failure title="You are not subscribed to this plan" error={new Error('Subscribe in the catalogue first.')} />;
  return <CreateForm origin={{ ...place, resource }} subscriptionId={subscription.id} />;
}

function findPlan(services: Offered[], planId: string): { service: Offered; offering: Offering } | undefined {
  for (const service of services)
    for (const offering of service.offerings) if (offering.productTierID === planId) return { service, offering };
  return undefined;
}

function CreateForm({ origin, subscriptionId }: { origin: Origin; subscriptionId: string }) {
  const { service, offering, resource } = origin;
  const described = useQuery({
    queryKey: ['offering', offering.productTierID, offering.productTierVersion, resource.resourceId],
    queryFn: () =>
      client.customerDescribeOfferingResource({
        params: { serviceId: service.serviceId, resourceId: resource.resourceId, instanceId: 'none' },
        query: { productTierId: offering.productTierID, productTierVersion: offering.productTierVersion },
      }),
  });
  if (described.isError) return <Failure title="The form cannot be shown" error={described.error} retry={() => void described.refetch()} />;
  if (described.isPending) return <Skeleton height={320} aria-label="Loading the form" />;
  const parameters = described.data.apis.find(({ verb }) => verb === 'CREATE')?.inputParameters ?? [];
  return <Form origin={origin} subscriptionId={subscriptionId} parameters={parameters} />;
}

/** Parameters of the place, which have fields of their own. */
const PLACE = new Set([
  'cloud_provider',
  'region',
  'network_type',
  'custom_network_id',
  'availability_zone',
  'cloud_provider_account_config_id',
]);

function Form({ origin, subscriptionId, parameters }: { origin: Origin; subscriptionId: string; parameters: Parameter[] }) {
  const { service, offering } = origin;
  const navigate = useNavigate();
  const queries = useQueryClient();
  const clouds = offering.cloudProviders ?? [];
  const [cloud, setCloud] = useState(clouds[0]);
  const regions = regionsOf(offering, cloud);
  const [chosenRegion, setRegion] = useState<string>();
  const region = chosenRegion !== undefined && regions.includes(chosenRegion) ? chosenRegion : regions[0];
  const asked = inOrder(parameters, cloud).filter(({ key }) => !PLACE.has(key));
  const [values, setValues] = useState<Values>(() => defaultsOf(asked));
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const create = useMutation({
    mutationFn: () =>
      client.customerCreateInstance({
        params: pathOf(origin),
        query: { subscriptionId },
        body: { cloud_provider: cloud, region, requestParams: given(values) },
      }),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ['instances'] });
      await navigate({ to: '/instances/$instanceId', params: { instanceId: id } });
    },
  });
  const faults = faultsOf(asked, values);
  const shown = { ...Object.fromEntries(Object.entries(faults).filter(([key]) => left.has(key))), ...refusedParameters(create.error) };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft(new Set(asked.map(({ key }) => key)));
    const [first] = asked.filter(({ key }) => key in faults);
    if (first === undefined) create.mutate();
    else document.getElementById(`parameter-${first.key}`)?.focus();
  };
  return (
    <form onSubmit={submit} noValidate>
      <Title order={1} size="h2" mb="md">
        Create {service.serviceName} · {offering.productTierName}
      </Title>
      <Grid gap="xl">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="md">
            <Group grow>
              <Select
                label="Cloud"
                data={clouds}
                value={cloud ?? null}
                onChange={(next) => setCloud(next ?? undefined)}
                allowDeselect={false}
              />
              <Select
                label="Region"
                data={regions}
                value={region ?? null}
                onChange={(next) => setRegion(next ?? undefined)}
                allowDeselect={false}
                searchable
              />
            </Group>
            <ParameterFields
              parameters={asked}
              values={values}
              faults={shown}
              onChange={(key, value) => setValues((present) => ({ ...present, [key]: value }))}
              onLeave={(key) => setLeft((present) => new Set(present).add(key))}
            />
            {create.isError && <Failure title="The instance was not created" error={create.error} />}
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Paper withBorder p="md" pos="sticky" top={68}>
            <Stack gap="sm">
              <Title order={2} size="h3">
                What will be made
              </Title>
              <Text>
                One instance of {offering.productTierName} {offering.productTierVersion} in {cloud ?? 'no cloud'} {region ?? ''}.
              </Text>
              <Text size="sm" c="dimmed">
                {hasPrice(offering) ? 'The provider’s price of this plan applies.' : 'The provider has set no price.'} You see each step of
                the creation, and may leave the page meanwhile.
              </Text>
              <Button type="submit" loading={create.isPending}>
                Create the instance
              </Button>
              <Same
                origin={origin}
                place={{ cloud, region }}
                values={values}
                subscriptionId={subscriptionId}
                secret={asked.filter(isSecret).map(({ key }) => key)}
              />
            </Stack>
          </Paper>
        </Grid.Col>
      </Grid>
    </form>
  );
}

type SameProps = {
  origin: Origin;
  place: { cloud: string | undefined; region: string | undefined };
  values: Values;
  subscriptionId: string;
  secret: string[];
};

/** The same request for a terminal. Secrets are left to be typed there. */
function Same({ origin, place, values, subscriptionId, secret }: SameProps) {
  const shown = given(
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, secret.includes(key) && value !== '' ? '…' : value])),
  );
  const texts = { cellplane: asCommand(origin, place, shown), curl: asCurl(pathOf(origin), place, shown, subscriptionId) };
  return (
    <Tabs defaultValue="cellplane">
      <Tabs.List aria-label="The same from a terminal">
        {Object.keys(texts).map((name) => (
          <Tabs.Tab key={name} value={name}>
            {name}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {Object.entries(texts).map(([name, text]) => (
        <Tabs.Panel key={name} value={name} pt="xs">
          <Code block mah={180}>
            {text}
          </Code>
          <Copyable text={text} label={`the ${name} command`} shown="" />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

function regionsOf(offering: Offering, cloud: string | undefined): string[] {
  const { awsRegions, gcpRegions, azureRegions, ociRegions, nebiusRegions, privateRegions } = offering;
  const regions: Record<string, string[] | undefined> = {
    aws: awsRegions,
    gcp: gcpRegions,
    azure: azureRegions,
    oci: ociRegions,
    nebius: nebiusRegions,
  };
  return (cloud === undefined ? undefined : regions[cloud]) ?? privateRegions ?? [];
}

function hasPrice({ productTierPricing: pricing }: Offering): boolean {
  return typeof pricing === 'object' && pricing !== null && Object.keys(pricing).length > 0;
}
