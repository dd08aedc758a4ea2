/** What the provider offers: products and their plans. What is searched for stands in the address. */
import { Anchor, Group, SimpleGrid, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { Failure } from '../../kit/failure';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { plainText } from '../../kit/plain-text';
import { useTableState } from '../../kit/table/data-table';
import { catalogue, type Offered } from '../own';
import { found } from './found';
import { PlanCard } from './plan-card';

/** With so many plans it is quicker to search. */
const MANY = 6;

export function CataloguePage() {
  const services = useQuery(catalogue);
  const { search, change } = useTableState();
  const text = search['q'] ?? '';
  const all = services.data?.filter(({ offerings }) => offerings.length > 0);
  const plans = all?.reduce((sum, { offerings }) => sum + offerings.length, 0) ?? 0;
  const shown = all === undefined ? undefined : found(all, text);
  return (
    <Stack gap="lg">
      <PageHead
        title={t('Catalogue')}
        facts={
          plans > 0 && t('{{count}} plans are offered to you.', { count: plans, defaultValue_one: '{{count}} plan is offered to you.' })
        }
      />
      {services.isError && (
        <Failure title={t('The catalogue cannot be shown')} error={services.error} retry={() => void services.refetch()} />
      )}
      {services.isPending && (
        <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} aria-label={t('Loading the catalogue')} role="status">
          <Skeleton height={240} />
          <Skeleton height={240} />
          <Skeleton height={240} />
        </SimpleGrid>
      )}
      {(plans > MANY || text !== '') && (
        <Group gap="md">
          <TextInput
            type="search"
            aria-label={t('Search the catalogue')}
            placeholder={t('Product, plan, description, cloud')}
            w={{ base: '100%', sm: 320 }}
            value={text}
            onChange={(event) => change({ q: event.currentTarget.value }, 'typed')}
          />
          {(shown ?? []).length > 1 &&
            shown?.map(({ serviceId, serviceName }) => (
              <Anchor key={serviceId} href={`#${serviceId}`} size="sm">
                {serviceName}
              </Anchor>
            ))}
        </Group>
      )}
      {all?.length === 0 && (
        <Empty title={t('The provider offers nothing yet')}>{t('Plans appear here when the provider has released them.')}</Empty>
      )}
      {all !== undefined && all.length > 0 && shown?.length === 0 && <Text c="dimmed">{t('No plan is like “{{text}}”.', { text })}</Text>}
      {shown?.map((service) => (
        <Product key={service.serviceId} service={service} />
      ))}
    </Stack>
  );
}

function Product({ service }: { service: Offered }) {
  return (
    <section aria-labelledby={service.serviceId}>
      <Title order={2} size="h3" id={service.serviceId} style={{ overflowWrap: 'anywhere' }}>
        <bdi>{service.serviceName}</bdi>
      </Title>
      {service.serviceDescription !== '' && (
        <Text c="dimmed" maw="72ch" style={{ whiteSpace: 'pre-line' }}>
          {plainText(service.serviceDescription)}
        </Text>
      )}
      <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }} mt="sm">
        {service.offerings.map((offering) => (
          <PlanCard key={`${offering.productTierID} ${offering.serviceEnvironmentID}`} service={service} offering={offering} />
        ))}
      </SimpleGrid>
    </section>
  );
}
