/** What the last operation of an instance has said, as it comes. */
import { Code } from '@mantine/core';
import { t } from 'i18next';
import { Section } from '../../kit/page/section';
import { useRunEvents } from '../../kit/use-run-events';

export function OperationLog({ instanceId }: { instanceId: string }) {
  const events = useRunEvents(instanceId);
  const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });
  if (events.length === 0) return null;
  return (
    <Section isBare title={t('The last operation')} about={t('What it has said, live. The next operation writes here while it goes on.')}>
      <Code block mah={320} tabIndex={0} role="log" aria-label={t('Events of the last operation')} style={{ overflow: 'auto' }}>
        {events.map(({ sequence, time: at, step, message, type }) => (
          <div key={sequence}>
            {time.format(new Date(at))} {step === '' ? '' : `${step}: `}
            {message === '' ? type : message}
          </div>
        ))}
      </Code>
    </Section>
  );
}
