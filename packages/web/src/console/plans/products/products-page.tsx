/** What the provider offers: a row a plan in an environment. */
import { Anchor, Button, Group, Stack, Text } from '@mantine/core';
import { useQueries, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useScope } from '../../../app/use-scope';
import { Failure } from '../../../kit/failure';
import { GuardedButton } from '../../../kit/access/guarded';
import { Empty } from '../../../kit/page/empty';
import { PageHead } from '../../../kit/page/page-head';
import { DataTable, useTableState } from '../../../kit/table/data-table';
import { useMay } from '../../../kit/access/use-may';
import { EmptyInScope } from '../../scope/empty-in-scope';
import { type Environment, type Plan, plansOf, type Product, products } from '../services';
import { versionColumns } from '../version-columns';

interface Row {
  product: Product;
  environment: Environment;
  summary: Environment['servicePlans'][number];
  /** Undefined while it is loaded. */
  plan: Plan | undefined;
}

export function ProductsPage() {
  const navigate = useNavigate();
  const state = useTableState({ name: 'plans' });
  const scope = useScope();
  const all = useQuery(products);
  const own = (all.data ?? []).filter(({ id }) => scope.serviceId === undefined || id === scope.serviceId);
  const forbidden = useMay('buildServicePlanSpec').why;
  const places = own.flatMap((product) =>
    product.serviceEnvironments
      .filter(({ id }) => scope.environmentId === undefined || id === scope.environmentId)
      .map((environment) => ({ product, environment })),
  );
  const details = useQueries({ queries: places.map(({ product, environment }) => plansOf(product.id, environment.id)) });
  const rows = places.flatMap(({ product, environment }, at) =>
    environment.servicePlans.map((summary): Row => {
      const plan = details[at]?.data?.find(({ productTierId }) => productTierId === summary.productTierID);
      return { product, environment, summary, plan };
    }),
  );
  const open = () => void navigate({ to: '/console/plan-editor', search: {} });
  return (
    <Stack gap="md">
      <PageHead title={t('Products and plans')} facts={t('What customers can subscribe to, and what is on its way there.')}>
        <GuardedButton why={forbidden} onClick={open}>
          {t('Write a plan')}
        </GuardedButton>
      </PageHead>
      {all.isError && <Failure title={t('The products cannot be shown')} error={all.error} retry={() => void all.refetch()} />}
      {!all.isError && (
        <DataTable
          label={t('Plans')}
          rows={all.data === undefined ? undefined : rows}
          state={state}
          searchText={textOf}
          searchHint={t('Search product, plan or id')}
          filters={[
            ...(scope.serviceId === undefined
              ? [{ key: 'product', name: t('Product'), valuesOf: ({ product }: Row) => product.name }]
              : []),
            ...(scope.environmentId === undefined
              ? [{ key: 'type', name: t('Environment type'), valuesOf: ({ environment }: Row) => environment.type }]
              : []),
          ]}
          keyOf={({ summary }) => summary.productTierID}
          empty={
            <EmptyInScope>
              <Empty
                title={t('There is no plan yet')}
                action={
                  <GuardedButton why={forbidden} onClick={open}>
                    {t('Write a plan')}
                  </GuardedButton>
                }
              >
                {t('A plan says what an instance is made of and how it lives. Begin with one of the examples: it works as it stands.')}
              </Empty>
            </EmptyInScope>
          }
          columns={[
            { key: 'plan', name: t('Plan'), sortBy: ({ summary }) => summary.name, cell: (row) => <PlanName row={row} /> },
            {
              key: 'product',
              name: t('Product'),
              sortBy: ({ product }) => product.name,
              cell: ({ product }) => (
                <Anchor renderRoot={(props) => <Link to="/console/plans/$serviceId" params={{ serviceId: product.id }} {...props} />}>
                  {product.name}
                </Anchor>
              ),
            },
            {
              key: 'environment',
              name: t('Environment'),
              sortBy: ({ environment }) => environment.name,
              cell: ({ environment }) => <EnvironmentName environment={environment} />,
            },
            ...versionColumns(({ plan }: Row) => plan),
          ]}
        />
      )}
      {own
        .filter(({ serviceEnvironments }) => serviceEnvironments.every(({ servicePlans }) => servicePlans.length === 0))
        .map((product) => (
          <Group key={product.id} gap="sm">
            <Anchor renderRoot={(props) => <Link to="/console/plans/$serviceId" params={{ serviceId: product.id }} {...props} />}>
              {product.name}
            </Anchor>
            <Text size="sm" c="dimmed">
              {t('This product has no plan yet.')}
            </Text>
            <Button
              size="compact-sm"
              variant="default"
              onClick={() => void navigate({ to: '/console/plan-editor', search: { product: product.name } })}
            >
              {t('Write its first plan')}
            </Button>
          </Group>
        ))}
    </Stack>
  );
}

const textOf = ({ product, environment, summary }: Row) => `${product.name} ${summary.name} ${environment.name} ${summary.productTierID}`;

function PlanName({ row: { product, environment, summary } }: { row: Row }) {
  const params = { serviceId: product.id, environmentId: environment.id, planId: summary.productTierID };
  return (
    <div>
      <Anchor fw={600} renderRoot={(props) => <Link to="/console/plans/$serviceId/$environmentId/$planId" params={params} {...props} />}>
        {summary.name}
      </Anchor>
      <Text size="xs" c="dimmed" className="mono">
        {summary.productTierID}
      </Text>
    </div>
  );
}

/** An environment's name and type, and whether it is behind the one that it takes from. */
function EnvironmentName({ environment }: { environment: Environment }) {
  const { name, type, promoteStatus, sourceEnvironmentName } = environment;
  return (
    <div>
      {name}{' '}
      {type !== name.toUpperCase() && (
        <Text component="span" size="sm" c="dimmed">
          {type}
        </Text>
      )}
      {promoteStatus === 'OUT_OF_SYNC' && (
        <Text size="xs" c="dimmed">
          {t('behind {{source}}', { source: sourceEnvironmentName })}
        </Text>
      )}
    </div>
  );
}
