/** Whether an instance is reached from the internet. */
import { Select } from '@mantine/core';
import { t } from 'i18next';

const NETWORKS = ['PUBLIC', 'INTERNAL'];

interface Props {
  value: string | undefined;
  onChange: (value: string | undefined) => void;
  /** What counts where nothing is chosen. */
  placeholder: string;
  fault?: string | undefined;
}

export function NetworkField({ value, onChange, placeholder, fault }: Props) {
  return (
    <Select
      label={t('Network')}
      description={t('Whether it is reached from the internet.')}
      placeholder={placeholder}
      data={NETWORKS.map((one) => ({ value: one, label: one === 'PUBLIC' ? t('Public') : t('Internal') }))}
      value={value ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      clearable
      error={fault}
    />
  );
}
