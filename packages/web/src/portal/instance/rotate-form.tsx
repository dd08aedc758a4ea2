/** A new value for a secret of the instance: one is suggested, and what setting it would change is shown before. */
import { Alert, Stack } from '@mantine/core';
import { t } from 'i18next';
import { type ComponentProps, useState } from 'react';
import type { Parameter } from '../../kit/parameters/parameter-fields';
import { strongPassword } from '../../kit/parameters/password';
import { ChangeForm } from './change-form';

type Change = Pick<ComponentProps<typeof ChangeForm>, 'instance' | 'origin' | 'onCancel' | 'onDone'>;

export function RotateForm({ parameter, ...change }: Change & { parameter: Parameter }) {
  const [suggested] = useState(() => strongPassword(parameter.limits?.maxLength));
  const isShown = Object.keys(change.instance.result_params ?? {}).includes(parameter.key);
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light">
        {isShown
          ? t('Programs that use the old value may be refused from then on. The new one can be shown on the page of the instance later.')
          : t('Programs that use the old value may be refused from then on. Copy the new one now: it is shown nowhere later.')}
      </Alert>
      <ChangeForm
        {...change}
        parameters={[{ ...parameter, required: true }]}
        present={{}}
        suggested={{ [parameter.key]: suggested }}
        action={t('Set the new value')}
      />
    </Stack>
  );
}
