/** Makes an environment of a product, with the one that it takes plans from. */
import { Modal } from '@mantine/core';
import { ENVIRONMENT_TYPES } from '@cellplane/api/environment-types';
import { t } from 'i18next';
import { client } from '../../../app/client';
import type { Product } from '../services';
import { EnvironmentForm } from './environment-form';

interface Props {
  product: Product;
  opened: boolean;
  onClose: () => void;
}

export function NewEnvironment({ opened, onClose, product }: Props) {
  const { serviceEnvironments: present } = product;
  const free = ENVIRONMENT_TYPES.filter((type) => !present.some((environment) => environment.type === type));
  return (
    <Modal opened={opened} onClose={onClose} title={t('Make an environment of {{name}}', { name: product.name })} centered>
      <EnvironmentForm
        isNew
        begin={{
          name: '',
          type: free.includes('PROD') ? 'PROD' : (free[0] ?? 'PROD'),
          source: present[0]?.id ?? null,
          isPublic: true,
          approves: true,
        }}
        others={present}
        action={t('Make the environment')}
        failure={t('It is not made')}
        save={({ name, type, source, isPublic, approves }) =>
          client.createServiceEnvironment({
            params: { serviceId: product.id },
            body: {
              name,
              description: '',
              deploymentConfigId: 'default',
              type,
              visibility: isPublic ? 'PUBLIC' : 'PRIVATE',
              autoApproveSubscription: approves,
              ...(source === null ? {} : { sourceEnvironmentId: source }),
            },
          })
        }
        onClose={onClose}
      />
    </Modal>
  );
}
