/** A form of parameters of the instance that a modify changes; what it would do is shown before. */
import { t } from 'i18next';
import type { ComponentProps } from 'react';
import { client } from '../../app/client';
import { ChangePreview } from '../../kit/instances/change-preview';
import { ParameterForm } from '../../kit/parameters/parameter-form';
import { type Origin, type OwnInstance, pathOf } from '../own';

type Fields = Pick<ComponentProps<typeof ParameterForm>, 'parameters' | 'present' | 'suggested' | 'action' | 'onlyChanges'>;

interface Props extends Fields {
  instance: OwnInstance;
  origin: Origin;
  onCancel: () => void;
  onDone: () => Promise<unknown>;
}

export function ChangeForm({ instance, origin, onCancel, onDone, ...fields }: Props) {
  const params = { ...pathOf(origin), id: instance.id };
  return (
    <ParameterForm
      {...fields}
      failure={t('Nothing was changed')}
      submit={(requestParams) => client.customerModifyInstance({ params, query: {}, body: { requestParams } })}
      look={(requestParams) => client.previewInstanceChange({ params: { id: instance.id }, body: { requestParams } })}
      drawLook={(preview) => <ChangePreview preview={preview} />}
      onDone={(answer) => (answer === undefined ? onCancel() : void onDone())}
    />
  );
}
