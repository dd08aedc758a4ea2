/** Subscriptions of all customers. */
import { Button, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { useScope } from '../../app/use-scope';
import { GuardedButton } from '../../kit/access/guarded';
import { Readable } from '../../kit/access/readable';
import { useMay } from '../../kit/access/use-may';
import { Empty } from '../../kit/page/empty';
import { PageHead } from '../../kit/page/page-head';
import { inWords } from '../../kit/code-words';
import { type TableFilter, useTableState } from '../../kit/table/data-table';
import { products } from '../people/people';
import { EmptyInScope } from '../scope/empty-in-scope';
import { SubscribeForm } from './subscribe-form';
import { SubscriptionTable } from './subscription-table';
import type { ListedSubscription } from './subscriptions';

export function SubscriptionsPage() {
  const [isMaking, making] = useDisclosure();
  const { why } = useMay('createSubscription');
  return (
    <Stack gap="md">
      <PageHead title={t('Subscriptions')} facts={t('Each is the right of one customer to have instances of one plan.')}>
        <Button variant="default" renderRoot={(props) => <Link to="/console/requests" {...props} />}>
          {t('Open the requests')}
        </Button>
        <GuardedButton why={why} onClick={making.open}>
          {t('Subscribe a customer')}
        </GuardedButton>
      </PageHead>
      <Readable operation="listAllSubscriptions">
        <All />
      </Readable>
      <Modal opened={isMaking} onClose={making.close} title={t('Subscribe a customer')} centered>
        <SubscribeForm onDone={making.close} onCancel={making.close} />
      </Modal>
    </Stack>
  );
}

function All() {
  const state = useTableState({ name: 'subscriptions' });
  const { serviceId, environmentId } = useScope();
  const names = useQuery(products).data ?? [];
  const { q = '', status = '', product = '', type = '' } = state.search;
  return (
    <SubscriptionTable
      state={state}
      // What is chosen for all lists is not asked for again.
      filters={filters(names).filter(
        ({ key }) => (key !== 'product' || serviceId === undefined) && (key !== 'type' || environmentId === undefined),
      )}
      query={{
        ...(q === '' ? {} : { search: q }),
        ...(status === '' ? {} : { status: status.split(',') }),
        ...(serviceId === undefined ? (product === '' ? {} : { serviceId: product.split(',') }) : { serviceId: [serviceId] }),
        ...(environmentId === undefined ? (type === '' ? {} : { environmentType: type.split(',') }) : { environmentId }),
      }}
      empty={
        <EmptyInScope>
          <Empty title={t('No subscription yet')}>
            {t('Customers subscribe to a released plan in the portal. You can also subscribe a customer yourself, without approval.')}
          </Empty>
        </EmptyInScope>
      }
    />
  );
}

function filters(names: readonly { id: string; name: string }[]): TableFilter<ListedSubscription>[] {
  const words = (values: readonly string[]) => values.map((value) => ({ value, label: inWords(value) }));
  return [
    { key: 'status', name: t('Status'), options: words(['ACTIVE', 'SUSPENDED', 'TERMINATED']) },
    { key: 'product', name: t('Product'), options: names.map(({ id, name }) => ({ value: id, label: name })) },
    { key: 'type', name: t('Environment type'), options: words(['DEV', 'QA', 'STAGING', 'CANARY', 'PROD']) },
  ];
}
