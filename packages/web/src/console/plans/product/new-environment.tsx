/** Makes an environment of a product, with the one that it takes plans from. */
import { Modal, Select, Stack, Switch, TextInput } from '@mantine/core';
import { ENVIRONMENT_TYPES } from '@cellplane/api/environment-types';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { FormButtons } from '../../../kit/page/form-buttons';
import type { Product } from '../services';

interface Props {
  product: Product;
  opened: boolean;
  onClose: () => void;
}

export function NewEnvironment({ opened, onClose, product }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={t('Make an environment of {{name}}', { name: product.name })} centered>
      <Form product={product} onClose={onClose} />
    </Modal>
  );
}

function Form({ product, onClose }: Omit<Props, 'opened'>) {
  const queries = useQueryClient();
  const { serviceEnvironments: present } = product;
  const free = ENVIRONMENT_TYPES.filter((type) => !present.some((environment) => environment.type === type));
  const [name, setName] = useState('');
  const [type, setType] = useState<string>(free.includes('PROD') ? 'PROD' : (free[0] ?? 'PROD'));
  const [source, setSource] = useState<string | null>(present[0]?.id ?? null);
  const [visible, setVisible] = useState(true);
  const make = useMutation({
    mutationFn: () =>
      client.createServiceEnvironment({
        params: { serviceId: product.id },
        body: {
          name: name.trim(),
          description: '',
          deploymentConfigId: 'default',
          type,
          visibility: visible ? 'PUBLIC' : 'PRIVATE',
          ...(source === null ? {} : { sourceEnvironmentId: source }),
        },
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['services'] });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput label={t('Name')} required value={name} onChange={(event) => setName(event.currentTarget.value)} data-autofocus />
        <Select
          label={t('Type')}
          description={t('Secrets and the portal belong to a type.')}
          data={[...ENVIRONMENT_TYPES]}
          value={type}
          onChange={(next) => next !== null && setType(next)}
          allowDeselect={false}
        />
        <Select
          label={t('Takes plans from')}
          description={t('A promotion of that environment brings its preferred versions here.')}
          placeholder={t('no other environment')}
          clearable
          data={present.map((environment) => ({ value: environment.id, label: environment.name }))}
          value={source}
          onChange={setSource}
        />
        <Switch label={t('Customers see it')} checked={visible} onChange={(event) => setVisible(event.currentTarget.checked)} />
        {make.isError && <Failure title={t('It is not made')} error={make.error} />}
        <FormButtons onCancel={onClose} action={t('Make the environment')} isPending={make.isPending} />
      </Stack>
    </form>
  );
}
