/** All that is kept of one audit event. */
import { Alert, Drawer, Skeleton, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { client } from '../../app/client';
import { Copyable } from '../../kit/copy';
import { Failure } from '../../kit/failure';
import { PastName } from '../../kit/instances/past-name';
import { Moment } from '../../kit/moment';
import { type Fact, Facts } from '../../kit/page/facts';
import { Status } from '../../kit/status';
import { whatWasDone } from '../../kit/audit-message';
import { InstanceLink } from '../instance-link';
import { outcomeStatus, outcomeWords } from './audit';
import { methodInWords } from '../../kit/people/method-words';

export function AuditEventDrawer({ id, onClose }: { id: string | undefined; onClose: () => void }) {
  return (
    <Drawer opened={id !== undefined} onClose={onClose} position="right" size="lg" title={t('Audit event')}>
      {id !== undefined && <EventDetails id={id} />}
    </Drawer>
  );
}

function EventDetails({ id }: { id: string }) {
  const found = useQuery({ queryKey: ['audit', 'one', id], queryFn: () => client.describeAuditEvent({ params: { id } }) });
  if (found.isError) return <Failure title={t('The event cannot be shown')} error={found.error} retry={() => void found.refetch()} />;
  if (found.data === undefined) return <Skeleton height={240} aria-label={t('Loading the event')} />;
  const event = found.data;
  const said = (name: string, value: string | undefined): Fact[] => (value === undefined || value === '' ? [] : [{ name, value }]);
  const copied = (name: string, value: string | undefined): Fact[] =>
    value === undefined || value === '' ? [] : [{ name, value: <Copyable text={value} label={name} /> }];
  return (
    <Stack gap="md">
      <Text fw={600} style={{ overflowWrap: 'anywhere' }}>
        {whatWasDone(event.message)}
      </Text>
      <Status of={outcomeStatus(event.outcome)} word={outcomeWords(event.outcome)} />
      {(event.workflowFailures ?? []).map(({ eventTime, message }) => (
        <Alert key={`${eventTime} ${message}`} color="red" variant="light" title={t('Why it failed')}>
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {message}
          </Text>
          <Text size="xs" c="dimmed">
            <Moment at={eventTime} />
          </Text>
        </Alert>
      ))}
      <Facts
        facts={[
          { name: t('When'), value: <Moment at={event.time} /> },
          ...(event.endTime === undefined ? [] : [{ name: t('Ended'), value: <Moment at={event.endTime} /> }]),
          ...copied(t('Operation'), event.operation),
          ...(event.httpStatus === undefined
            ? []
            : [{ name: t('Answered with'), value: [event.httpStatus, event.code].filter(Boolean).join(' · ') }]),
          ...copied(t('Correlation id'), event.correlationId),
          ...said(t('Person'), event.userName),
          ...copied(t('Id of the person'), event.userId),
          ...said(t('Organization'), event.orgName),
          ...said(t('Role'), event.roleType),
          ...said(t('Signed in by'), event.authMethod === undefined ? undefined : methodInWords(event.authMethod)),
          ...copied(event.sessionId?.startsWith('session-') === true ? t('Session') : t('API key'), event.sessionId),
          ...copied(t('Address'), event.ipAddress),
          ...said(t('Program'), event.userAgent),
          ...(event.instanceId === ''
            ? []
            : [
                {
                  name: t('Instance'),
                  value: (
                    <>
                      <InstanceLink id={event.instanceId} name={event.instanceName} />
                      <PastName
                        id={event.instanceId}
                        name={event.instanceName ?? ''}
                        deletedAt={event.instanceDeletedAt}
                        isUnknown={event.resourceName === ''}
                      />
                    </>
                  ),
                },
              ]),
          ...said(t('Product'), [event.serviceName, event.servicePlanName, event.planVersion].filter(Boolean).join(' · ')),
          ...said(t('Fields that were given'), event.fields.join(', ')),
          ...said(t('About'), event.targets.join(', ')),
        ]}
      />
      <div>
        <Title order={3} size="h4" mb={4}>
          {t('Seal')}
        </Title>
        {event.position === undefined ? (
          <Text size="sm" c="dimmed">
            {t('It has no place in the chain yet: entries are sealed within seconds.')}
          </Text>
        ) : (
          <Facts
            facts={[
              { name: t('Place in the chain'), value: String(event.position) },
              ...copied(t('Hash'), event.hash),
              ...copied(t('Hash of the one before'), event.previousHash),
            ]}
          />
        )}
      </div>
    </Stack>
  );
}
