/** Everything that is kept of one audit event. */
import { Anchor, Drawer, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { t } from 'i18next';
import { Fragment, type ReactNode } from 'react';
import { whatWasDone } from '../../kit/audit-message';
import { Copyable } from '../../kit/copy';
import { PastName } from '../../kit/instances/past-name';
import { exactTime, Moment } from '../../kit/moment';
import { Facts } from '../../kit/page/facts';
import { deviceName } from '../../kit/people/device-name';
import { methodInWords } from '../../kit/people/method-words';
import type { AuditEvent } from './audit';
import { Outcome } from './outcome';

export function EventDetails({ event, onClose }: { event: AuditEvent | undefined; onClose: () => void }) {
  return (
    <Drawer opened={event !== undefined} onClose={onClose} position="right" size="lg" title={t('Audit event')}>
      {event !== undefined && <Details event={event} />}
    </Drawer>
  );
}

function Details({ event }: { event: AuditEvent }) {
  const rows: [string, ReactNode][] = [
    [t('When'), exactTime(event.time)],
    [t('Outcome'), <Outcome key="outcome" event={event} />],
    [t('Who'), <bdi key="who">{event.userName ?? t('the platform')}</bdi>],
    [t('Organization'), event.orgName],
    [t('Role'), event.roleType],
    [t('Signed in by'), event.authMethod === undefined ? undefined : methodInWords(event.authMethod)],
    [t('Address'), event.ipAddress],
    [t('Program'), event.userAgent === undefined ? undefined : <span title={event.userAgent}>{deviceName(event.userAgent)}</span>],
    [t('Plan'), [event.serviceName, event.servicePlanName, event.planVersion].filter((one) => one !== '').join(' · ')],
    [t('Place'), [event.cloudProvider, event.region].filter((one) => one !== undefined).join(' ')],
    [
      t('Instance'),
      event.resourceInstanceId === '' ? undefined : (
        <Fragment key="instance">
          <Anchor
            size="sm"
            {...(event.instanceName === undefined ? { className: 'mono' } : {})}
            renderRoot={(props) => <Link to="/instances/$instanceId" params={{ instanceId: event.resourceInstanceId }} {...props} />}
          >
            <bdi>{event.instanceName ?? event.resourceInstanceId}</bdi>
          </Anchor>
          <PastName
            id={event.resourceInstanceId}
            name={event.instanceName ?? ''}
            deletedAt={event.instanceDeletedAt}
            isUnknown={event.resourceName === ''}
          />
        </Fragment>
      ),
    ],
    [
      t('Operation'),
      <span key="operation" className="mono">
        {event.operation}
      </span>,
    ],
    [
      t('Correlation id'),
      event.correlationId === undefined ? undefined : <Copyable key="id" text={event.correlationId} label={t('the correlation id')} />,
    ],
    [t('Event'), <Copyable key="event" text={event.id} label={t('the id of the event')} />],
  ];
  return (
    <Stack gap="md">
      <Text style={{ overflowWrap: 'anywhere' }}>{whatWasDone(event.message)}</Text>
      {(event.workflowFailures ?? []).map(({ eventTime, message }) => (
        <Text key={`${eventTime} ${message}`} size="sm" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
          <Moment at={eventTime} />: {message}
        </Text>
      ))}
      <Facts facts={rows.flatMap(([name, value]) => (value === undefined || value === '' ? [] : [{ name, value }]))} />
    </Stack>
  );
}
