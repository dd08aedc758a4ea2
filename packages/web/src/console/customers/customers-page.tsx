/** The provider's customers. What is searched for stands in the address. */
import { Anchor, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, useNavigate } from '@tanstack/react-router';
import { t } from 'i18next';
import { useScope } from '../../app/use-scope';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Failure } from '../../kit/failure';
import { Moment } from '../../kit/moment';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { Status } from '../../kit/status';
import { type Column, DataTable, type TableFilter, useTableState } from '../../kit/table/data-table';
import { EmptyInScope } from '../scope/empty-in-scope';
import { CreateCustomerForm } from './create-form';
import { type Customer, stateOf, stateWords, useCustomers } from './customers';

export function CustomersPage() {
  const [isCreating, create] = useDisclosure();
  const { why } = useMay('createConsumptionUser');
  const navigate = useNavigate();
  return (
    <Stack gap="md">
      <PageHead title={t('Customers')} facts={t('Who uses your products. A customer is a person with an organization of their own.')}>
        <GuardedButton why={why} onClick={create.open}>
          {t('Create a customer')}
        </GuardedButton>
      </PageHead>
      <Readable operation="listAllUsers">
        <Customers onCreate={create.open} whyNot={why} />
      </Readable>
      <Modal opened={isCreating} onClose={create.close} title={t('Create a customer')} centered>
        <CreateCustomerForm
          onCancel={create.close}
          onDone={(userId) => void navigate({ to: '/console/customers/$userId', params: { userId } })}
        />
      </Modal>
    </Stack>
  );
}

function Customers({ onCreate, whyNot }: { onCreate: () => void; whyNot: string | undefined }) {
  const state = useTableState({ name: 'customers' });
  const { q = '', status = '', sort } = state.search;
  const scope = useScope();
  const customers = useCustomers({
    ...scope,
    ...(q === '' ? {} : { search: q }),
    ...(status === '' ? {} : { status: status.split(',') }),
    ...(sort === 'created' ? { oldestFirst: true } : {}),
  });
  if (customers.error !== null)
    return <Failure title={t('The customers cannot be shown')} error={customers.error} retry={customers.retry} />;
  return (
    <DataTable
      label={t('Customers')}
      columns={columns()}
      rows={customers.rows}
      keyOf={({ userId }) => userId}
      state={state}
      searchHint={t('Search name, address, organization or id')}
      filters={filters()}
      sortedBy={['created']}
      more={customers.more}
      empty={
        <EmptyInScope>
          <Empty
            title={t('No customer yet')}
            action={
              <GuardedButton why={whyNot} onClick={onCreate}>
                {t('Create a customer')}
              </GuardedButton>
            }
          >
            {t('Customers sign up in the portal, or you make their accounts here. They subscribe to your plans and create instances.')}
          </Empty>
        </EmptyInScope>
      }
    />
  );
}

function filters(): TableFilter<Customer>[] {
  const options = (['ACTIVE', 'SUSPENDED', 'UNCONFIRMED'] as const).map((value) => ({ value, label: stateWords(value) }));
  return [{ key: 'status', name: t('Status'), options }];
}

function columns(): Column<Customer>[] {
  return [
    {
      key: 'customer',
      name: t('Customer'),
      width: 280,
      cell: ({ userId, userName, email }) => (
        <>
          <Anchor
            size="sm"
            fw={600}
            style={{ overflowWrap: 'anywhere' }}
            renderRoot={(props) => <Link to="/console/customers/$userId" params={{ userId }} {...props} />}
          >
            <bdi>{userName || email}</bdi>
          </Anchor>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {email}
          </Text>
        </>
      ),
    },
    {
      key: 'organization',
      name: t('Organization'),
      cell: ({ orgName, orgId }) => (
        <>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{orgName}</bdi>
          </Text>
          <Text size="xs" c="dimmed" className="mono">
            {orgId}
          </Text>
        </>
      ),
    },
    {
      key: 'status',
      name: t('Status'),
      width: 190,
      cell: (one) => <Status of={stateOf(one)} word={stateWords(stateOf(one))} />,
    },
    {
      key: 'subscriptions',
      name: t('Subscriptions'),
      width: 112,
      align: 'right',
      cell: ({ subscriptionCount = 0 }) => String(subscriptionCount),
    },
    { key: 'instances', name: t('Instances'), width: 96, align: 'right', cell: ({ instanceCount = 0 }) => String(instanceCount) },
    { key: 'created', name: t('Since'), width: 136, cell: ({ createdAt }) => <Moment at={createdAt} /> },
  ];
}
