/** Changes an environment: its name, where it takes plans from, and whether its subscriptions need an approval. */
import { Modal, Skeleton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { environment as environmentQuery, type Product } from '../services';
import { EnvironmentForm } from './environment-form';

interface Props {
  product: Product;
  environmentId: string;
  name: string;
  opened: boolean;
  onClose: () => void;
}

export function ChangeEnvironment({ opened, onClose, name, ...of }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Change {{name}}', { name })} centered>
      <Load onClose={onClose} {...of} />
    </Modal>
  );
}

function Load({ product, environmentId, onClose }: Omit<Props, 'opened' | 'name'>) {
  const found = useQuery(environmentQuery(product.id, environmentId));
  if (found.isError) return <Failure title={t('The environment cannot be shown')} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={240} aria-label={t('Loading the environment')} />;
  const { id, name, type, sourceEnvironmentId, visibility, autoApproveSubscription } = found.data;
  const present = sourceEnvironmentId ?? '';
  return (
    <EnvironmentForm
      isNew={false}
      begin={{ name, type, source: present === '' ? null : present, isPublic: visibility === 'PUBLIC', approves: autoApproveSubscription }}
      others={product.serviceEnvironments.filter((other) => other.id !== id)}
      action={t('Change the environment')}
      failure={t('It is as before')}
      save={({ isPublic, approves, source, ...draft }) =>
        client.updateServiceEnvironment({
          params: { serviceId: product.id, id },
          body: {
            name: draft.name,
            visibility: isPublic ? 'PUBLIC' : 'PRIVATE',
            autoApproveSubscription: approves,
            ...(source === null || source === present ? {} : { sourceEnvironmentId: source }),
          },
        })
      }
      onClose={onClose}
    />
  );
}
