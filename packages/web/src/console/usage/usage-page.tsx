/** What customers use, and what it costs them. */
import { Stack } from '@mantine/core';
import { t } from 'i18next';
import { useScope } from '../../app/use-scope';
import { PageHead } from '../../kit/page/page-head';
import { Used } from '../../kit/usage/used';
import { InstanceCell } from '../instance-link';

export function UsagePage() {
  const scope = useScope();
  return (
    <Stack gap="md">
      <PageHead
        title={t('Usage')}
        facts={t(
          'What is metered of instances, at the prices of their subscriptions. Of plans with custom tenancy, what carries the label counts: {{label}}.',
          {
            label: 'omnistrate.com/include-customer-billing',
          },
        )}
      />
      <Used
        within={{ ...scope }}
        ways={[
          { by: 'customer', label: t('By customer') },
          { by: 'plan', label: t('By plan') },
          { by: 'instance', label: t('By instance') },
          { by: 'day', label: t('By day') },
        ]}
        instanceCell={({ key, name, service }) => <InstanceCell id={key} name={name === key ? undefined : name} owner={service} />}
      />
    </Stack>
  );
}
