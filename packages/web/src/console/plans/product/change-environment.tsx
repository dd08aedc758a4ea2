/** Changes an environment: its name, where it takes plans from, and whether its subscriptions need an approval. */
import { Modal, Radio, Select, Skeleton, Stack, Switch, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Client } from '@cellplane/api/client';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../../app/client';
import { Failure } from '../../../kit/failure';
import { FormButtons } from '../../../kit/page/form-buttons';
import { environment as environmentQuery, type Product } from '../services';

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
  return <Form product={product} of={found.data} onClose={onClose} />;
}

interface FormProps {
  product: Product;
  of: Awaited<ReturnType<Client['describeServiceEnvironment']>>;
  onClose: () => void;
}

function Form({ product, of, onClose }: FormProps) {
  const queries = useQueryClient();
  const [name, setName] = useState(of.name);
  const [source, setSource] = useState(of.sourceEnvironmentId ?? '');
  const [isPublic, setPublic] = useState(of.visibility === 'PUBLIC');
  const [approves, setApproves] = useState(of.autoApproveSubscription);
  const others = product.serviceEnvironments.filter(({ id }) => id !== of.id);
  const change = useMutation({
    mutationFn: () =>
      client.updateServiceEnvironment({
        params: { serviceId: product.id, id: of.id },
        body: {
          name: name.trim(),
          visibility: isPublic ? 'PUBLIC' : 'PRIVATE',
          autoApproveSubscription: approves,
          ...(source === '' || source === of.sourceEnvironmentId ? {} : { sourceEnvironmentId: source }),
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
        if (name.trim() !== '') change.mutate();
      }}
    >
      <Stack gap="md">
        <TextInput
          label={t('Name')}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={name.trim() === '' ? t('Write a name.') : undefined}
          data-autofocus
        />
        <Radio.Group
          label={t('Subscriptions of customers')}
          value={approves ? 'at once' : 'asked'}
          onChange={(next) => setApproves(next === 'at once')}
        >
          <Stack gap="xs" mt={4}>
            <Radio value="at once" label={t('Begin at once')} />
            <Radio
              value="asked"
              label={t('Wait for your approval')}
              description={t('What they ask for stands in Requests, and you are mailed.')}
            />
          </Stack>
        </Radio.Group>
        <Select
          label={t('Takes plans from')}
          description={t('A promotion of that environment brings its preferred versions here.')}
          placeholder={t('no other environment')}
          data={others.map((other) => ({ value: other.id, label: other.name }))}
          value={source === '' ? null : source}
          onChange={(next) => setSource(next ?? '')}
          allowDeselect={false}
        />
        <Switch label={t('Customers see it')} checked={isPublic} onChange={(event) => setPublic(event.currentTarget.checked)} />
        {change.isError && <Failure title={t('It is as before')} error={change.error} />}
        <FormButtons onCancel={onClose} action={t('Change the environment')} isPending={change.isPending} />
      </Stack>
    </form>
  );
}
