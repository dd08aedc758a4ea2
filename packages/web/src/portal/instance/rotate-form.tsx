/** A new value for a secret of the instance: one is suggested, and what setting it would change is shown before. */
import { Alert, Stack } from '@mantine/core';
import { t } from 'i18next';
import { useState } from 'react';
import { client } from '../../app/client';
import { ChangePreview } from '../../kit/instances/change-preview';
import type { Parameter } from '../../kit/parameters/parameter-fields';
import { ParameterForm } from '../../kit/parameters/parameter-form';
import { strongPassword } from '../../kit/parameters/password';
import { type Origin, type OwnInstance, pathOf } from '../own';

interface Props {
  instance: OwnInstance;
  origin: Origin;
  /** The secret. */
  parameter: Parameter;
  onCancel: () => void;
  onDone: () => Promise<unknown>;
}

export function RotateForm({ instance, origin, parameter, onCancel, onDone }: Props) {
  const [suggested] = useState(() => strongPassword(parameter.limits?.maxLength));
  const isShown = Object.keys(instance.result_params ?? {}).includes(parameter.key);
  const params = { ...pathOf(origin), id: instance.id };
  return (
    <Stack gap="md">
      <Alert color="yellow" variant="light">
        {isShown
          ? t('Programs that use the old value may be refused from then on. The new one can be shown on the page of the instance later.')
          : t('Programs that use the old value may be refused from then on. Copy the new one now: it is shown nowhere later.')}
      </Alert>
      <ParameterForm
        parameters={[{ ...parameter, required: true }]}
        present={{}}
        suggested={{ [parameter.key]: suggested }}
        action={t('Set the new value')}
        failure={t('Nothing was changed')}
        submit={(requestParams) => client.customerModifyInstance({ params, query: {}, body: { requestParams } })}
        look={(requestParams) => client.previewInstanceChange({ params: { id: instance.id }, body: { requestParams } })}
        drawLook={(preview) => <ChangePreview preview={preview} />}
        onDone={(answer) => (answer === undefined ? onCancel() : void onDone())}
      />
    </Stack>
  );
}
