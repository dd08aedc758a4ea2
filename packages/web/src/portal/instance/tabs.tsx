/** Metrics and logs of an instance: what the server knows of them, and what it does not. */
import { Code, Stack, Text } from '@mantine/core';
import { t } from 'i18next';
import { Empty } from '../../kit/page/empty';
import { useRunEvents } from '../../kit/use-run-events';

export function MetricsTab() {
  return (
    <Empty title={t('No figures are gathered')}>
      {t('This installation keeps no figures of instances. What the product itself serves can be scraped at its endpoints, under Connect.')}
    </Empty>
  );
}

/** What the newest run has said, as it comes. */
export function LogsTab({ instanceId }: { instanceId: string }) {
  const events = useRunEvents(instanceId);
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
  return (
    <Stack gap="xs">
      <Text size="sm" c="dimmed">
        {t('What the last operation has said, live. The logs of the product itself are not gathered by this installation.')}
      </Text>
      {events.length === 0 ? (
        <Empty title={t('Nothing was said yet')}>{t('The next operation writes here while it goes on.')}</Empty>
      ) : (
        <Code block mah={520} tabIndex={0} role="log" aria-label={t('Events of the last operation')} style={{ overflow: 'auto' }}>
          {events.map(({ sequence, time: at, step, message, type }) => (
            <div key={sequence}>
              {time.format(new Date(at))} {step === '' ? '' : `${step}: `}
              {message === '' ? type : message}
            </div>
          ))}
        </Code>
      )}
    </Stack>
  );
}
