/** Whose an instance is, what it is reached by, and how it is set up. */
import { SimpleGrid, Stack } from '@mantine/core';
import { t } from 'i18next';
import type { ReactNode } from 'react';
import { Configuration, Outputs } from '../../kit/instances/configuration';
import { Connect } from '../../kit/instances/connect';
import { modifiable } from '../../kit/parameters/modifiable';
import { Belongings } from './belongings';
import type { FleetInstance } from './fleet-instance';

interface Props {
  found: FleetInstance;
  /** Between its addresses and its outputs. */
  children: ReactNode;
}

export function InstanceFacts({ found, children }: Props) {
  const instance = found.consumptionResourceInstanceResult;
  const parameters = parametersOf(found);
  const values = { instance, parameters, whyMasked: t('Secrets are shown to the customer alone.') };
  // Two columns that are as long as what they hold: neither waits for the other.
  return (
    <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
      <Stack gap="md" miw={0}>
        <Belongings found={found} />
        <Configuration {...values} />
      </Stack>
      <Stack gap="md" miw={0}>
        <Connect instance={instance} named={[found.serviceName, found.productTierName]} whyMasked={values.whyMasked} />
        {children}
        <Outputs {...values} />
      </Stack>
    </SimpleGrid>
  );
}

/** What was given when it was made, with the names that the plan has for it. */
function parametersOf({ consumptionResourceInstanceResult: instance }: FleetInstance) {
  const named = modifiable(instance);
  const given = Object.keys((instance.launch_input_params ?? {}) as Record<string, unknown>).filter((key) =>
    named.every((one) => one.key !== key),
  );
  return [
    ...named,
    ...given.map((key) => ({
      key,
      displayName: key,
      type: 'String',
      description: '',
      custom: true,
      isList: false,
      required: false,
      modifiable: false,
    })),
  ];
}
