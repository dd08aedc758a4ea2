/** Rows of the audit trail: who did what, on what, and what came of it. */
import { Anchor, Text } from '@mantine/core';
import { t } from 'i18next';
import { PastName } from '../../kit/instances/past-name';
import { Moment } from '../../kit/moment';
import { Status } from '../../kit/status';
import type { Column } from '../../kit/table/data-table';
import { whatWasDone } from '../../kit/audit-message';
import { InstanceLink } from '../instance-link';
import { type AuditEvent, outcomeStatus, outcomeWords } from './audit';
import { methodInWords } from '../../kit/people/method-words';

/** `open` shows all that is kept of an event. */
export function auditColumns(open: (id: string) => void): Column<AuditEvent>[] {
  return [
    {
      key: 'what',
      name: t('What'),
      cell: ({ id, operation, message }) => (
        <>
          <Anchor component="button" type="button" size="sm" ta="start" style={{ overflowWrap: 'anywhere' }} onClick={() => open(id)}>
            {whatWasDone(message)}
          </Anchor>
          <Text size="xs" c="dimmed" className="mono">
            {operation}
          </Text>
        </>
      ),
    },
    {
      key: 'who',
      name: t('Who'),
      width: 210,
      cell: ({ userName = '', userId = '', orgName = '', authMethod, ipAddress }) => (
        <>
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{userName || userId || (ipAddress === undefined || ipAddress === '' ? t('Cellplane') : t('nobody signed in'))}</bdi>
          </Text>
          <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            <bdi>{[orgName, authMethod === undefined ? '' : methodInWords(authMethod)].filter(Boolean).join(' · ')}</bdi>
          </Text>
        </>
      ),
    },
    {
      key: 'on',
      name: t('On'),
      cell: ({ instanceId, instanceName, instanceDeletedAt, resourceName, serviceName, servicePlanName }) => (
        <>
          {instanceId !== '' && (
            <>
              <InstanceLink id={instanceId} name={instanceName} />
              {/* The row of an instance has its resource. */}
              <PastName id={instanceId} name={instanceName ?? ''} deletedAt={instanceDeletedAt} isUnknown={resourceName === ''} />
            </>
          )}
          <Text size="xs" c="dimmed">
            {[serviceName, servicePlanName].filter(Boolean).join(' · ') || (instanceId === '' ? '–' : '')}
          </Text>
        </>
      ),
    },
    {
      key: 'outcome',
      name: t('Outcome'),
      width: 150,
      cell: ({ outcome, code }) => (
        <>
          <Status of={outcomeStatus(outcome)} word={outcomeWords(outcome)} />
          {code !== undefined && (
            <Text size="xs" c="dimmed" className="mono">
              {code}
            </Text>
          )}
        </>
      ),
    },
    { key: 'time', name: t('When'), width: 140, cell: ({ time }) => <Moment at={time} /> },
  ];
}
