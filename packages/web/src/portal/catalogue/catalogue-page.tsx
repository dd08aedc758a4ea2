/** What the provider offers: products and their plans; subscribe, ask for a subscription, or create an instance. */
import { Badge, Button, Group, Paper, SimpleGrid, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Failure } from '../../kit/failure';
import { PageHead } from '../../kit/page/page-head';
import { catalogue, type Offered, type Offering, subscriptions } from '../own';

export function CataloguePage() {
  const services = useQuery(catalogue);
  return (
    <Stack gap="lg">
      <PageHead title={t('Catalogue')} />
      {services.isError && <Failure title="The catalogue cannot be shown" error={services.error} retry={() => void services.refetch()} />}
      {services.isPending && <Skeleton height={160} aria-label="Loading the catalogue" />}
      {services.data?.length === 0 && <Text c="dimmed">The provider offers nothing yet. Plans appear here when they are released.</Text>}
      {services.data?.map((service) => (
        <section key={service.serviceId} aria-labelledby={service.serviceId}>
          <Title order={2} size="h3" id={service.serviceId}>
            {service.serviceName}
          </Title>
          {service.serviceDescription !== '' && <Text c="dimmed">{service.serviceDescription}</Text>}
          <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} mt="sm">
            {service.offerings.map((offering) => (
              <Plan key={`${offering.productTierID} ${offering.serviceEnvironmentID}`} service={service} offering={offering} />
            ))}
          </SimpleGrid>
        </section>
      ))}
    </Stack>
  );
}

function Plan({ service, offering }: { service: Offered; offering: Offering }) {
  const own = useQuery(subscriptions);
  const queries = useQueryClient();
  const subscription = own.data?.find(({ productTierId }) => productTierId === offering.productTierID);
  const body = { serviceId: service.serviceId, productTierId: offering.productTierID };
  const subscribe = useMutation({
    mutationFn: async () => {
      if (offering.AutoApproveSubscription) await client.customerSubscribe({ body });
      else await client.customerRequestSubscription({ body });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: ['subscriptions'] }),
  });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm" h="100%">
        <Group justify="space-between" wrap="nowrap" align="flex-start">
          <Text fw={600}>{offering.productTierName}</Text>
          <Badge variant="light" color="gray" tt="none">
            {offering.serviceEnvironmentName}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed" flex={1}>
          {offering.productTierDescription || 'The provider has written no description.'}
        </Text>
        <Text size="xs" c="dimmed">
          Version {offering.productTierVersion} · {(offering.cloudProviders ?? []).join(', ') || 'no cloud'}
        </Text>
        {subscribe.isError && <Failure title="You are not subscribed" error={subscribe.error} />}
        {subscription === undefined ? (
          <Button
            variant="default"
            loading={subscribe.isPending || own.isPending}
            disabled={subscribe.isSuccess && !offering.AutoApproveSubscription}
            onClick={() => subscribe.mutate()}
          >
            {offering.AutoApproveSubscription
              ? 'Subscribe'
              : subscribe.isSuccess
                ? 'Asked: the provider decides'
                : 'Ask for a subscription'}
          </Button>
        ) : (
          <Button renderRoot={(props) => <Link to="/create/$planId" params={{ planId: offering.productTierID }} {...props} />}>
            Create an instance
          </Button>
        )}
      </Stack>
    </Paper>
  );
}
